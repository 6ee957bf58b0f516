/** How the parts of the view lie on the page. What is where on wide and narrow pages is up to style/. */
import { h } from './dom.ts'
import { icon } from './icons.ts'
import { createTabs, type Tab } from './tabs.ts'

type Part = { readonly element: HTMLElement }

export interface Parts {
  toolbar: Part
  notices: Part
  graph: Part
  caption: Part
  legend: HTMLElement
  spaceTime: Part
  numbers: Part
  events: Part
  nodeTable: Part
  search: Part
  faults: Part
  details: Part
  linkDetails: Part
  messageTable: Part
  hopList: Part
  announcer: Part
  timeBar: Part
  acting: Part
}

export interface Page {
  /** Shows the network's parts, or what to do when there is none. */
  showNetwork(there: boolean, live: boolean): void
  /** The part in front: 'graph', 'spacetime', … */
  readonly tab: string
  setTab(id: string): void
}

export function createPage(
  root: HTMLElement,
  parts: Parts,
  on: { start(): void; scenario(): void; tab(id: string): void },
): Page {
  parts.graph.element.append(parts.caption.element)
  const empty = h(
    'section',
    { class: 'empty', 'aria-label': 'Getting started', hidden: true },
    h('h2', {}, 'No network is running'),
    h(
      'p',
      {},
      'Start a local network of real libp2p nodes. They run on this computer only. You will see them find each other, connect, and pass messages on. A scenario starts one, breaks it, and tests it, step by step.',
    ),
    h(
      'div',
      { class: 'buttons' },
      h('button', { type: 'button', class: 'primary', onclick: on.start }, icon('play'), 'Start network'),
      h('button', { type: 'button', onclick: on.scenario }, icon('bolt'), 'Run a scenario…'),
    ),
  )
  const panels: Tab[] = [
    { id: 'graph', title: 'Graph', panel: h('div', { class: 'panel' }, parts.graph.element, parts.legend) },
    { id: 'spacetime', title: 'Space-time', panel: h('div', { class: 'panel' }, parts.spaceTime.element) },
    { id: 'numbers', title: 'Numbers', panel: h('div', { class: 'panel' }, parts.numbers.element) },
    { id: 'events', title: 'Events', panel: h('div', { class: 'panel' }, parts.events.element) },
  ]
  const tabs = createTabs('Parts of the view', panels, on.tab)
  const network = h(
    'div',
    { class: 'network', hidden: true },
    h('div', { class: 'stage' }, tabs.bar, ...panels.map(p => p.panel)),
    h(
      'div',
      { class: 'side' },
      parts.faults.element,
      h(
        'section',
        { class: 'pane nodes', 'aria-label': 'Nodes' },
        h('header', {}, h('h2', {}, 'Nodes'), parts.search.element),
        parts.nodeTable.element,
      ),
      parts.details.element,
      parts.linkDetails.element,
      h(
        'section',
        { class: 'pane messages', 'aria-label': 'Messages' },
        h('h2', {}, 'Messages'),
        parts.messageTable.element,
        parts.hopList.element,
      ),
    ),
  )
  // Until the first snapshot there is nothing to say.
  parts.toolbar.element.hidden = true
  const heading = h('h1', { class: 'hidden-text' }, 'P2P Lab network')
  root.append(
    heading,
    parts.toolbar.element,
    parts.notices.element,
    empty,
    network,
    parts.timeBar.element,
    parts.announcer.element,
    parts.acting.element,
  )
  return {
    get tab() {
      return tabs.selected
    },
    setTab: tabs.select,
    showNetwork(there, live) {
      network.hidden = !there
      root.classList.toggle('in-the-past', there && !live)
      empty.hidden = there
      parts.toolbar.element.hidden = !there
    },
  }
}
