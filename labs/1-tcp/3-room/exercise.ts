import { defineExercise, op } from '../../exercise/define.ts'
import { boundPort, host, port } from '../../exercise/fields.ts'

export default defineExercise({
  title: 'Room',
  builds: 'a concurrent server: a message from one peer reaches all others, whatever any single peer does',
  comesNext:
    'So far, each client talks only to your server. In {exercise}, your server forwards every frame to all other clients, with the decoder that you have just built.',
  buildsOn: ['1.2'],
  ops: {
    listen: op({
      args: { host: host(), port: port() },
      result: { port: boundPort() },
      returns: 'the port it really listens on',
    }),
  },
  checks: {
    others: 'Forwards each frame to all other clients',
    'not-back': 'Sends no frame back to its sender',
    fifty: 'Keeps 50 clients apart when frames arrive in pieces',
    order: 'Keeps the order of each sender',
    stalled: 'Keeps running while one client is stuck in mid-frame',
    'slow-reader': 'Keeps running while one client does not read',
    leaves: 'Ends its side when a client ends',
    dead: 'Keeps running when clients vanish',
  },
})
