import { defineExercise, op } from '../../exercise/define.ts'
import { boundPort, host, milliseconds, port } from '../../exercise/fields.ts'

export default defineExercise({
  title: 'Backpressure',
  builds: 'a server that buffers no more than its readers consume, and stops without losing data',
  comesNext:
    'So far, nothing slowed you down. In {exercise}, the other side stops reading. Your server must wait without filling its memory, and still stop in time.',
  buildsOn: ['1.2'],
  ops: {
    listen: op({
      args: { host: host(), port: port() },
      result: { port: boundPort() },
      returns: 'the port it really listens on',
    }),
    stop: op({ args: { graceMs: { ...milliseconds(), short: 'milliseconds that readers may take' } } }),
  },
  checks: {
    blocks: 'Answers each request with its blocks, in order',
    'slow-reader': 'Sends every block exactly once to a slow reader',
    'half-close': 'Sends all answers to a client that has ended its side',
    paused: 'Uses little memory while a reader pauses',
    'asks-without-reading': 'Takes no more requests from a client that does not read',
    others: 'Serves other clients while readers are stuck',
    vanished: 'Keeps running, and can stop, when readers vanish',
    'stop-drains': 'Stops without losing data in transit',
    'stop-idle': 'Ends idle connections at stop and refuses new clients',
    'stop-stuck': 'Stops in time even if a peer is stuck',
  },
})
