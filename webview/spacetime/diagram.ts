/**
 * A space-time diagram: who there is, when each was there, and what went from whom to whom. It does not say where that
 * comes from: a network's log (from-log.ts) makes one, and so can the transcript of a check.
 *
 * All times are milliseconds on one clock.
 */
export interface Lane {
  id: string
  name: string
  /** When it was there: from, to. Still there: `to` is Infinity. */
  lives: readonly { from: number; to: number }[]
  /** When it was there, but not as usual. */
  spans?: readonly Span[]
}

/** `paused`, or `apart` in a group of a split. Not over yet: `to` is Infinity. */
export interface Span {
  from: number
  to: number
  kind: 'paused' | 'apart'
  /** The index of the group, and one or two characters for it. */
  group?: number
  sign?: string
}

/** Something that happened to all lanes. */
export interface Moment {
  at: number
  text: string
}

/** `first` brought something new, `duplicate` came again, `rejected` was not taken. `other` carried no message of the network's, `gone` never came. */
export type ArrowKind = 'first' | 'duplicate' | 'rejected' | 'other' | 'gone'

export interface Arrow {
  /** Ids of lanes. */
  from: string
  to: string
  /** When it was sent; undefined where that is not known. */
  start: number | undefined
  end: number
  kind: ArrowKind
  /** What it carries: arrows of one group belong together, as the hops of a message do. Empty where it stands alone. */
  group: string
  /** What it is called, where it is not of a message. */
  text?: string
}

/** Something that happened on one lane: `sent` begins a group, `lost` is an end that nobody wanted. */
export interface Mark {
  lane: string
  at: number
  kind: 'sent' | 'lost'
  group?: string
}

export interface Diagram {
  lanes: readonly Lane[]
  /** In the order of their ends, from `head` on. */
  arrows: readonly Arrow[]
  head: number
  /** No arrow takes longer than this. */
  longest: number
  marks: readonly Mark[]
  /** In the order of their times. */
  moments?: readonly Moment[]
}

export const NO_DIAGRAM: Diagram = { lanes: [], arrows: [], head: 0, longest: 0, marks: [] }

/** Calls `visit` with every arrow that is at least partly between two times. */
export function arrowsBetween(
  diagram: Diagram,
  from: number,
  to: number,
  visit: (arrow: Arrow) => void,
): void {
  const { arrows, longest } = diagram
  let [low, high] = [diagram.head, arrows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (arrows[middle]!.end < from) low = middle + 1
    else high = middle
  }
  for (let i = low; i < arrows.length; i++) {
    const arrow = arrows[i]!
    if (arrow.end > to + longest) return
    if ((arrow.start ?? arrow.end) <= to) visit(arrow)
  }
}
