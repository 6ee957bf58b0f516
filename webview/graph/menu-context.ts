/**
 * What VS Code's context menu is about: it reads `data-vscode-context` of what was clicked and of all that is around it, and shows the
 * commands that package.json names for it under "webview/context". Pure.
 */
import type { NetworkState, NodeState } from '../../network/state.ts'
import { linkKey } from '../../network/state.ts'
import { hasEnded } from './scene.ts'

/** Names and values are those that the conditions in package.json use. */
export type MenuContext = { preventDefaultContextMenuItems: true } & (
  | { webviewSection: 'background' }
  | {
      webviewSection: 'node'
      node: string
      peerId?: string
      nodeState: 'running' | 'paused' | 'starting' | 'ended' | 'stopping'
    }
  | { webviewSection: 'link'; a: string; b: string; linkFaulty: boolean }
  /** A peer that is not ours: there is nothing to do with it. */
  | { webviewSection: 'foreign' }
)

const prevent = { preventDefaultContextMenuItems: true } as const

const backgroundContext: MenuContext = { ...prevent, webviewSection: 'background' }

export const nodeContext = (node: NodeState): MenuContext => ({
  ...prevent,
  webviewSection: 'node',
  node: node.name,
  ...(node.peerId !== undefined && { peerId: node.peerId }),
  nodeState: hasEnded(node.phase)
    ? 'ended'
    : node.phase !== 'listening'
      ? (node.phase as 'starting' | 'stopping')
      : node.paused === undefined
        ? 'running'
        : 'paused',
})

/** Of what is under the pointer; what can be done depends on the `present`. */
export function contextOf(
  present: NetworkState,
  what: { node: string } | { a: string; b: string } | undefined,
): MenuContext {
  if (!what) return backgroundContext
  if ('node' in what) {
    const node = present.nodes[what.node]
    return node ? nodeContext(node) : { ...prevent, webviewSection: 'foreign' }
  }
  const { a, b } = what
  if (!present.nodes[a] || !present.nodes[b]) return { ...prevent, webviewSection: 'foreign' }
  return {
    ...prevent,
    webviewSection: 'link',
    a,
    b,
    linkFaulty: present.faultyLinks[linkKey(a, b)] !== undefined,
  }
}
