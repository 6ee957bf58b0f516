import { defineExercise, op } from '../../exercise/define.ts'
import { boundPort, host, port } from '../../exercise/fields.ts'

export default defineExercise({
  title: 'Room',
  builds: 'a concurrent server: a message from one peer to all others, whatever a single peer does',
  comesNext:
    'Each client still talks to your server alone. In {exercise} your server passes every frame on to all the others, and uses the decoder that you have just built.',
  buildsOn: ['1.2'],
  ops: {
    listen: op({
      args: { host: host(), port: port() },
      result: { port: boundPort() },
      returns: 'the port it really listens on',
    }),
  },
  checks: {
    others: 'Passes each frame on to all others',
    'not-back': 'Sends no frame back to its sender',
    fifty: 'Keeps 50 clients apart whose frames come in pieces',
    order: 'Keeps the order of each sender',
    stalled: 'Goes on while one client is stuck in mid-frame',
    'slow-reader': 'Goes on while one client does not read',
    dead: 'Goes on when clients are gone',
  },
})
