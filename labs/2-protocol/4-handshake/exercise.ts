import { defineExercise, event, op } from '../../exercise/define.ts'
import {
  address,
  bigInteger,
  boundPort,
  bytes,
  host,
  integer,
  milliseconds,
  oneOf,
  port,
  text,
} from '../../exercise/fields.ts'

/** What the program says of itself, and how long a handshake may take. */
const own = {
  magic: bytes(),
  services: bigInteger({ note: 'what your node offers, a bit each' }),
  userAgent: text({ such: '/p2plab:2.4/' }),
  height: integer({ note: 'of your best block' }),
  timeoutMs: milliseconds(),
}

/** What the program knows of a peer after the handshake. */
const peer = {
  version: integer({ note: 'the newest one that both speak' }),
  userAgent: text(),
  height: integer(),
}

const connection = text({ such: '127.0.0.1:50123', note: 'the address of the peer' })

export default defineExercise({
  title: 'Handshake',
  builds: "Bitcoin's version handshake as a state machine, which a real node accepts",
  comesNext:
    'In {exercise}, your program meets real Bitcoin nodes: before two of them talk, each says what it is, and decides whether to stay.',
  buildsOn: ['2.2'],
  ops: {
    listen: op({
      args: { host: host(), port: port(), ...own },
      result: { port: boundPort() },
      returns: 'the port it really listens on',
    }),
    connect: op({
      args: { peer: address(), ...own },
      result: peer,
      returns:
        'what the peer said of itself, once the handshake is complete; an error if the connection is refused or closed before',
    }),
  },
  events: {
    peer: event({
      data: { connection, direction: oneOf('inbound', 'outbound'), ...peer },
      when: 'a handshake is complete. `inbound`: the peer has connected to you',
    }),
    closed: event({
      data: { connection, reason: oneOf('ended', 'malformed', 'old', 'self', 'timeout') },
      when: 'a connection is over, once for each. `ended`: the peer has closed it',
    }),
  },
  checks: {
    inbound: 'Answers a version with its own, then with a verack',
    outbound: 'Begins with its version when it connects',
    recorded: 'Completes the handshake with what real nodes send',
    early: 'Ignores what comes before the version, even a verack',
    between: 'Ignores other messages and a second version',
    versions: 'Disconnects versions that are too old, and agrees on the rest',
    malformed: 'Disconnects on a malformed version, but reads past its end',
    self: 'Notices that it talks to itself',
    'both-dial': 'Keeps both connections when two nodes dial each other',
    timeout: 'Disconnects peers that do not complete the handshake in time',
  },
})
