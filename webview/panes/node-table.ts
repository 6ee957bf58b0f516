/** The nodes as a table: the text alternative of the graph, and the way to act on nodes from the keyboard. */
import { partOf, type NetworkState, type NodeState } from '../../network/state.ts'
import type { FromView } from '../shared/view-messages.ts'
import { h } from '../dom.ts'
import { nodeContext } from '../graph/menu-context.ts'
import { groupSigns, markOf } from '../graph/scene.ts'
import { createGrid, type Column, type Grid } from './grid.ts'
import type { NodeAction } from './node-actions.ts'
import { TERMS } from './terms.ts'
import { HOSTILE_SIGN, LEADER_SIGN, MARKS, peerCount } from './words.ts'

interface Row {
  node: NodeState
  /** The sign of its group while the network is split. */
  group: string | undefined
}

const number = (
  title: string,
  fullTitle: string,
  of: (n: NodeState) => number,
  explanation?: string,
): Column<Row> => ({
  title,
  fullTitle,
  ...(explanation !== undefined && { explanation }),
  numeric: true,
  text: ({ node }) => String(of(node)),
})

/** A hostile node that runs; when it has ended, or is paused, that is what matters. */
const harms = (n: NodeState) => n.hostile !== undefined && markOf(n) === 'listening'

/** Of a learner's program; what is paused leads nobody, whatever it thinks. */
const leads = (n: NodeState) => n.leads !== undefined && markOf(n) === 'listening'

const columnsOf = (isProgram: boolean): readonly Column<Row>[] => [
  { title: 'Node', text: ({ node, group }) => (group === undefined ? node.name : `${node.name} · ${group}`) },
  {
    title: 'State',
    text: ({ node }) => (harms(node) ? 'hostile' : leads(node) ? `leader, term ${node.leads}` : markOf(node)),
    sign: ({ node }) => (harms(node) ? HOSTILE_SIGN : leads(node) ? LEADER_SIGN : MARKS[markOf(node)]),
  },
  {
    title: 'PID',
    fullTitle: 'Process ID',
    numeric: true,
    text: ({ node }) => (node.pid === undefined ? '–' : String(node.pid)),
  },
  number('Peers', 'Connected peers', peerCount, TERMS.Connection),
  // A learner's program has no mesh, and tells nobody whom it has discovered.
  ...(isProgram
    ? []
    : [
        number('Mesh', 'Peers in the gossip mesh', n => n.mesh.length, TERMS.Mesh),
        number('Disc.', 'Peers discovered', n => n.discovered.length, TERMS.Discovery),
      ]),
  number('Recv.', 'Messages received', n => n.received),
  number('Dup.', 'Duplicates received', n => n.duplicates, TERMS.Duplicate),
]

export interface NodeTable extends Pick<Grid<Row>, 'element' | 'reveal'> {
  update(state: NetworkState, selected: string | undefined): void
}

export function createNodeTable(options: {
  /** The present: what can be done depends on it. */
  state(): NetworkState
  /** What can be done with a node. */
  actions: readonly NodeAction[]
  onSelect(name: string): void
  post(message: FromView): void
}): NodeTable {
  let rows = new Map<string, Row>()
  const gridOf = (isProgram: boolean) =>
    createGrid<Row>({
      label: 'Nodes',
      columns: columnsOf(isProgram),
      key: ({ node }) => node.name,
      state: ({ node }) => (harms(node) ? 'hostile' : node.phase),
      menuContext: ({ node }) => nodeContext(node),
      ...(options.actions.length > 0 && {
        shortcuts: [...new Set(options.actions.map(a => a.key.toUpperCase()))].join(' '),
      }),
      empty: 'No nodes yet.',
      onSelect: options.onSelect,
      onKey(event, name) {
        const state = options.state()
        const node = state.nodes[name]
        const actions = options.actions.filter(a => a.key === event.key.toLowerCase())
        if (!node || actions.length === 0 || event.repeat) return false
        options.onSelect(name)
        const action = actions.find(a => a.possible(node, state))
        if (action) options.post(action.message(name))
        return true
      },
    })
  let isProgram = false
  let grid = gridOf(isProgram)
  const element = h('div', { class: 'node-grid' }, grid.element)
  return {
    element,
    reveal: key => grid.reveal(key),
    update(state, selected) {
      if (isProgram !== (state.program !== undefined)) {
        isProgram = !isProgram
        grid = gridOf(isProgram)
        rows.clear()
        element.replaceChildren(grid.element)
      }
      const signs = state.partition && groupSigns(state.partition)
      grid.element.classList.toggle('split', signs !== undefined)
      rows = new Map(
        Object.values(state.nodes).map(node => {
          const group = signs?.[partOf(state, node.name)]
          const before = rows.get(node.name)
          // The same object as before when nothing changed: only what is new is written into the page.
          return [node.name, before?.node === node && before.group === group ? before : { node, group }]
        }),
      )
      grid.update([...rows.values()], selected)
    },
  }
}
