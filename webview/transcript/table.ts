/**
 * The transmissions as a grid with one row each and the picture in its middle column, so that what is seen and what is read
 * is the same thing. One tab stop; the arrow keys go from row to row, and the row with the focus is the one shown in full.
 */
import { h, setAttribute, setText } from '../dom.ts'
import { plural } from '../format.ts'
import { columnsOf, namesPicture, rowPicture, type Columns } from './picture.ts'
import type { Row, Rows } from './rows.ts'
import { dump, glance, KINDS, ms, whatText } from './words.ts'

type Shown = Extract<Row, { kind: 'transmission' }>

export interface TranscriptTable {
  readonly element: HTMLElement
  /** `keep`: the same rows for another width of the page; what was selected stays so. */
  show(rows: Rows, keep?: boolean): void
}

const PAGE = 10
/** So many bytes of each are shown as text in its row: often enough to know what it is. */
const GLANCE = 24

export function createTable(options: {
  onSelect(row: Shown | undefined): void
  onHover(row: Shown | undefined, at: { x: number; y: number }): void
}): TranscriptTable {
  const body = h('tbody', { role: 'rowgroup' })
  const names = h('th', { role: 'columnheader', scope: 'col', class: 'pictures' })
  const head = (title: string, type?: string) =>
    h('th', { role: 'columnheader', scope: 'col', class: type }, title)
  const table = h(
    'table',
    { role: 'grid', 'aria-label': 'Transmissions', class: 'transmissions' },
    h(
      'thead',
      { role: 'rowgroup' },
      h(
        'tr',
        { role: 'row' },
        head('Time', 'numeric'),
        names,
        h('th', { role: 'columnheader', scope: 'col', class: 'ends' }, h('span', {}, 'From → to')),
        head('Kind'),
        head('What'),
      ),
    ),
    body,
  )
  const element = h('div', { class: 'transmissions-scroll' }, table)
  let shown = new Map<string, Shown>()
  let selected = ''

  const rowOf = (target: EventTarget | null) =>
    (target as Element | null)?.closest<HTMLTableRowElement>('tbody tr')
  const select = (row: HTMLTableRowElement) => {
    const key = row.dataset['key'] ?? ''
    if (key === selected) return
    selected = key
    for (const other of body.rows) {
      setAttribute(other, 'tabindex', other === row ? 0 : -1)
      setAttribute(other, 'aria-selected', String(other === row))
    }
    options.onSelect(shown.get(key))
  }
  const go = (index: number) => {
    const row = body.rows[Math.min(Math.max(index, 0), body.rows.length - 1)]
    row?.focus({ preventScroll: true })
    row?.scrollIntoView({ block: 'nearest' })
  }

  table.addEventListener('focusin', event => {
    const row = rowOf(event.target)
    if (row) select(row)
  })
  table.addEventListener('click', event => rowOf(event.target)?.focus({ preventScroll: true }))
  table.addEventListener('keydown', event => {
    const row = rowOf(event.target)
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return
    const at = row.sectionRowIndex
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + PAGE,
      PageUp: at - PAGE,
      Home: 0,
      End: body.rows.length - 1,
    }
    const to = moves[event.key]
    if (to === undefined) return
    event.preventDefault()
    go(to)
  })
  body.addEventListener('pointermove', event =>
    options.onHover(shown.get(rowOf(event.target)?.dataset['key'] ?? ''), {
      x: event.clientX,
      y: event.clientY,
    }),
  )
  body.addEventListener('pointerleave', () => options.onHover(undefined, { x: 0, y: 0 }))

  return {
    element,
    show({ lanes, rows }, keep = false) {
      const columns = columnsOf(lanes, window.innerWidth)
      const before = keep ? selected : undefined
      const focused = keep && body.contains(document.activeElement)
      shown = new Map(rows.flatMap(row => (row.kind === 'transmission' ? [[row.key, row]] : [])))
      selected = ''
      names.replaceChildren(h('span', { class: 'hidden-text' }, 'Picture'), namesPicture(columns))
      body.replaceChildren(...rows.map(row => rowElement(row, columns)))
      const row = [...body.rows].find(r => r.dataset['key'] === before) ?? body.rows[0]
      if (row) select(row)
      else options.onSelect(undefined)
      if (focused) row?.focus()
      if (!keep) element.scrollTop = 0
    },
  }
}

function rowElement(row: Row, columns: Columns): HTMLTableRowElement {
  const cell = (type: string | undefined, ...children: (Node | string)[]) =>
    h('td', { role: 'gridcell', class: type }, ...children)
  const element = h('tr', { role: 'row', tabindex: -1, 'aria-selected': 'false', 'data-key': row.key })
  if (row.kind !== 'transmission') {
    element.classList.add('between')
    const text =
      row.kind === 'pause' ? `${ms(row.ms)} later` : `${plural(row.transmissions, 'transmission')} left out`
    element.append(
      cell('numeric', '⋮'),
      cell('pictures', rowPicture(columns, undefined, true)),
      h('td', { role: 'gridcell', colspan: 3, class: 'quiet' }, text),
    )
    return element
  }
  const { event, at } = row
  element.dataset['kind'] = event.kind
  element.append(
    cell('numeric', ms(at)),
    cell('pictures', rowPicture(columns, event)),
    cell('ends', h('span', {}, `${event.from} → ${event.to}`)),
    cell('kind', KINDS[event.kind].word),
    cell('what', whatText(event, event.at - at), ' ', h('code', { class: 'quiet' }, glance(event, GLANCE))),
  )
  return element
}

/** One transmission in full. */
export function createInFull(): { element: HTMLElement; show(row: Shown | undefined): void } {
  const title = h('h2')
  const means = h('p', { class: 'quiet' })
  const bytes = h('pre', { tabindex: 0, role: 'group', 'aria-label': 'First bytes' })
  const element = h(
    'section',
    { class: 'in-full', 'aria-label': 'Selected transmission' },
    title,
    means,
    bytes,
  )
  return {
    element,
    show(row) {
      element.hidden = row === undefined
      if (!row) return
      const { event, at } = row
      setText(title, `${ms(at)}: ${event.from} → ${event.to}`)
      const { word, means: meaning } = KINDS[event.kind]
      const what = whatText(event, event.at - at)
      setText(means, `${word}: ${meaning}${what === '' ? '' : `. ${what}`}`)
      const text = dump(event)
      bytes.hidden = text === ''
      setText(bytes, text)
    },
  }
}
