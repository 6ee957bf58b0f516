/** A real network as the product records it, kept for the next time, and played again for as long as one likes. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { watchDeliveries } from '../../cli/deliveries.ts'
import { moveFile } from '../../labs/workspace/move-file.ts'
import type { NetworkEvent } from '../../network/events.ts'
import { createNetwork } from '../../network/orchestrator/network.ts'
import { createTrace, readTrace } from '../../network/trace.ts'
import { dist } from '../../test/kit/labs.ts'

/** Of a text each, so that the view shows one; from nodes all over the network. */
const MESSAGES = 30
/** For one message to reach everyone. Milliseconds. */
const DELIVERY_DEADLINE_MS = 30_000

export interface Recorded {
  /** From nothing to ready. */
  startUp: readonly NetworkEvent[]
  /** What the network reported while the messages went through it. */
  traffic: readonly NetworkEvent[]
}

export interface RecordedOptions {
  nodes: number
  signal: AbortSignal
  progress(text: string): void
}

/** Records a network of so many nodes, unless this version's nodes have been recorded before: then that is read. */
export async function recorded({ nodes, signal, progress }: RecordedOptions): Promise<Recorded> {
  const folder = path.join(tmpdir(), 'p2plab-bench-traces')
  await mkdir(folder, { recursive: true })
  const version = createHash('sha256').update(await readFile(path.join(dist, 'node.mjs')))
  const file = path.join(folder, `${nodes}-nodes-${version.digest('hex').slice(0, 12)}.p2ptrace`)
  if (!existsSync(file)) {
    progress(`recording a network of ${nodes} nodes`)
    const aside = `${file}.${process.pid}`
    try {
      await record(aside, nodes, signal)
      await moveFile(aside, file)
    } finally {
      await rm(aside, { force: true })
    }
  }
  progress(`reading ${file}`)
  const events: NetworkEvent[] = []
  for await (const item of readTrace(file)) if (item.kind === 'event') events.push(item.event)
  const ready = events.findIndex(({ type }) => type === 'network-ready') + 1
  const end = events.findIndex(({ type }) => type === 'network-stopping')
  if (ready === 0 || end <= ready)
    throw new Error(`${file} has no traffic: delete it, and it is recorded again.`)
  return { startUp: events.slice(0, ready), traffic: events.slice(ready, end) }
}

async function record(file: string, nodes: number, signal: AbortSignal): Promise<void> {
  const network = createNetwork({ dist })
  const trace = await createTrace(file)
  network.subscribe((_first, events) => trace.write(events))
  try {
    await network.start({ nodes, topology: 'random', seed: 1 }, { signal })
    const deliveries = watchDeliveries(network)
    for (let i = 0; i < MESSAGES; i++) {
      signal.throwIfAborted()
      const node = `n${1 + ((i * 37) % nodes)}`
      const { message } = await network.broadcast({ node, text: `message ${i + 1}` })
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(DELIVERY_DEADLINE_MS)])
      await deliveries.arrived(message, nodes - 1, deadline)
    }
  } finally {
    await network.stopAll()
    await trace.close()
  }
}

/**
 * The traffic again and again without an end, in its own rhythm but stretched, so that there are `rate` events a second on average, from
 * `start` on (milliseconds). Messages of a repetition are new ones.
 */
export function* replay(
  traffic: readonly NetworkEvent[],
  rate: number,
  start: number,
): Generator<NetworkEvent> {
  const begin = traffic[0]!.at
  const span = Math.max(1, Math.max(...traffic.map(({ at }) => at)) - begin)
  const length = (traffic.length / rate) * 1_000
  for (let turn = 0; ; turn++) {
    const suffix = turn.toString(16).padStart(4, '0')
    for (const event of traffic) {
      const at = start + turn * length + (Math.max(0, event.at - begin) / span) * length
      yield 'message' in event ? { ...event, at, message: `${event.message}${suffix}` } : { ...event, at }
    }
  }
}
