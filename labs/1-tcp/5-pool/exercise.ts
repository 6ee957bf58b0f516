import { defineExercise, op } from '../../exercise/define.ts'
import { address, bytes, integer, milliseconds } from '../../exercise/fields.ts'

export default defineExercise({
  title: 'Pool',
  builds: 'a client that shares few connections among many requests, with replies in any order',
  comesNext:
    'In {exercise} you are the client again: many requests share a few connections, and each reply must find its own request.',
  buildsOn: ['1.2'],
  ops: {
    open: op({ args: { peer: address(), maxConnections: integer({ min: 1 }), idleMs: milliseconds() } }),
    request: op({
      args: { bytes: bytes() },
      result: { bytes: bytes() },
      returns: 'the bytes of the reply, without the id; an error when its connection ended first',
    }),
  },
  checks: {
    request: 'Sends a request and returns its reply',
    reuse: 'Uses a free connection again',
    spreads: 'Spreads requests over all connections',
    'out-of-order': 'Finds the request of each reply by its id',
    stray: 'Ignores replies that nobody waits for',
    cap: 'Holds the cap under 200 requests',
    broken: 'Survives connections that end in the middle of a reply',
    refused: 'Says so when nobody listens',
    'server-closes': 'Leaves connections that the server has closed',
    idle: 'Closes idle connections, and no busy ones',
  },
})
