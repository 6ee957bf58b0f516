import { defineExercise, event, op } from '../../exercise/define.ts'
import { address, boundPort, bytes, host, integer, maybe, port, text } from '../../exercise/fields.ts'

const magic = bytes()

export default defineExercise({
  title: 'Envelope',
  builds: "Bitcoin's message envelope: which network, which command, how long, and a checksum",
  comesNext:
    'You can write a number so that every peer reads the same one. In {exercise}, you put whole messages into the envelope that every Bitcoin node uses, and decide which ones to drop and when to disconnect.',
  ops: {
    listen: op({
      args: { host: host(), port: port(), magic },
      result: { port: boundPort() },
      returns: 'the port it really listens on',
    }),
    send: op({
      args: { peer: address(), magic, command: text({ such: 'verack' }), payload: bytes() },
      returns:
        'nothing, once the message is sent; an error if there is no connection, or the command does not fit',
    }),
  },
  events: {
    message: event({
      data: {
        connection: text({ such: '127.0.0.1:50123', note: 'the address of the peer' }),
        command: text(),
        length: integer({ min: 0, note: 'bytes of the payload' }),
        payload: maybe(bytes()),
      },
      when: 'a good message has arrived. `payload` is left out if it is longer than 100,000 bytes',
    }),
  },
  checks: {
    verack: 'Writes and reads a real verack, byte for byte',
    'every-cut': 'Reads messages from a stream cut at every offset',
    together: 'Reads many messages that arrive together',
    magic: 'Disconnects a peer of another network',
    checksum: 'Drops a message with a wrong checksum, and nothing else',
    command: 'Drops a message whose command is malformed',
    longest: 'Reads a payload of exactly 4,000,000 bytes',
    'too-long': 'Disconnects on a length over 4,000,000, before the payload',
    writes: 'Writes commands and payloads of every length',
  },
})
