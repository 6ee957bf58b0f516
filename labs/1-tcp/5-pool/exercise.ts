import { defineExercise, op } from '../../exercise/define.ts'
import { address, bytes, integer, milliseconds } from '../../exercise/fields.ts'

export default defineExercise({
  title: 'Pool',
  builds: 'a client that shares a few connections among many requests, with replies in any order',
  comesNext:
    'In {exercise}, you write the client again: many requests share a few connections, and each reply must find its request.',
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
    reuse: 'Reuses a free connection',
    spreads: 'Spreads requests over all connections',
    'out-of-order': 'Matches each reply to its request by id',
    stray: 'Ignores unexpected replies',
    cap: 'Keeps to the cap with 200 requests at once',
    broken: 'Survives connections that end in the middle of a reply',
    refused: 'Reports an error when no server listens',
    'server-closes': 'Drops connections that the server has closed',
    idle: 'Closes idle connections, but no busy ones',
  },
})
