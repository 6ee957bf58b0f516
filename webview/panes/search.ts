/** Finds nodes by name, peer id or process id. The first that is found is selected; Enter goes on to the next. */
import type { NetworkState, NodeState } from '../../network/state.ts'
import { h, setText } from '../dom.ts'
import { plural } from '../format.ts'

/** Shorter pieces of a peer id are in too many of them. */
const PEER_ID_FROM = 3

/** The nodes that `text` may mean, the likeliest first. */
export function findNodes(state: NetworkState, text: string): NodeState[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return []
  const rank = (n: NodeState): number => {
    if (n.name === wanted) return 0
    if (String(n.pid) === wanted) return 1
    if (n.name.startsWith(wanted) || n.name.slice(1).startsWith(wanted)) return 2
    if (n.pid !== undefined && String(n.pid).startsWith(wanted)) return 3
    return wanted.length >= PEER_ID_FROM && n.peerId?.toLowerCase().includes(wanted) ? 4 : Infinity
  }
  return Object.values(state.nodes)
    .map(node => ({ node, at: rank(node) }))
    .filter(({ at }) => at < Infinity)
    .sort((a, b) => a.at - b.at)
    .map(({ node }) => node)
}

export interface Search {
  readonly element: HTMLElement
  focus(): void
}

export function createSearch(options: { state(): NetworkState; onFind(name: string): void }): Search {
  let index = 0
  const told = h('span', { class: 'quiet search-told', 'aria-live': 'polite' })
  const find = (next: number) => {
    const found = findNodes(options.state(), input.value)
    index = found.length === 0 ? 0 : (next + found.length) % found.length
    const node = found[index]
    setText(
      told,
      input.value.trim() === ''
        ? ''
        : node
          ? `${index + 1} of ${found.length.toLocaleString('en')}`
          : plural(0, 'node'),
    )
    if (node) options.onFind(node.name)
  }
  const input = h('input', {
    type: 'search',
    'aria-label': 'Find a node by name, peer ID or process ID',
    placeholder: 'Find: name, peer ID, PID',
    title: 'Find a node (Ctrl+F). Press Enter for the next match.',
    'aria-keyshortcuts': 'Control+F',
    oninput: () => find(0),
    onkeydown(event: KeyboardEvent) {
      if (event.key !== 'Enter') return
      event.preventDefault()
      find(index + (event.shiftKey ? -1 : 1))
    },
  })
  return {
    element: h('div', { class: 'search', role: 'search' }, told, input),
    focus() {
      input.focus()
      input.select()
    },
  }
}
