/** The nodes of a network as lines: name, process, how it stands, address. */
import type { NetworkState, NodeState } from '../network/state.ts'

export function nodeRows(state: NetworkState): string {
  const nodes = Object.values(state.nodes)
  const width = Math.max(8, ...nodes.map(node => standing(node).length))
  return nodes
    .map(node => {
      const { name, pid = '-', addresses } = node
      const cells = [name.padEnd(5), String(pid).padEnd(8), standing(node).padEnd(width), addresses[0]]
      return `${cells.join(' ').trimEnd()}\n`
    })
    .join('')
}

function standing({ phase, paused, hostile, mesh }: NodeState): string {
  if (phase !== 'listening') return phase
  if (paused) return 'paused'
  return `${mesh.length} mesh${hostile ? `, ${hostile}` : ''}`
}
