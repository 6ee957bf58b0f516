import { defineExercise, op } from '../../exercise/define.ts'
import { address, boundPort, host, integer, milliseconds, orNull, port } from '../../exercise/fields.ts'

export default defineExercise({
  title: 'UDP',
  builds: 'requests and replies over a network that loses, duplicates and reorders datagrams',
  comesNext:
    'TCP did a lot for you here: every byte arrived once and in order. In {exercise}, you can rely on none of that. Your program retries and remembers instead.',
  ops: {
    listen: op({
      args: { host: host(), port: port() },
      result: { port: boundPort('udp') },
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
    'adds-up': 'Adds the amounts and replies to the client that asked',
    'lost-reply': 'Replies again when its reply was lost',
    'late-copy': 'Recognizes a late copy of a request',
    'same-id': 'Keeps two clients with the same id apart',
    garbage: 'Ignores everything that is not a request',
    storm: 'Counts each request once on a bad network',
    retries: 'Retries until a reply arrives',
    'gives-up': 'Gives up after the last try',
    reordered: 'Matches the replies to many requests',
    spoofed: 'Accepts nothing but the reply from the server it asked',
  },
})
