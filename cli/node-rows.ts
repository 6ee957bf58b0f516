/** The nodes of a network as lines: name, process, how it stands, address. */
import type { NetworkState, NodeState } from '../network/state.ts'

export function nodeRows(state: NetworkState): string {
  const nodes = Object.values(state.nodes)
  const isProgram = state.program !== undefined
  const width = Math.max(8, ...nodes.map(node => standing(node, isProgram).length))
  return nodes
    .map(node => {
      const { name, pid = '-', addresses } = node
      const cells = [
        name.padEnd(5),
        String(pid).padEnd(8),
        standing(node, isProgram).padEnd(width),
        addresses[0],
      ]
      return `${cells.join(' ').trimEnd()}\n`
    })
    .join('')
}

/** Only gossipsub has a mesh. */
function standing(
  { phase, paused, hostile, mesh, connections, leads }: NodeState,
  isProgram: boolean,
): string {
  if (phase !== 'listening') return phase
  if (paused) return 'paused'
  if (isProgram) {
    const peers = Object.keys(connections).length
    return `${peers} ${peers === 1 ? 'peer' : 'peers'}${leads === undefined ? '' : `, leads in term ${leads}`}`
  }
  return `${mesh.length} mesh${hostile ? `, ${hostile}` : ''}`
}
