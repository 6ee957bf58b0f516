/**
 * A long list of which only the rows in sight are on the page: an accessible grid with one tab stop, whose active row is told
 * with aria-activedescendant. All rows have one height.
 */
import { h, setAttribute, setText } from '../dom.ts'
import { asPartOf } from '../failure.ts'

const ROW = 22
/** Rows above and below those in sight. */
const MARGIN = 6

export interface RowsOptions {
  label: string
  /** Of each cell: class, and name of its column. */
  columns: readonly { name: string; class?: string }[]
  /** The texts of the cells of a row, and classes of the row. */
  texts(index: number): readonly string[]
  looks(index: number): string
  onChoose(index: number): void
  onScroll(): void
}

export interface Rows {
  readonly element: HTMLElement
  /** Whether the end of the list is in sight. */
  readonly atEnd: boolean
  readonly active: number
  draw(count: number): void
  /** Makes a row the active one and brings it into sight. */
  activate(index: number): void
  toEnd(): void
}

let lists = 0

export function createRows(options: RowsOptions): Rows {
  const prefix = `rows-${++lists}`
  const space = h('div', { class: 'rows-space', role: 'rowgroup' })
  const element = h(
    'div',
    { class: 'rows', role: 'grid', tabindex: 0, 'aria-label': options.label, 'aria-readonly': 'true' },
    space,
  )
  const pool: HTMLElement[] = []
  let count = 0
  let active = -1

  const makeRow = () => {
    const row = h(
      'div',
      { role: 'row' },
      ...options.columns.map(c => h('span', { role: 'gridcell', class: c.class })),
    )
    pool.push(row)
    space.append(row)
    return row
  }
  const draw = (next: number) => {
    count = next
    if (active >= count) active = count - 1
    space.style.height = `${count * ROW}px`
    setAttribute(element, 'aria-rowcount', count)
    const first = Math.max(0, Math.floor(element.scrollTop / ROW) - MARGIN)
    const last = Math.min(count, Math.ceil((element.scrollTop + element.clientHeight) / ROW) + MARGIN)
    for (let i = first; i < last; i++) {
      const row = pool[i - first] ?? makeRow()
      row.hidden = false
      row.style.transform = `translateY(${i * ROW}px)`
      row.id = `${prefix}-${i}`
      setAttribute(row, 'class', `event-row ${options.looks(i)}${i === active ? ' active' : ''}`)
      setAttribute(row, 'aria-rowindex', i + 1)
      setAttribute(row, 'aria-selected', String(i === active))
      row.dataset['index'] = String(i)
      options.texts(i).forEach((text, c) => setText(row.children[c]!, text))
    }
    for (const row of pool.slice(Math.max(0, last - first))) {
      row.hidden = true
      row.removeAttribute('id')
    }
    setAttribute(
      element,
      'aria-activedescendant',
      active >= first && active < last ? `${prefix}-${active}` : undefined,
    )
  }
  const activate = (index: number) => {
    active = Math.min(Math.max(index, 0), count - 1)
    if (active < 0) return
    const [top, bottom] = [active * ROW, (active + 1) * ROW]
    if (top < element.scrollTop) element.scrollTop = top
    else if (bottom > element.scrollTop + element.clientHeight)
      element.scrollTop = bottom - element.clientHeight
    draw(count)
  }
  element.addEventListener('scroll', options.onScroll, { passive: true })
  element.addEventListener('click', event => {
    const row = (event.target as Element).closest<HTMLElement>('[role=row]')
    if (!row) return
    activate(Number(row.dataset['index']))
    options.onChoose(active)
  })
  element.addEventListener('keydown', event => {
    const page = Math.max(1, Math.floor(element.clientHeight / ROW) - 1)
    const to = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: count - 1,
    }[event.key]
    const chosen = event.key === 'Enter' || event.key === ' '
    if ((to === undefined && !chosen) || event.altKey || event.metaKey) return
    event.preventDefault()
    if (to !== undefined) activate(to)
    else if (active >= 0) options.onChoose(active)
  })
  new ResizeObserver(() => asPartOf(element, () => draw(count))).observe(element)
  return {
    element,
    get atEnd() {
      return element.scrollTop + element.clientHeight >= count * ROW - ROW
    },
    get active() {
      return active
    },
    draw,
    activate,
    toEnd() {
      element.scrollTop = count * ROW
    },
  }
}
