/** The way of the shown message as a list, in the order in which it really went: what the animation shows, in words. */
import type { Hop, HopTree } from '../broadcast/hops.ts'
import { h, keyedList, setAttribute, setText } from '../dom.ts'
import { span } from '../format.ts'

export interface HopList {
  readonly element: HTMLElement
  /** Hops that ended after `cursorMs` are not shown on the graph yet. */
  update(number: number | undefined, tree: HopTree | undefined, cursorMs: number): void
}

export function createHopList(): HopList {
  const list = h('ol', { class: 'hops', tabindex: 0, 'aria-label': 'Hops' })
  const heading = h('h3', {}, 'Hops')
  const element = h('section', { class: 'hop-pane', hidden: true }, heading, list)
  const rows = keyedList<Hop, HTMLLIElement>(
    list,
    hop => hop.to,
    hop => {
      const depth = h('span', { class: 'hop-number' })
      const way = h('span', { class: 'hop-way' })
      const time = h('span', { class: 'numeric quiet' })
      return {
        element: h('li', { 'data-hop': `${hop.from} ${hop.to}` }, depth, way, time),
        update(now) {
          setAttribute(depth.parentElement!, 'data-hop', `${now.from} ${now.to}`)
          setText(depth, `hop ${now.hop}`)
          setText(way, `${now.from} → ${now.to}`)
          setText(time, `+${span(now.endMs)}`)
        },
      }
    },
  )
  let listed: HopTree | undefined
  /** Hops from here on are not shown yet. */
  let shown = 0
  return {
    element,
    update(number, tree, cursorMs) {
      element.hidden = !tree || tree.hops.length === 0
      if (!tree) return
      if (tree !== listed) {
        listed = tree
        const name = `Hops of message ${number?.toLocaleString('en')}`
        setText(heading, name)
        setAttribute(list, 'aria-label', name)
        rows(tree.hops)
        shown = -1
      }
      const until = tree.hops.findIndex(hop => hop.endMs > cursorMs)
      const next = until < 0 ? tree.hops.length : until
      if (next === shown) return
      shown = next
      Array.from(list.children).forEach((row, i) => row.classList.toggle('to-come', i >= next))
    },
  }
}
