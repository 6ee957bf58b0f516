import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Plugin } from 'esbuild'
import { MAX_NODES } from '../network/limits.ts'
import type { Bench } from './bench.ts'
import { bundle } from './bundle.ts'
import { spread } from './spread.ts'
import { bothWays, type BothWays, type Window } from './watching/both-ways.ts'

const NODES = 50
const MESSAGES = 40
const BYTES = 256
/** Of the graph, the identities and the publishers, in all runs. */
const SEED = 7

/** The product's node process, with an observer that can be taken off. */
const exchangeable: Plugin = {
  name: 'observer',
  setup(b) {
    const observe = path.join(import.meta.dirname, 'watching/observe.ts')
    b.onResolve({ filter: /\/observe-gossip\.ts$/ }, ({ importer }) =>
      importer === observe ? undefined : { path: observe },
    )
  },
}

export const watching: Bench = {
  name: 'watching',
  about:
    `What it costs to watch: ${MESSAGES} broadcasts of ${BYTES} bytes, one after another, with every gossip event reported, sent to the ` +
    'orchestrator, parsed and reduced, against the same network with the observer taken off. A run is a new network of the same ' +
    'graph in which both are measured, taking turns who is first. Arrivals are taken from gossipsub’s message event in both. ' +
    'CPU is that of all node processes and the orchestrator for one broadcast. Not in it: the view, and writing a recording.',
  baseline: 'no observation: no listener on gossipsub, nothing wrapped, no event',
  takes: `[${NODES}]`,
  runs: 10,
  async run({ only, runs, signal, progress }) {
    const [word, ...more] = only
    const nodes = word === undefined ? NODES : Number(word)
    if (more.length > 0 || !Number.isInteger(nodes) || nodes < 2 || nodes > MAX_NODES)
      throw new Error(`expected one number of nodes from 2 to ${MAX_NODES}, got "${only.join(' ')}".`)
    const dist = await mkdtemp(path.join(tmpdir(), 'p2plab-bench-'))
    try {
      await bundle('network/node/main.ts', path.join(dist, 'node.mjs'), { plugins: [exchangeable] })
      const results: BothWays[] = []
      for (let run = 1; run <= runs; run++) {
        progress(`${nodes} nodes, run ${run} of ${runs}`)
        const onFirst = run % 2 === 1
        results.push(
          await bothWays({ dist, nodes, messages: MESSAGES, bytes: BYTES, seed: SEED, onFirst, signal }),
        )
      }
      const figure = (name: string, of: (w: Window) => number) => ({
        name,
        unit: 'ms' as const,
        value: spread(results.map(({ on }) => of(on))),
        baseline: spread(results.map(({ off }) => of(off))),
        aims: [{ of: 'ratio' as const, atMost: 1.1 }],
      })
      const pairs = results.map(({ on, off }) => on.p50Ms / off.p50Ms)
      const note = `Within one network, watched ÷ not watched: propagation p50 × ${spread(pairs).median}, CPU × ${spread(results.map(({ on, off }) => on.cpuMs / off.cpuMs)).median} (medians of the runs).`
      return [
        {
          name: `${nodes} nodes`,
          figures: [figure('propagation p50', w => w.p50Ms), figure('CPU for a broadcast', w => w.cpuMs)],
          notes: [note],
        },
      ]
    } finally {
      await rm(dist, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    }
  },
}
