/** How a space-time diagram looks at the moment: its colours, what is selected, and which moment is shown. */
import type { Palette } from '../graph/palette.ts'
import type { Arrow } from './diagram.ts'

export interface Look {
  palette: Palette
  /** The lane and the group that are selected, and the arrow under the pointer. */
  lane: string | undefined
  group: string | undefined
  hovered: Arrow | undefined
  /** The moment that the view shows, and whether that is the present. */
  cursor: number
  live: boolean
  /** What the times count from. */
  origin: number
}
