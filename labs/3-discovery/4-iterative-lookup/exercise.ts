import { defineExercise, op } from '../../exercise/define.ts'
import { bytes, integer, milliseconds, texts } from '../../exercise/fields.ts'

export default defineExercise({
  title: 'Iterative lookup',
  builds: "a lookup that finds the closest nodes of BitTorrent's DHT, among dead nodes and liars",
  comesNext:
    'Your node answers what others ask. In {exercise}, it asks: from one node that it knows, it finds those that are closest to a target.',
  buildsOn: ['3.3'],
  ops: {
    lookup: op({
      args: {
        id: bytes(),
        target: bytes(),
        seeds: texts({ such: '127.0.0.1:4001' }),
        k: integer({ min: 1 }),
        alpha: integer({ min: 1 }),
        timeoutMs: milliseconds(),
      },
      result: { nodes: texts({ such: '0f3c…9e 127.0.0.1:4001', note: 'the ID in hex and the address' }) },
      returns:
        'the `k` closest nodes that answered, closest first, or fewer if there are no more. Each is a text: its ID in hex and its address, such as `0f3c…9e 127.0.0.1:4001`',
    }),
  },
  checks: {
    closest: 'Finds the k closest of 64 nodes, hop by hop',
    answered: 'Returns only nodes that answered, where 30% are dead',
    'in-flight': 'Keeps alpha queries in flight, and never more',
    'time-outs': 'Waits for dead nodes side by side',
    budget: 'Asks only the k closest that it knows, each address once',
    liars: 'Takes what others say of a node for hearsay',
    flood: 'Takes at most k nodes from an answer with 500',
    spoofed: 'Ignores answers with a wrong transaction ID or source',
    broken: 'Treats errors and malformed answers as no answer',
    'at-once': 'Runs many lookups at once, and leaves nothing behind',
  },
})
