import { createHash } from 'node:crypto'
import { bitcoinMessages, BitcoinMessage } from '../../../network/links/bitcoin-messages.ts'
import { defineExercise, event, op } from '../../exercise/define.ts'
import { boundPort, bytes, host, integer, milliseconds, port, texts } from '../../exercise/fields.ts'

/** Of the networks that a learner runs: regtest's, which stays on one computer in Bitcoin Core, too. */
const REGTEST = Buffer.from('fabfb5da', 'hex')

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest()

export default defineExercise({
  title: 'Lazy gossip',
  builds: "Bitcoin's inv, getdata and notfound: announcements for everybody, and the data once for each node",
  comesNext:
    'In {exercise}, your nodes first tell each other what they have, and ask for what they lack: the data reaches each node once, also when some of them only promise it.',
  buildsOn: ['2.1', '2.2', '2.4'],
  ops: {
    start: op({
      args: {
        host: host(),
        port: port(),
        magic: bytes(),
        peers: texts({ such: '127.0.0.1:4001' }),
        announceMs: milliseconds(),
        requestMs: milliseconds(),
        retryMs: milliseconds(),
        maxAnnounced: integer({ min: 1, note: 'ids for each peer' }),
      },
      result: { port: boundPort() },
      returns: 'the port it really listens on, before any peer has answered',
    }),
    publish: op({
      args: { payload: bytes() },
      result: { id: bytes() },
      returns: 'the id of the data, at once',
    }),
  },
  events: {
    delivered: event({
      data: { id: bytes(), payload: bytes() },
      when: 'data is new to this node, its own data included',
    }),
  },
  network: {
    dials: 'one',
    format: bitcoinMessages(REGTEST),
    start: ({ host, port, peers }) => ({
      host,
      port,
      magic: REGTEST,
      peers: peers.map(({ address }) => address),
      announceMs: 100,
      requestMs: 2_000,
      retryMs: 500,
      maxAnnounced: 5_000,
    }),
    broadcast: {
      op: 'publish',
      args: data => ({ payload: data }),
      id: ({ id }) => String(id),
    },
    carries: value =>
      value instanceof BitcoinMessage && value.command === 'tx'
        ? sha256(sha256(value.payload)).toString('hex')
        : undefined,
  },
  checks: {
    published: 'Announces and sends a real transaction, byte for byte',
    asks: 'Asks for what it does not have, and delivers it once',
    batches: 'Collects announcements for announceMs',
    'leaves-out': 'Announces nothing to peers that have it',
    answers: 'Answers getdata with tx and notfound',
    'falls-back': 'Asks one peer at a time, and the next one if the data does not come',
    unsolicited: 'Names data by its hash, asked for or not',
    'too-many': 'Remembers at most maxAnnounced ids for each peer',
    malformed: 'Disconnects peers that send malformed inventories',
    network: 'Sends the data to each node of a network once',
  },
})
