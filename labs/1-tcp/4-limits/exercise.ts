import { defineExercise, op } from '../../exercise/define.ts'
import { boundPort, host, integer, milliseconds, port } from '../../exercise/fields.ts'

export default defineExercise({
  title: 'Limits',
  builds: 'a server that no client can monopolize: a maximum frame length, timeouts, a connection cap',
  comesNext:
    'All these clients meant no harm. In {exercise}, some are hostile: your server learns to refuse frames that are too long, peers that are too slow, and too many connections.',
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
    'too-long': 'Disconnects on a length over the limit, before the body arrives',
    'huge-length': 'Allocates no memory for a length of ff ff ff ff',
    handshake: 'Disconnects clients that send no first frame in time',
    idle: 'Disconnects only the clients that stop sending frames',
    'slow-loris': 'Disconnects clients that trickle bytes',
    cap: 'Accepts no more connections than the cap',
    'counts-down': 'Frees a place after every kind of disconnect',
    siege: 'Serves good clients while others attack',
  },
})
