/** The way of the shown message as a list, in the order in which it really went: what the animation shows, in words. */
import type { Hop, HopTree } from '../broadcast/hops.ts'
import { h, keyedList, setAttribute, setText } from '../dom.ts'
import { span } from './words.ts'

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
  return {
    element,
    update(number, tree, cursorMs) {
      element.hidden = !tree || tree.hops.length === 0
      if (!tree) return
      setText(heading, `Hops of message ${number}`)
      setAttribute(list, 'aria-label', `Hops of message ${number}`)
      rows(tree.hops)
      let at = list.firstElementChild
      for (const hop of tree.hops) {
        at?.classList.toggle('to-come', hop.endMs > cursorMs)
        at = at?.nextElementSibling ?? null
      }
    },
  }
}
