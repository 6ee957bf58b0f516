import { defineExercise, event, op } from '../../exercise/define.ts'
import {
  address,
  boundPort,
  bytes,
  host,
  integer,
  milliseconds,
  oneOf,
  orNull,
  port,
  text,
} from '../../exercise/fields.ts'

/** What is too much, and for how long. */
const rules = {
  magic: bytes(),
  pingTimeoutMs: milliseconds(),
  halfLifeMs: milliseconds(),
  banScore: integer({ min: 0 }),
  banMs: milliseconds(),
  banBy: oneOf('address', 'address and port'),
}

/** The address and port of the peer. */
const connection = text({ such: '127.0.0.1:50123' })

export default defineExercise({
  title: 'Liveness and misbehavior',
  builds: 'ping and pong, and a score that adds up, decays and bans, as in a Bitcoin node',
  comesNext:
    'In {exercise}, your program finds out which of its peers are still there, and gets rid of those that misbehave.',
  buildsOn: ['2.2', '2.4'],
  ops: {
    listen: op({
      args: { host: host(), port: port(), ...rules },
      result: { port: boundPort() },
      returns: 'the port it really listens on',
    }),
    connect: op({
      args: { peer: address(), ...rules },
      result: {},
      returns: 'nothing, once the handshake is complete; an error if it does not come to that',
    }),
    ping: op({
      args: { connection },
      result: { ms: orNull(milliseconds(), 'no pong came in time') },
      returns:
        'the round-trip time; an error if there is no such connection, it ends, or 16 of its pings wait already',
    }),
  },
  events: {
    peer: event({
      data: { connection, direction: oneOf('inbound', 'outbound') },
      when: 'a handshake is complete',
    }),
    misbehavior: event({
      data: {
        connection,
        reason: oneOf('mempool', 'malformed', 'pong', 'timeout'),
        score: integer({ note: 'rounded' }),
      },
      when: 'a peer gets points',
    }),
    closed: event({
      data: { connection, reason: oneOf('ended', 'malformed', 'old', 'self', 'timeout', 'banned') },
      when: 'a connection is over, unless you refused it for a ban. `banned`: a ban has closed it; the rest is as in 2.4',
    }),
  },
  checks: {
    pong: 'Answers each ping with its nonce, even 0',
    'round-trip': 'Measures the round trips of several pings at once',
    unanswered: 'Counts each unanswered ping once, and its late pong not at all',
    'wrong-pong': 'Counts pongs that answer no ping',
    'adds-up': 'Adds up the points of each connection, and bans above the limit',
    decays: 'Halves the points with each half-life, except those that last',
    'ban-ends': 'Bans for a time, and not forever',
    'ban-by': 'Bans an address, or an address and port',
    over: 'Gives up pings whose connection is over',
    flood: 'Serves a good peer in a flood of junk',
  },
})
