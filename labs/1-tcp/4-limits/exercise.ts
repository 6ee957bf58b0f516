import { defineExercise, op } from '../../exercise/define.ts'
import { boundPort, host, integer, milliseconds, port } from '../../exercise/fields.ts'

export default defineExercise({
  title: 'Limits',
  builds: 'a server that no client can take for itself: longest frame, time-outs, a cap on connections',
  comesNext:
    'All these clients meant well. In {exercise} some do not: your server learns to refuse frames that are too long, peers that are too slow, and connections that are too many.',
  buildsOn: ['1.2'],
  ops: {
    listen: op({
      args: {
        host: host(),
        port: port(),
        maxFrame: integer({ min: 0, note: 'bytes of a body' }),
        handshakeMs: milliseconds(),
        idleMs: milliseconds(),
        maxConnections: integer({ min: 1 }),
      },
      result: { port: boundPort() },
      returns: 'the port it really listens on',
    }),
  },
  checks: {
    'up-to-the-limit': 'Answers frames up to the limit',
    empty: 'Answers empty frames',
    'too-long': 'Closes on a length over the limit, before the body',
    'huge-length': 'Takes no memory for a length of ff ff ff ff',
    handshake: 'Closes who sends no first frame in time',
    idle: 'Closes who sends no more frames, and nobody else',
    'slow-loris': 'Closes who sends a byte now and then',
    cap: 'Takes no more connections than the cap',
    'counts-down': 'Has a place again after every kind of ending',
    siege: 'Serves good clients while others attack',
  },
})
