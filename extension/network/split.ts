/** Two halves of a network, drawn at random. Pure but for the dice. */
import type { Group } from '../../network/events.ts'

/** @throws when there are not two nodes to part. */
export function halves(nodes: readonly string[], random: () => number = Math.random): Group[] {
  if (nodes.length < 2) throw new Error('A network of one node cannot be split.')
  const left = [...nodes]
  const half: string[] = []
  while (half.length < Math.floor(nodes.length / 2)) {
    half.push(...left.splice(Math.floor(random() * left.length), 1))
  }
  return [
    { name: 'A', nodes: half },
    { name: 'B', nodes: left },
  ]
}
