/** What all parts of the guide have: an element, and what it shows. */
import type { FromGuide, Guide } from '../shared/guide-messages.ts'

export type Post = (message: FromGuide) => void

export interface Part {
  readonly element: HTMLElement
  update(guide: Guide): void
}
