/** What can be done with one node, and when. The buttons and the keys of the table are both made from this. */
import type { NetworkState, NodeState } from '../../network/state.ts'
import { hasEnded } from '../graph/scene.ts'
import type { Icon } from '../icons.ts'
import type { FromView } from '../shared/view-messages.ts'

export interface NodeAction {
  label: string
  icon: Icon
  /** Pressed on the node's row of the table. */
  key: string
  possible(node: NodeState, network: NetworkState): boolean
  message(node: string): FromView
}

const runs = (n: NodeState) => n.phase === 'listening' || n.phase === 'starting'
/** A node comes back only into a network that runs. */
const canReturn = (n: NodeState, network: NetworkState) =>
  hasEnded(n.phase) && (network.phase === 'starting' || network.phase === 'ready')

export const NODE_ACTIONS: readonly NodeAction[] = [
  {
    label: 'Broadcast from Here',
    icon: 'broadcast',
    key: 'b',
    possible: n => n.phase === 'listening' && n.subscribed && n.paused === undefined,
    message: node => ({ type: 'broadcast', node }),
  },
  { label: 'Stop', icon: 'stop', key: 's', possible: runs, message: node => ({ type: 'stopNode', node }) },
  { label: 'Kill', icon: 'kill', key: 'k', possible: runs, message: node => ({ type: 'killNode', node }) },
  {
    label: 'Pause',
    icon: 'pause',
    key: 'p',
    possible: n => n.phase === 'listening' && n.paused === undefined,
    message: node => ({ type: 'pauseNode', node }),
  },
  {
    label: 'Resume',
    icon: 'play',
    key: 'p',
    possible: n => n.phase === 'listening' && n.paused !== undefined,
    message: node => ({ type: 'resumeNode', node }),
  },
  {
    label: 'Restart',
    icon: 'restart',
    key: 'r',
    possible: canReturn,
    message: node => ({ type: 'restartNode', node }),
  },
  {
    label: 'Show Log',
    icon: 'log',
    key: 'l',
    possible: () => true,
    message: node => ({ type: 'showLog', node }),
  },
]
