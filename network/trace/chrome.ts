/**
 * A trace in Chrome's trace event format, which Perfetto (ui.perfetto.dev) and chrome://tracing open: a track for each node, a slice
 * for each time a node published or first received a message, and an arrow for the hop between two of them.
 * https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU describes the format.
 */
import type { NetworkEvent } from '../events.ts'
import { createHops } from './hops.ts'

/** A slice needs a length to be seen. Microseconds. */
const SLICE_US = 500

/** JSON, in pieces. `events` are those of a trace, in its order. */
export async function* toChrome(events: AsyncIterable<NetworkEvent>): AsyncGenerator<string> {
  let start: number | undefined
  const tracks = new Map<string, number>()
  const hops = createHops()
  let arrows = 0
  let first = true
  const line = (value: object) => {
    const comma = first ? '\n' : ',\n'
    first = false
    return comma + JSON.stringify({ pid: 1, ...value })
  }
  yield '{"displayTimeUnit":"ms","traceEvents":['
  yield line({ ph: 'M', name: 'process_name', args: { name: 'P2P Lab' } })
  for await (const event of events) {
    start ??= event.at
    const ts = Math.max(0, Math.round((event.at - start) * 1_000))
    if (!('node' in event) || event.type === 'recorded-node') {
      // Who had which message already.
      hops.add(event)
      if (NETWORK_WIDE.has(event.type))
        yield line({ ph: 'i', s: 'g', tid: 0, ts, name: event.type, args: event })
      continue
    }
    let tid = tracks.get(event.node)
    if (tid === undefined) {
      tid = tracks.size + 1
      tracks.set(event.node, tid)
      yield line({ ph: 'M', tid, name: 'thread_name', args: { name: event.node } })
    }
    if (event.type.startsWith('node-') || event.type === 'dial-failed')
      yield line({ ph: 'i', s: 't', tid, ts, name: event.type, args: event })
    for (const hop of hops.add(event)) {
      const at = (ms: number) => Math.max(0, Math.round((ms - start!) * 1_000))
      const track = tracks.get(hop.node) ?? 0
      const name = `${hop.from === undefined ? 'publish' : 'receive'} ${hop.message.slice(0, 8)}`
      yield line({
        ph: 'X',
        cat: 'message',
        tid: track,
        ts: at(hop.at),
        dur: SLICE_US,
        name,
        args: { message: hop.message },
      })
      if (hop.from === undefined || hop.sentAt === undefined) continue
      const id = ++arrows
      const arrow = { cat: 'hop', name: 'hop', id }
      yield line({ ph: 's', tid: tracks.get(hop.from) ?? 0, ts: at(hop.sentAt), ...arrow })
      // Two clocks: an arrow that would point back in time is drawn straight down.
      yield line({ ph: 'f', bp: 'e', tid: track, ts: Math.max(at(hop.sentAt), at(hop.at)), ...arrow })
    }
  }
  yield '\n]}\n'
}

const NETWORK_WIDE: ReadonlySet<NetworkEvent['type']> = new Set([
  'network-started',
  'network-ready',
  'metrics-listening',
  'shared',
  'joined',
  'network-stopping',
  'network-stopped',
  'partitioned',
  'healed',
  'link-fault',
  'link-fault-cleared',
  'churn-started',
  'churn-stopped',
  'scenario-step',
  'notice',
  'recording-started',
  'recording-stopped',
])
