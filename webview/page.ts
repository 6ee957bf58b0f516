/** How the parts of the view lie on the page. What is where on wide and narrow pages is up to style/. */
import { h } from './dom.ts'
import { icon } from './icons.ts'
import { createTabs, type Tab } from './tabs.ts'

export interface Parts {
  toolbar: HTMLElement
  notices: HTMLElement
  graph: HTMLElement
  caption: HTMLElement
  legend: HTMLElement
  spaceTime: HTMLElement
  numbers: HTMLElement
  events: HTMLElement
  nodes: HTMLElement
  search: HTMLElement
  details: HTMLElement
  messages: HTMLElement
  hops: HTMLElement
  announcer: HTMLElement
  time: HTMLElement
  acting: HTMLElement
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
  on: { start(): void; tab(id: string): void },
): Page {
  parts.graph.append(parts.caption)
  const empty = h(
    'section',
    { class: 'empty', 'aria-label': 'Getting started', hidden: true },
    h('h2', {}, 'No network is running'),
    h(
      'p',
      {},
      'Start a local network of real libp2p nodes. They run on this computer only. You will see them find each other, connect, and pass messages on.',
    ),
    h('button', { type: 'button', class: 'primary', onclick: on.start }, icon('play'), 'Start network'),
  )
  const panels: Tab[] = [
    { id: 'graph', title: 'Graph', panel: h('div', { class: 'panel' }, parts.graph, parts.legend) },
    { id: 'spacetime', title: 'Space-time', panel: h('div', { class: 'panel' }, parts.spaceTime) },
    { id: 'numbers', title: 'Numbers', panel: h('div', { class: 'panel' }, parts.numbers) },
    { id: 'events', title: 'Events', panel: h('div', { class: 'panel' }, parts.events) },
  ]
  const tabs = createTabs('Parts of the view', panels, on.tab)
  const network = h(
    'div',
    { class: 'network', hidden: true },
    h('div', { class: 'stage' }, tabs.bar, ...panels.map(p => p.panel)),
    h(
      'div',
      { class: 'side' },
      h(
        'section',
        { class: 'pane nodes', 'aria-label': 'Nodes' },
        h('header', {}, h('h2', {}, 'Nodes'), parts.search),
        parts.nodes,
      ),
      parts.details,
      h(
        'section',
        { class: 'pane messages', 'aria-label': 'Messages' },
        h('h2', {}, 'Messages'),
        parts.messages,
        parts.hops,
      ),
    ),
  )
  // Until the first snapshot there is nothing to say.
  parts.toolbar.hidden = true
  const heading = h('h1', { class: 'hidden-text' }, 'P2P Lab network')
  root.append(
    heading,
    parts.toolbar,
    parts.notices,
    empty,
    network,
    parts.time,
    parts.announcer,
    parts.acting,
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
      parts.toolbar.hidden = !there
    },
  }
}
