/** What the parts of the view ask for when the user does something. Each is there before the part that asks. */
export interface Actions {
  /** Selects a node, or none. One that does not exist is left alone. */
  selectNode(name: string | undefined): void
  /** Selects the link of two nodes, in place of a node. */
  selectLink(a: string, b: string): void
  /** By hand: the message stays on the graph. */
  chooseMessage(id: string | undefined): void
  /** The moment that is shown changes, or has changed. */
  moveTime(change?: () => void): void
  /** Draw in the next frame. */
  frame(): void
  /** The diagram with it. */
  diagramNow(): void
  /** The tables and texts, soon or at once. */
  panes(): void
  panesNow(): void
  /** Keep what the user chose, soon. */
  save(): void
}
