/**
 * A trace in Chrome's trace event format, which Perfetto (ui.perfetto.dev) and chrome://tracing open: a track for each node, or several, a slice
 * for each time a node published or first received a message, and an arrow for the hop between two of them.
 * https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU describes the format.
 */
import type { NetworkEvent } from '../events.ts'
import { createHops, type Hop } from './hops.ts'
import { createNumbering } from './numbering.ts'
import { createTracks, type Piece } from './tracks.ts'

/** A slice needs a length to be seen. Microseconds. */
const SLICE_US = 500
/** Messages whose slices are remembered, for arrows from them; as many as hops.ts follows. */
const MAX_MESSAGES = 1_000

/** JSON, in pieces. `events` are those of a trace, in its order. */
export async function* toChrome(events: AsyncIterable<NetworkEvent>): AsyncGenerator<string> {
  const pieces = createPieces()
  let first = true
  const lines = function* (written: readonly Piece[]) {
    for (const piece of written) {
      yield `${first ? '\n' : ',\n'}${JSON.stringify({ pid: 1, ...piece })}`
      first = false
    }
  }
  yield '{"displayTimeUnit":"ms","traceEvents":['
  yield* lines([{ ph: 'M', name: 'process_name', args: { name: 'P2P Lab' } }])
  for await (const event of events) yield* lines(pieces.of(event))
  yield* lines(pieces.end())
  yield '\n]}\n'
}

/** The events of the format that become known with an event of a network, and those that are left at the end. */
function createPieces(): { of(event: NetworkEvent): Piece[]; end(): Piece[] } {
  let start: number | undefined
  const at = (ms: number) => Math.max(0, Math.round((ms - start!) * 1_000))
  const numbers = createNumbering()
  const hops = createHops()
  const tracks = createTracks(SLICE_US)
  /** Message → node → its slice. */
  const slices = new Map<string, Map<string, { tid: number; ts: number }>>()
  let arrows = 0

  const slice = ({ message, node, at: ms, from }: Hop): Piece[] => {
    const known = slices.get(message) ?? new Map<string, { tid: number; ts: number }>()
    slices.set(message, known)
    if (slices.size > MAX_MESSAGES) slices.delete(slices.keys().next().value!)
    const sent = from === undefined ? undefined : known.get(from)
    // Two clocks: a hop that would go back in time takes none.
    const ts = Math.max(at(ms), sent?.ts ?? 0)
    const name = `${from === undefined ? 'publish' : 'receive'} ${numbers.of(message)}`
    const { tid, pieces } = tracks.add(node, { ts, fields: { cat: 'message', name, args: { message } } })
    known.set(node, { tid, ts })
    if (!sent) return pieces
    const arrow = { cat: 'hop', name: 'hop', id: ++arrows }
    return [...pieces, { ph: 's', ...sent, ...arrow }, { ph: 'f', bp: 'e', tid, ts, ...arrow }]
  }

  return {
    of(event) {
      start ??= event.at
      numbers.add(event)
      const about = { ts: at(event.at), name: event.type, args: event }
      if (!('node' in event) || event.type === 'recorded-node') {
        // Who had which message already.
        hops.add(event)
        return NETWORK_WIDE.has(event.type) ? [{ ph: 'i', s: 'g', tid: 0, ...about }] : []
      }
      const { tid, pieces } = tracks.main(event.node)
      const isOwn = event.type.startsWith('node-') || event.type === 'dial-failed'
      return [
        ...pieces,
        ...(isOwn ? [{ ph: 'i', s: 't', tid, ...about }] : []),
        ...hops.add(event).flatMap(slice),
      ]
    },
    end: () => tracks.end(),
  }
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
  'note',
  'recording-started',
  'recording-stopped',
])
