/** Where the time goes while a network starts: `npm run bench -- network 200 --profile DIR`. */
import { mkdir, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Figure, Measured } from '../bench.ts'
import { bundle } from '../bundle.ts'
import { selfTimes, sourcesOf } from '../profile/self-time.ts'
import { spread } from '../spread.ts'
import { product } from './programs.ts'

/** The first that fits counts. */
const GROUPS: readonly [name: string, owners: RegExp][] = [
  [
    'noise and other cryptography',
    /noise|@noble|crypto|hashes|sha|asn1|ed25519|@peculiar|uint8arrays|multihash/,
  ],
  ['yamux', /yamux/],
  ['gossipsub', /gossipsub/],
  ['protobuf', /protons|protobuf|varint|longbits/],
  ['our own code', /^ours$/],
  ['schemas of our messages', /valibot/],
  ['starting Node and loading modules', /^Node: starting/],
  ['Node: sockets, streams, IPC and others', /^Node/],
  ['garbage collection', /garbage/],
  ['native code outside of JavaScript', /^\((?!idle)/],
  ['libp2p and the rest', /^[^(]/],
]
const IDLE = '(idle)'
/** Of a group, those that make up most of it. */
const SHOWN = 4

export interface ProfileOptions {
  nodes: number
  seed: number
  /** Where the .cpuprofile files go; made if it is not there. */
  folder: string
  /** For the bundles that profile themselves. */
  scratch: string
  signal: AbortSignal
}

/** Starts one network that profiles itself, from the start of the command to its end, with one message. */
export async function profileStart(options: ProfileOptions): Promise<Measured[]> {
  const { nodes, seed, scratch, signal } = options
  const folder = path.join(options.folder, `network-${nodes}`)
  await mkdir(folder, { recursive: true })
  const before = new Set(await readdir(folder))
  const inject = [path.join(import.meta.dirname, '../profile/inject.ts')]
  const bundles = new Map<string, string>()
  for (const [entry, name] of [
    ['cli/main.ts', 'cli'],
    ['network/node/main.ts', 'node'],
  ] as const) {
    const file = path.join(scratch, `${name}.mjs`)
    await bundle(entry, file, { inject })
    bundles.set(pathToFileURL(file).href, await readFile(file, 'utf8'))
  }
  const size = { nodes, messages: 1, bytes: 256, seed }
  const env = { P2PLAB_BENCH_PROFILE: folder }
  const { readyMs } = await product(path.join(scratch, 'cli.mjs'), size, signal, env)
  const files = (await readdir(folder)).filter(name => !before.has(name))
  const sources = sourcesOf(bundles)
  const of = async (prefix: string, what: string) => {
    const mine = files.filter(name => name.startsWith(prefix))
    if (mine.length === 0) throw new Error(`no process wrote ${path.join(folder, `${prefix}….cpuprofile`)}.`)
    const texts = await Promise.all(mine.map(name => readFile(path.join(folder, name), 'utf8')))
    const measured = table(
      `${nodes} nodes, where the time goes: ${what}`,
      merged(texts.map(t => selfTimes(t, sources))),
    )
    return {
      ...measured,
      notes: [...measured.notes!, `Profiles: ${path.join(folder, `${prefix}*.cpuprofile`)}`],
    }
  }
  const found = [await of('node-', 'the node processes'), await of('cli-', 'the orchestrator')]
  found[0]!.notes.push(`With the profiler on, the network was ready after ${readyMs} ms.`)
  return found
}

const merged = (all: readonly Map<string, number>[]): Map<string, number> => {
  const sum = new Map<string, number>()
  for (const [owner, ms] of all.flatMap(times => [...times])) sum.set(owner, (sum.get(owner) ?? 0) + ms)
  return sum
}

function table(name: string, times: ReadonlyMap<string, number>): Measured & { notes: string[] } {
  const busy = [...times].filter(([owner]) => owner !== IDLE)
  const total = busy.reduce((sum, [, ms]) => sum + ms, 0)
  const groups = Map.groupBy(
    busy,
    ([owner]) => GROUPS.find(([, owners]) => owners.test(owner))?.[0] ?? 'other',
  )
  const figures = [...groups].map(([group, members]): Figure & { ms: number } => {
    const ms = members.reduce((sum, [, ms]) => sum + ms, 0)
    const parts = members.toSorted(([, a], [, b]) => b - a).slice(0, SHOWN)
    return {
      name: `${group} (${((100 * ms) / total).toFixed(1)} %)`,
      unit: 'ms',
      value: spread([ms]),
      ...(members.length > 1 && {
        parts: parts.map(([owner, ms]) => ({ name: owner, value: spread([ms]) })),
      }),
      ms,
    }
  })
  const idle = times.get(IDLE) ?? 0
  return {
    name,
    figures: figures.toSorted((a, b) => b.ms - a.ms).map(({ ms: _, ...figure }) => figure),
    notes: [
      `Busy ${Math.round(total)} ms, idle ${Math.round(idle)} ms. Self time in one run; shares are of the busy time.`,
    ],
  }
}
