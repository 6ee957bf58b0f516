import { defineExercise, op } from '../../exercise/define.ts'
import {
  address,
  boundPort,
  host,
  integer,
  milliseconds,
  oneOf,
  port,
  records,
  text,
  texts,
} from '../../exercise/fields.ts'

/** Of a node: 16 lower-case hex digits. */
const ID = '9f86d081884c7d65'

export default defineExercise({
  title: 'Connection manager',
  builds: 'a node that holds its number of peers while they come, go, and dial it at the same time',
  comesNext:
    'In {exercise}, your node holds its number of connections: it dials, refuses, makes room, and settles who stays when two nodes dial each other.',
  buildsOn: ['1.2'],
  ops: {
    start: op({
      args: {
        id: text({ such: ID }),
        host: host(),
        port: port(),
        peers: records({ id: text(), address: address(), group: text() }),
        target: integer({ min: 0 }),
        max: integer({ min: 0 }),
        maxPerGroup: integer({ min: 0 }),
        protectedIds: texts({ such: ID }),
        backoffMs: milliseconds(),
        maxBackoffMs: milliseconds(),
        helloMs: milliseconds(),
      },
      result: { port: boundPort() },
      returns: 'the port it really listens on',
    }),
    peers: op({
      args: {},
      result: { peers: records({ id: text(), direction: oneOf('inbound', 'outbound') }) },
      returns: 'the peers that are connected now, each once, in any order. `outbound`: you dialed',
    }),
  },
  checks: {
    target: 'Dials until it has its target, and no further',
    churn: 'Refills while 20 peers come and go',
    backoff: 'Backs off from each failed peer, doubling, with jitter',
    collision: 'Keeps the right one of two simultaneous dials',
    'two-copies': 'Ends with one connection when two copies dial each other',
    once: 'Never has two connections to one peer',
    cap: 'Never has more than its maximum',
    groups: 'Gives no group more than its share',
    protected: 'Keeps protected peers, and makes room for them',
    hello: 'Waits for a right hello, but not forever',
  },
})
