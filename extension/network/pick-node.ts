/** Which node a command is about. */
import type { NodeState } from '../../network/state.ts'
import { Cancelled } from '../errors.ts'
import { askNode } from './ask.ts'
import { nodeOf } from './rows.ts'
import { NothingRuns, type NetworkService } from './service.ts'

/** What a node command gets: a row of the tree, a node's name from the view or a test, or what a context menu of the view is about. */
export type Target =
  string | { webviewSection: string; node?: string; peerId?: string; a?: string; b?: string } | undefined

/** The node that a command was called on; undefined where it was not called on one. */
export function nodeOfTarget(target: Target): string | undefined {
  if (typeof target === 'string') return nodeOf(target)
  return typeof target?.node === 'string' ? target.node : undefined
}

export type PickNode = (target: Target, title: string, fits: (node: NodeState) => boolean) => Promise<string>

/** The one that was clicked or named, else the only one that fits, else the user is asked. @throws NothingRuns, Cancelled */
export const pickNode =
  (service: NetworkService): PickNode =>
  async (target, title, fits) => {
    const given = nodeOfTarget(target)
    if (given !== undefined) return given
    const nodes = Object.values(service.state.nodes).filter(fits).sort(endedFirst)
    if (nodes.length === 0) throw new NothingRuns()
    const node = nodes.length === 1 ? nodes[0]!.name : await askNode(title, nodes, service.state)
    if (node === undefined) throw new Cancelled()
    return node
  }

export const isRunning = (node: NodeState): boolean => node.phase === 'listening'

/** Only where both kinds are asked about: to restart, and for the log. */
const endedFirst = (a: NodeState, b: NodeState) => Number(isRunning(a)) - Number(isRunning(b))
