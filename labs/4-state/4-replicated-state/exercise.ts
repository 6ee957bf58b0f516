import { jsonFrames } from '../../../network/links/json-frames.ts'
import { defineExercise, event, op } from '../../exercise/define.ts'
import { address, boundPort, host, integer, port, records, text } from '../../exercise/fields.ts'

/** Which write it is: no other has the same two. */
const stamp = { time: integer({ min: 0 }), replica: text() }

const nameOf = ({ time, replica }: Readonly<Record<string, unknown>>) => `${String(time)} ${String(replica)}`

export default defineExercise({
  title: 'Replicated state',
  builds: 'a counter and a map that every node can change at any time, also while the network is split',
  comesNext:
    'In {exercise}, every node may change the same data, even while it reaches nobody, and all nodes still agree in the end.',
  ops: {
    start: op({
      args: {
        id: text({ such: 'n1' }),
        host: host(),
        port: port(),
        peers: records({ id: text(), address: address() }),
        dataDir: text(),
        clockMs: integer({ note: 'milliseconds that your clock is ahead' }),
      },
      result: { port: boundPort() },
      returns: 'the port it really listens on',
    }),
    add: op({
      args: { amount: integer({ note: 'may be negative' }) },
      returns: 'nothing, after it is stored',
    }),
    set: op({
      args: { key: text(), value: text() },
      result: stamp,
      returns: 'those of this write, after it is stored',
    }),
    remove: op({
      args: { key: text() },
      result: stamp,
      returns: 'the same, of the removal',
    }),
    read: op({
      result: { counter: integer(), entries: records({ key: text(), value: text() }) },
      returns: 'the counter, and all keys with values, in any order',
    }),
  },
  events: {
    changed: event({
      data: { counter: integer(), keys: integer({ min: 0 }) },
      when: 'your state changed: the counter, and how many keys have values',
    }),
  },
  network: {
    dials: 'both',
    format: jsonFrames,
    start: ({ id, host, port, peers, dataDir }) => ({ id, host, port, peers, dataDir, clockMs: 0 }),
    // Each node has a note of its own making: all of them see the newest.
    broadcast: {
      op: 'set',
      args: data => ({ key: 'note', value: data.toString('utf8') }),
      id: nameOf,
    },
    carries: value => {
      const { entries } = value as { entries?: unknown }
      if (!Array.isArray(entries) || entries.length !== 1) return undefined
      const [entry] = entries as unknown[]
      return typeof entry === 'object' && entry !== null
        ? nameOf(entry as Record<string, unknown>)
        : undefined
    },
    standing: (name, { counter, keys }) =>
      name === 'changed' ? { tip: `counter ${String(counter)}, ${String(keys)} keys` } : undefined,
  },
  checks: {
    writes: 'Tells its peers of each write, and of nothing else',
    merges: 'Merges states in any order, any number of times',
    'passes-on': 'Passes on what is new to it, and nothing else',
    connects: 'Keeps a connection to every peer, and sends its whole state on each new one',
    clocks: 'Lets the later write win, although clocks are an hour apart',
    removes: 'Keeps removed keys removed',
    restarts: 'Loses nothing that it stored when it is killed',
    'new-replica': 'Becomes a new replica when its data is gone',
    split: 'Takes writes on both sides of a split, and agrees afterwards',
    malformed: 'Ignores malformed messages as a whole',
  },
})
