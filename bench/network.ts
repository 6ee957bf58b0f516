import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { MAX_NODES } from '../network/limits.ts'
import { planLinks } from '../network/orchestrator/topology.ts'
import { seededRandom } from '../network/random.ts'
import { dist } from '../test/kit/labs.ts'
import type { Bench, BenchOptions, Measured } from './bench.ts'
import { bundle } from './bundle.ts'
import { figuresOf } from './network/figures.ts'
import { readyAfterChoosing } from './network/prepared.ts'
import { profileStart } from './network/profile.ts'
import { cpuPerLink, plain, product, type Sample, type Size } from './network/programs.ts'

const SIZES = [10, 50, 100, 200]
const MESSAGES = 20
const BYTES = 256
/** Starts of the plain script until it gets ready. */
const PLAIN_TRIES = 3
/** Links whose cost is measured for the floor, in each run; fewer for a small network. */
const HANDSHAKES = 100

export const network: Bench = {
  name: 'network',
  about:
    'A network of so many nodes, as `p2plab broadcast` in processes of its own, taking turns with bench/plain-libp2p.ts: the ' +
    `same random graph, the same ${MESSAGES} messages of ${BYTES} bytes from the same nodes, one after another. Ready counts from ` +
    'the start of the process to a healthy mesh (docs/contract.md), CPU from there to the last delivery, in all processes. ' +
    'The second ready is that of Start Local Network…, which prepares the processes while its user chooses: from the last Enter on. ' +
    'Memory is resident memory at that moment; what several processes share (Node itself, about 50 MB) counts in each. ' +
    'Both are bundled alike. In ours, and not in the plain script, are a compile cache, discovery by mDNS up to ' +
    '25 nodes and full observation. Stopping is in neither.',
  baseline: 'plain, one process with libp2p and no more',
  takes: `[${SIZES.join(' ')}]`,
  runs: 5,
  async run(options) {
    const sizes = sizesOf(options.only)
    const folder = await mkdtemp(path.join(tmpdir(), 'p2plab-bench-'))
    try {
      options.progress('bundling the plain script')
      const scripts = { plain: path.join(folder, 'plain.mjs'), handshake: path.join(folder, 'handshake.mjs') }
      await bundle('bench/plain-libp2p.ts', scripts.plain)
      await bundle('bench/network/handshake.ts', scripts.handshake)
      const measured: Measured[] = []
      for (const nodes of sizes) {
        measured.push(await measure(nodes, scripts, options))
        if (options.profile === undefined) continue
        options.progress(`${nodes} nodes: p2plab broadcast, with a profiler`)
        const { profile, signal } = options
        measured.push(...(await profileStart({ nodes, seed: 1, folder: profile, scratch: folder, signal })))
      }
      return measured
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    }
  },
}

/** Throws for what is no size. */
function sizesOf(only: readonly string[]): number[] {
  const wrong = only.find(word => !/^[1-9][0-9]*$/.test(word) || Number(word) < 2 || Number(word) > MAX_NODES)
  if (wrong !== undefined)
    throw new Error(`expected numbers of nodes from 2 to ${MAX_NODES}, got "${wrong}": try network 50 200.`)
  return only.length > 0 ? only.map(Number) : SIZES
}

async function measure(
  nodes: number,
  scripts: { plain: string; handshake: string },
  { runs, signal, progress }: BenchOptions,
): Promise<Measured> {
  const ours: Sample[] = []
  const theirs: Sample[] = []
  const preparedMs: number[] = []
  const cpuPerLinkMs: number[] = []
  const failures: string[] = []
  /** Nobody repairs what goes wrong in the plain script. Its start is repeated, and the report says so. */
  const plainOrAgain = async (size: Size): Promise<Sample> => {
    for (let tries = 1; ; tries++) {
      try {
        return await plain(scripts.plain, size, signal)
      } catch (error) {
        if (signal.aborted || tries === PLAIN_TRIES) throw error
        failures.push((error as Error).message)
      }
    }
  }
  let links = 0
  for (let run = 1; run <= runs; run++) {
    // The seed decides the graph and the publishers, of both.
    const size = { nodes, messages: MESSAGES, bytes: BYTES, seed: run }
    links = planLinks('random', nodes, seededRandom(size.seed)).length
    const at = `${nodes} nodes, run ${run} of ${runs}`
    const turns = [
      async () => {
        progress(`${at}: p2plab broadcast`)
        ours.push(await product(path.join(dist, 'cli.mjs'), size, signal))
      },
      async () => {
        progress(`${at}: prepared`)
        preparedMs.push(await readyAfterChoosing(dist, size, signal))
      },
      async () => {
        progress(`${at}: the plain script`)
        theirs.push(await plainOrAgain(size))
      },
    ]
    // Who goes first takes turns as well: what the first leaves behind is for each of them.
    for (const turn of run % 2 === 1 ? turns : turns.reverse()) await turn()
    const handshakes = Math.min(HANDSHAKES, 5 * links)
    progress(`${at}: ${handshakes} handshakes`)
    cpuPerLinkMs.push(await cpuPerLink(scripts.handshake, handshakes, signal))
  }
  const cores = availableParallelism()
  const measured = figuresOf({ nodes, links, cores, ours, plain: theirs, preparedMs, cpuPerLinkMs })
  for (const why of failures) measured.notes?.push(`Not counted, a start of the plain script: ${why}`)
  return measured
}
