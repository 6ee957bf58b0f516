import { defineExercise, op } from '../../exercise/define.ts'
import { address, boundPort, host, integer, milliseconds, orNull, port } from '../../exercise/fields.ts'

export default defineExercise({
  title: 'UDP',
  builds: 'request and reply over a network that loses, doubles and reorders datagrams',
  comesNext:
    'TCP did much for you here: every byte came, once and in order. In {exercise} nothing of that is given, and your program sends again and remembers instead.',
  ops: {
    listen: op({
      args: { host: host(), port: port() },
      result: { port: boundPort() },
      returns: 'the port it really listens on',
    }),
    request: op({
      args: {
        peer: address(),
        amount: integer({ min: 0, max: 0xffff_ffff }),
        tries: integer({ min: 1 }),
        timeoutMs: milliseconds(),
      },
      result: { total: orNull(integer(), 'no reply came') },
      returns: 'a number, or `null` when no reply came',
    }),
  },
  checks: {
    'adds-up': 'Adds up and replies to whoever asked',
    'lost-reply': 'Replies again when its reply was lost',
    'late-copy': 'Knows a request again that comes late',
    'same-id': 'Keeps two clients apart that chose the same id',
    garbage: 'Leaves alone what is no request',
    storm: 'Has one effect per request on a bad network',
    retries: 'Asks again until a reply comes',
    'gives-up': 'Gives up after the last try',
    reordered: 'Finds the reply to each of many requests',
    spoofed: 'Believes nobody but the server it asked',
  },
})
