/**
 * The tracks of a Chrome trace. Slices of one track must not overlap: what cuts into another one is dropped by Perfetto, without a word.
 * So a slice ends where the next of its track begins, and one that begins at the same time as the last, or was reported later than one
 * that begins after it, goes to another track of its node.
 */

export interface Slice {
  /** Microseconds since the beginning of the trace. */
  ts: number
  /** Its name and whatever else is written of it. */
  fields: object
}

export type Piece = Readonly<Record<string, unknown>>

export interface Tracks {
  /** The main track of a node; `pieces` say what it is called, if it is new. */
  main(node: string): { tid: number; pieces: Piece[] }
  /** Where the slice went, and what can be written now. */
  add(node: string, slice: Slice): { tid: number; pieces: Piece[] }
  /** What is left at the end. */
  end(): Piece[]
}

interface Track {
  tid: number
  last?: Slice
}

/** `longestUs`: a slice that nothing follows has this length. */
export function createTracks(longestUs: number): Tracks {
  const nodes = new Map<string, Track[]>()
  let tracks = 0
  const open = (node: string, of: Track[]): { track: Track; pieces: Piece[] } => {
    const track = { tid: ++tracks }
    of.push(track)
    const place = [...nodes.keys()].indexOf(node) * 1_000 + of.length
    const name = of.length === 1 ? node : `${node} (${of.length})`
    const about = { ph: 'M', tid: track.tid }
    return {
      track,
      pieces: [
        { ...about, name: 'thread_name', args: { name } },
        { ...about, name: 'thread_sort_index', args: { sort_index: place } },
      ],
    }
  }
  const of = (node: string): Track[] => {
    const known = nodes.get(node)
    if (known) return known
    nodes.set(node, [])
    return nodes.get(node)!
  }
  const written = (tid: number, { ts, fields }: Slice, next = Infinity): Piece => ({
    ph: 'X',
    tid,
    ts,
    dur: Math.min(longestUs, next - ts),
    ...fields,
  })
  return {
    main(node) {
      const own = of(node)
      if (own[0]) return { tid: own[0].tid, pieces: [] }
      const { track, pieces } = open(node, own)
      return { tid: track.tid, pieces }
    },
    add(node, slice) {
      const own = of(node)
      const free = own.find(({ last }) => last === undefined || last.ts < slice.ts)
      const { track, pieces } = free ? { track: free, pieces: [] } : open(node, own)
      const before = track.last === undefined ? [] : [written(track.tid, track.last, slice.ts)]
      track.last = slice
      return { tid: track.tid, pieces: [...pieces, ...before] }
    },
    end: () =>
      [...nodes.values()].flat().flatMap(({ tid, last }) => (last === undefined ? [] : [written(tid, last)])),
  }
}
