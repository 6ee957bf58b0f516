/** What goes between the view and its layout worker. Both are ours and of one build. */
export interface LayoutRequest {
  /** Positions of an older request are not for the nodes of a newer one. */
  version: number
  /**
   * `fixed` ones stay where they are: dragged there, or no longer running. `group`: of a split network. Those with a `target` go there,
   * whatever pulls at them.
   */
  nodes: {
    name: string
    x: number
    y: number
    fixed: boolean
    group?: number
    target?: { x: number; y: number }
  }[]
  /** Indexes into `nodes`. */
  links: { a: number; b: number; mesh: boolean }[]
  /** 0 to 1: how far nodes may still move. */
  heat: number
  /** Width by height of the picture. */
  aspect: number
  /** No movement on the screen: only the end of it is wanted. */
  atOnce: boolean
}

export interface LayoutPositions {
  version: number
  /** x and y of each node, in the order of the request. */
  xy: Float32Array
  /** Nothing moves any more. */
  done: boolean
}
