import { readdressed } from '../../../network/links/bitcoin-addr.ts'
import {
  bitcoinMessages,
  encodeBitcoinMessage,
  type BitcoinMessage,
} from '../../../network/links/bitcoin-messages.ts'
import { defineExercise, event, op } from '../../exercise/define.ts'
import {
  boundPort,
  bytes,
  host,
  integer,
  milliseconds,
  oneOf,
  port,
  text,
  texts,
} from '../../exercise/fields.ts'

const address = '127.0.0.1:4001'
/** That of Bitcoin's regtest, where the program runs as a network (Bitcoin Core, src/kernel/chainparams.cpp). */
const MAGIC = Buffer.from('fabfb5da', 'hex')

export default defineExercise({
  title: 'Bootstrap and peer exchange',
  builds:
    "Bitcoin's getaddr and addr: from one seed address to a whole network, without believing everything",
  comesNext:
    'In {exercise}, your node finds its peers by itself: it knows one address, and asks everybody it meets for more.',
  buildsOn: ['2.1', '2.2', '2.4'],
  ops: {
    start: op({
      args: {
        host: host(),
        port: port(),
        magic: bytes(),
        seeds: texts({ such: address }),
        maxPeers: integer({ min: 0, note: 'connections that you dial' }),
        maxHeard: integer({ min: 0, note: 'addresses in the table' }),
        timeoutMs: milliseconds(),
      },
      result: { port: boundPort() },
      returns: 'the port it really listens on, before any seed has answered',
    }),
    known: op({
      result: { heard: texts({ such: address }), answered: texts({ such: address }) },
      returns: 'the addresses in the two tables, in any order',
    }),
  },
  events: {
    peer: event({
      data: {
        connection: text({ such: '127.0.0.1:50123', note: 'the address and port of the peer' }),
        direction: oneOf('inbound', 'outbound'),
      },
      when: 'a handshake is complete. `inbound`: the peer has connected to you',
    }),
  },
  network: {
    dials: 'found',
    format: bitcoinMessages(MAGIC),
    start: ({ host, port, peers }) => ({
      host,
      port,
      magic: MAGIC,
      seeds: peers.map(({ address }) => address),
      maxPeers: 8,
      maxHeard: 1_000,
      timeoutMs: 5_000,
    }),
    readdress: (value, see) => {
      const { command, payload } = value as BitcoinMessage
      if (command !== 'addr') return undefined
      const seen = readdressed(payload, see)
      return seen && encodeBitcoinMessage(MAGIC, command, seen)
    },
  },
  checks: {
    published: 'Reads and writes addresses as published, ports in big-endian',
    introduces: 'Tells each peer that it dials its own address, and asks for others',
    chain: 'Finds twelve peers in a chain from one seed',
    'leaves-out': 'Leaves out itself, port 0 and what is not on this computer',
    'max-peers': 'Dials each address once, and at most maxPeers at a time',
    dead: 'Forgets dead addresses, and waits for slow ones',
    'too-many': 'Disconnects peers that send over 1,000 addresses, or too few bytes',
    answers: 'Answers the first getaddr of each peer that dialed it',
    times: 'Corrects times in the future, and keeps the later time',
    eclipse: 'Keeps those that answered in a flood of invented addresses',
  },
})
