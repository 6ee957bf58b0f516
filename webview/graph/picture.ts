/** What one picture of the graph consists of: everything the painters need, and nothing else. */
import type { HopTree } from '../broadcast/hops.ts'
import type { Point } from '../layout/seed.ts'
import type { FanoutEdge } from './fanout.ts'
import type { Palette } from './palette.ts'
import type { Scene } from './scene.ts'

export interface ShownMessage {
  tree: HopTree
  /** How much of it is drawn, in the message's own milliseconds. */
  cursorMs: number
}

/** A discovery, for the short time in which it is shown. */
export interface Flash {
  from: string
  to: string
  /** 1 when new, 0 when gone. */
  strength: number
}

export interface Picture {
  scene: Scene
  /** Where a node is on the screen, in CSS pixels. */
  place(name: string): Point | undefined
  /** Of a node, in CSS pixels. */
  radius: number
  palette: Palette
  selected: string | undefined
  /** The selected link, by its ends in any order. */
  link: { a: string; b: string } | undefined
  hovered: string | undefined
  pinned: ReadonlySet<string>
  /** The message whose whole way is drawn. */
  shown: ShownMessage | undefined
  /** Numbers on the hops: where nothing moves, or when the message has come to its end. */
  numbered: boolean
  /** Other messages under way: only what moves is drawn. */
  others: readonly ShownMessage[]
  /** To whom nodes published outside of the mesh. */
  fanout: readonly FanoutEdge[]
  flashes: readonly Flash[]
}
