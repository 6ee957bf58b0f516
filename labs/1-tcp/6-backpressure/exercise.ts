import { defineExercise, op } from '../../exercise/define.ts'
import { boundPort, host, milliseconds, port } from '../../exercise/fields.ts'

export default defineExercise({
  title: 'Backpressure',
  builds: 'a server that holds no more than its readers take, and stops without losing anything',
  comesNext:
    'Nothing slowed you down so far. In {exercise} the other side stops reading, and your server must wait without filling its memory, and still stop in time.',
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
    'slow-reader': 'Sends a slow reader every block once',
    paused: 'Holds little in memory while a reader pauses',
    'asks-without-reading': 'Takes no more requests from a client that does not read',
    others: 'Serves others while readers are stuck',
    vanished: 'Goes on, and can stop, when readers vanish',
    'stop-drains': 'Stops without losing what is being sent',
    'stop-idle': 'Ends idle connections at stop and takes nobody new',
    'stop-stuck': 'Stops in time although a peer is stuck',
  },
})
