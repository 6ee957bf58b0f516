/** How the parts of the view lie on the page. What is where on wide and narrow pages is up to style/. */
import { h, setAttribute } from './dom.ts'
import { createTabs, type Tab } from './tabs.ts'

type Part = { readonly element: HTMLElement }

export interface Parts {
  toolbar: Part
  notices: Part
  graph: Part
  caption: Part
  starting: Part
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
  /** Asks before it acts on the network; where there is one to act on. */
  acting: Part | undefined
  /** Stands in place of the network's parts where there is nothing to show. */
  instead: HTMLElement
}

export interface Page {
  /** Shows the network's parts, or what to do when there is none. */
  showNetwork(there: boolean, live: boolean): void
  /** What the nodes are decides what can be seen of them: of a learner's program no mesh, of libp2p no leader. */
  showKind(kind: 'libp2p' | 'program'): void
  /** The part in front: 'graph', 'spacetime', … */
  readonly tab: string
  setTab(id: string): void
}

export function createPage(
  root: HTMLElement,
  parts: Parts,
  on: {
    heading: string
    tab(id: string): void
    /** What every context menu of the page is about, too (graph/menu-context.ts). */
    menuContext(): Record<string, boolean>
  },
): Page {
  parts.graph.element.append(parts.caption.element, parts.starting.element)
  const panels: Tab[] = [
    { id: 'graph', title: 'Graph', panel: h('div', { class: 'panel' }, parts.graph.element, parts.legend) },
    { id: 'spacetime', title: 'Space-time', panel: h('div', { class: 'panel' }, parts.spaceTime.element) },
    { id: 'numbers', title: 'Numbers', panel: h('div', { class: 'panel' }, parts.numbers.element) },
    { id: 'events', title: 'Events', panel: h('div', { class: 'panel' }, parts.events.element) },
  ]
  const tabs = createTabs('View parts', panels, on.tab)
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
  const heading = h('h1', { class: 'hidden-text' }, on.heading)
  root.append(
    heading,
    parts.toolbar.element,
    parts.notices.element,
    parts.instead,
    network,
    parts.timeBar.element,
    parts.announcer.element,
    ...(parts.acting ? [parts.acting.element] : []),
  )
  // Before VS Code reads it.
  root.addEventListener(
    'contextmenu',
    () => setAttribute(root, 'data-vscode-context', JSON.stringify(on.menuContext())),
    { capture: true },
  )
  return {
    get tab() {
      return tabs.selected
    },
    setTab: tabs.select,
    showKind: kind => setAttribute(root, 'data-nodes', kind),
    showNetwork(there, live) {
      network.hidden = !there
      root.classList.toggle('in-the-past', there && !live)
      parts.instead.hidden = there
      parts.toolbar.element.hidden = !there
    },
  }
}
