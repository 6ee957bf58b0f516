/**
 * A table as an accessible data grid (WAI-ARIA "Grid Pattern"): one tab stop, arrow keys from cell to cell, Home and End in
 * the row, with Ctrl in the table, Enter or Space selects the row. Rows are kept when their data change, and so is the focus.
 */
import { h, keyedList, setAttribute, setText } from '../dom.ts'

export interface Column<T> {
  /** Short, for the column's head. */
  title: string
  /** In full, where `title` is an abbreviation. */
  fullTitle?: string
  /** One sentence about the term, for the tooltip of the column's head. */
  explanation?: string
  /** Aligned to the right. */
  numeric?: boolean
  text(item: T): string
  /** A sign before the text, which carries the meaning alone. */
  sign?(item: T): string
}

export interface GridOptions<T> {
  label: string
  columns: readonly Column<T>[]
  key(item: T): string
  /** Kept on the row as data-state, for its looks. */
  state?(item: T): string
  /** What the row's context menu is about (graph/menu-context.ts). */
  menuContext?(item: T): object
  onSelect(key: string): void
  /** Any other key pressed in a row; true when it was used. */
  onKey?(event: KeyboardEvent, key: string): boolean
  /** Of the whole grid, as aria-keyshortcuts has it. */
  shortcuts?: string
  empty: string
}

export interface Grid<T> {
  readonly element: HTMLElement
  update(items: readonly T[], selected: string | undefined): void
  /** Scrolls the table, and only the table, until a row can be seen. */
  reveal(key: string): void
}

