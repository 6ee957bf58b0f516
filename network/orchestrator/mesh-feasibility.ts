/** What a plan asks of gossipsub that gossipsub will not do. */
import { D_HIGH, D_LOW } from '../state.ts'

/**
 * Why the mesh of a network with these links can never be healthy, as a sentence, or undefined. gossipsub prunes a node above
 * D_HIGH mesh peers, and a neighbour with D_LOW links or fewer needs every one of them in the mesh.
 */
export function meshProblem(neighbours: ReadonlyMap<string, ReadonlySet<string>>): string | undefined {
  for (const [name, others] of neighbours) {
    const needy = [...others].filter(other => (neighbours.get(other)?.size ?? 0) <= D_LOW)
    if (needy.length <= D_HIGH) continue
    return (
      `This mesh cannot be healthy: ${needy.length} nodes depend on ${name}, and gossipsub keeps at most ${D_HIGH} mesh peers (D_high). ` +
      `The others are pruned again and again and learn of messages only through gossip, a heartbeat late.`
    )
  }
  return undefined
}
