/** A row of the Network tree. */
export interface Row {
  id: string
  label: string
  description?: string
  tooltip?: string
  /** A codicon, and the theme colour it has. */
  icon?: string
  color?: string
  spoken: string
  /** What menus look at: 'node.listening', 'address' and so on. */
  kind: string
  parent?: string
  hasChildren: boolean
}