export function createGrid<T>(options: GridOptions<T>): Grid<T> {
  const { columns, key } = options
  const body = h('tbody', { role: 'rowgroup' })
  const empty = h('p', { class: 'quiet' }, options.empty)
  const table = h(
    'table',
    { role: 'grid', 'aria-label': options.label, 'aria-keyshortcuts': options.shortcuts },
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...columns.map(headCell))),
    body,
  )
  const element = h('div', { class: 'grid-scroll' }, table, empty)
  let active = { row: '', column: 0 }

  const rows = keyedList<T, HTMLTableRowElement>(body, key, item => {
    const cells = columns.map((column, i) =>
      h(i === 0 ? 'th' : 'td', {
        ...(i === 0 ? { scope: 'row', role: 'rowheader' } : { role: 'gridcell' }),
        class: column.numeric ? 'numeric' : undefined,
        tabindex: -1,
      }),
    )
    const signs = columns.map(column =>
      column.sign ? h('span', { class: 'sign', 'aria-hidden': 'true' }) : undefined,
    )
    const texts = columns.map(() => h('span'))
    cells.forEach((cell, i) => cell.append(...(signs[i] ? [signs[i]] : []), texts[i]!))
    return {
      element: h('tr', { role: 'row', 'data-key': key(item) }, ...cells),
      update(now) {
        const row = cells[0]!.parentElement!
        if (options.state) setAttribute(row, 'data-state', options.state(now))
        if (options.menuContext)
          setAttribute(row, 'data-vscode-context', JSON.stringify(options.menuContext(now)))
        columns.forEach((column, i) => {
          setText(texts[i]!, column.text(now))
          if (signs[i]) setText(signs[i], column.sign!(now))
        })
      },
    }
  })

  const rowOf = (target: EventTarget | null) =>
    (target as Element | null)?.closest<HTMLTableRowElement>('tbody tr')
  const cellAt = (row: number, column: number) => body.rows[row]?.cells[column]
  /** Exactly one cell can be reached with Tab. */
  const setActive = (row: HTMLTableRowElement, column: number, focus: boolean) => {
    for (const cell of body.querySelectorAll('[tabindex="0"]')) cell.setAttribute('tabindex', '-1')
    active = { row: row.dataset['key'] ?? '', column }
    const cell = row.cells[column]
    cell?.setAttribute('tabindex', '0')
    if (focus && cell) {
      cell.focus({ preventScroll: true })
      cell.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    }
  }
  const move = (row: number, column: number) => {
    const r = Math.min(Math.max(row, 0), body.rows.length - 1)
    const c = Math.min(Math.max(column, 0), columns.length - 1)
    if (cellAt(r, c)) setActive(body.rows[r]!, c, true)
  }

  table.addEventListener('click', event => {
    const row = rowOf(event.target)
    if (!row) return
    const cell = (event.target as Element).closest('td, th') as HTMLTableCellElement | null
    setActive(row, cell?.cellIndex ?? 0, true)
    options.onSelect(row.dataset['key'] ?? '')
  })
  table.addEventListener('focusin', event => {
    const row = rowOf(event.target)
    const cell = (event.target as Element).closest('td, th') as HTMLTableCellElement | null
    if (row && cell && (active.row !== row.dataset['key'] || active.column !== cell.cellIndex))
      setActive(row, cell.cellIndex, false)
  })
  table.addEventListener('keydown', event => {
    const row = rowOf(event.target)
    if (!row || event.altKey || event.metaKey) return
    const [r, c] = [row.sectionRowIndex, active.column]
    const pageRows = Math.max(1, Math.floor(element.clientHeight / row.offsetHeight) - 1)
    const moves: Record<string, () => void> = {
      ArrowDown: () => move(r + 1, c),
      ArrowUp: () => move(r - 1, c),
      ArrowRight: () => move(r, c + 1),
      ArrowLeft: () => move(r, c - 1),
      PageDown: () => move(r + pageRows, c),
      PageUp: () => move(r - pageRows, c),
      Home: () => move(event.ctrlKey ? 0 : r, 0),
      End: () => move(event.ctrlKey ? body.rows.length - 1 : r, columns.length - 1),
      Enter: () => options.onSelect(row.dataset['key'] ?? ''),
      ' ': () => options.onSelect(row.dataset['key'] ?? ''),
    }
    const used = moves[event.key]
    if (used) used()
    else if (event.ctrlKey || !options.onKey?.(event, row.dataset['key'] ?? '')) return
    event.preventDefault()
  })

  return {
    element,
    update(items, selected) {
      const focused = body.contains(document.activeElement)
      const index = rowOf(document.activeElement)?.sectionRowIndex ?? 0
      rows(items)
      for (const row of body.rows) setAttribute(row, 'aria-selected', String(row.dataset['key'] === selected))
      empty.hidden = items.length > 0
      table.hidden = items.length === 0
      if (items.length === 0 || body.querySelector('[tabindex="0"]')) return
      // The active row is gone: the one that took its place, or the selected one, is active now.
      const row = focused ? body.rows[Math.min(index, body.rows.length - 1)] : selectedRow(body, selected)
      if (row) setActive(row, active.column, focused)
    },
    reveal(key) {
      const row = [...body.rows].find(r => r.dataset['key'] === key)
      if (!row) return
      const head = table.tHead?.offsetHeight ?? 0
      const [top, bottom] = [row.offsetTop - head, row.offsetTop + row.offsetHeight]
      if (top < element.scrollTop) element.scrollTop = top
      else if (bottom > element.scrollTop + element.clientHeight)
        element.scrollTop = bottom - element.clientHeight
    },
  }
}

const selectedRow = (body: HTMLTableSectionElement, selected: string | undefined) =>
  [...body.rows].find(row => row.dataset['key'] === selected) ?? body.rows[0]

function headCell<T>({ title, fullTitle, explanation, numeric }: Column<T>): HTMLElement {
  return h(
    'th',
    {
      scope: 'col',
      role: 'columnheader',
      class: numeric ? 'numeric' : undefined,
      title: [fullTitle, explanation].filter(Boolean).join('. ') || undefined,
      'aria-label': fullTitle,
    },
    title,
  )
}
