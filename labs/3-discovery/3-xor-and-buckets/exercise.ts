import { defineExercise, op } from '../../exercise/define.ts'
import { boundPort, bytes, host, integer, milliseconds, port, texts } from '../../exercise/fields.ts'

export default defineExercise({
  title: 'XOR and buckets',
  builds: "a node of BitTorrent's DHT: it answers queries, and keeps the right neighbors",
  comesNext:
    'A network of millions is too large to know everybody. In {exercise}, your program decides whom to remember: few nodes far away, and many nearby.',
  ops: {
    listen: op({
      args: {
        host: host(),
        port: port(),
        id: bytes(),
        k: integer({ min: 1 }),
        goodMs: milliseconds(),
        refreshMs: milliseconds(),
        timeoutMs: milliseconds(),
      },
      result: { port: boundPort('udp') },
      returns: 'the port it really listens on',
    }),
    table: op({
      result: { buckets: integer({ min: 1 }), nodes: texts({ such: '0f3c…9e 127.0.0.1:4001' }) },
      returns:
        'how many buckets there are, and each node, such as `"0f3c…9e 127.0.0.1:4001"`: id in hex and address',
    }),
  },
  checks: {
    ping: 'Answers pings, whatever bytes the transaction id has',
    hostile: 'Answers bad queries with an error, and ignores the rest',
    newcomers: 'Knows a node only after it has answered',
    closest: 'Returns the k closest nodes, nearest first',
    splits: 'Splits only the bucket around its own id',
    'all-good': 'Drops a newcomer if all nodes are good or answer',
    questionable: 'Gives a newcomer the place of a questionable node that fails twice',
    'known-id': 'Keeps a known id at its address',
    good: 'Returns only good nodes',
    refresh: 'Refreshes each bucket that has not changed',
  },
})
