/** The nodes as a table: the text alternative of the graph, and the way to act on nodes from the keyboard. */
import type { NetworkState, NodeState } from '../../network/state.ts'
import type { FromView } from '../messages.ts'
import { markOf } from '../graph/scene.ts'
import { createGrid, type Column, type Grid } from './grid.ts'
import { NODE_ACTIONS } from './node-actions.ts'
import { MARKS, peerCount } from './words.ts'

const number = (title: string, fullTitle: string, of: (n: NodeState) => number): Column<NodeState> => ({
  title,
  fullTitle,
  numeric: true,
  text: n => String(of(n)),
})

const COLUMNS: readonly Column<NodeState>[] = [
  { title: 'Node', text: n => n.name },
  { title: 'State', text: markOf, sign: n => MARKS[markOf(n)] },
  {
    title: 'PID',
    fullTitle: 'Process id',
    numeric: true,
    text: n => (n.pid === undefined ? '–' : String(n.pid)),
  },
  number('Peers', 'Connected peers', peerCount),
  number('Mesh', 'Peers in the gossip mesh', n => n.mesh.length),
  number('Disc.', 'Peers discovered', n => n.discovered.length),
  number('Recv.', 'Messages received', n => n.received),
  number('Dup.', 'Duplicates received', n => n.duplicates),
]

export function createNodeTable(options: {
  state(): NetworkState
  onSelect(name: string): void
  post(message: FromView): void
}): Grid<NodeState> {
  return createGrid<NodeState>({
    label: 'Nodes',
    columns: COLUMNS,
    key: n => n.name,
    state: n => n.phase,
    shortcuts: [...new Set(NODE_ACTIONS.map(a => a.key.toUpperCase()))].join(' '),
    empty: 'No nodes yet.',
    onSelect: options.onSelect,
    onKey(event, name) {
      const state = options.state()
      const node = state.nodes[name]
      const actions = NODE_ACTIONS.filter(a => a.key === event.key.toLowerCase())
      if (!node || actions.length === 0 || event.repeat) return false
      options.onSelect(name)
      const action = actions.find(a => a.possible(node, state))
      if (action) options.post(action.message(name))
      return true
    },
  })
}
