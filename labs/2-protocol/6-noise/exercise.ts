import { defineExercise, event, op } from '../../exercise/define.ts'
import { address, boundPort, bytes, bytesList, host, maybe, port, text } from '../../exercise/fields.ts'

const identity = bytes()
const peerId = text()

export default defineExercise({
  title: 'Noise',
  builds: "Noise XX with libp2p's payload: an encrypted connection to a peer that has proven its peer ID",
  comesNext:
    'So far, anyone on the path can read and change your messages, and a peer can claim to be anyone. In {exercise}, you encrypt the connection and make the peer prove who it is, as every libp2p node does.',
  ops: {
    listen: op({
      args: { host: host(), port: port(), identity, static: bytes() },
      result: { port: boundPort() },
      returns: 'the port it really listens on',
    }),
    dial: op({
      args: { peer: address(), expect: maybe(peerId), identity, static: bytes(), bytes: bytes() },
      result: { remote: peerId },
      returns: 'the peer ID that the peer has proven; an error if it proves none, or another than `expect`',
    }),
    vector: op({
      args: {
        prologue: bytes(),
        statics: bytesList({ note: 'private keys of initiator and responder' }),
        ephemerals: bytesList(),
        payloads: bytesList(),
      },
      result: { messages: bytesList(), hash: bytes() },
      returns:
        'what initiator and responder write in turn, one message for each payload, without lengths, and the handshake hash',
    }),
  },
  events: {
    secured: event({
      data: { remote: peerId },
      when: 'a peer that dialed you has proven its peer ID',
    }),
  },
  checks: {
    vectors: 'Writes the messages of published test vectors',
    libp2p: "Shakes hands with libp2p's own Noise, in both roles",
    listens: 'As listener, believes nothing before message 3',
    dials: 'As dialer, sends nothing before the peer has proven who it is',
    identity: 'Refuses a peer that does not prove its identity',
    middle: 'Refuses a man in the middle',
    flipped: 'Refuses a message with a flipped bit, wherever it is',
    replay: 'Refuses what is sent again, or back to where it came from',
    nonces: 'Never uses a nonce twice, in 300 messages each way',
    lengths: 'Sends and takes messages of up to 65,535 bytes',
  },
})
