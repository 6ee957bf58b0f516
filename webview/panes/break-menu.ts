/** "Break…": what can be done to the network as a whole, and mended again. Each is the palette's command of the same name. */
import { liveNodes, type NetworkState } from '../../network/state.ts'
import type { FromView } from '../shared/view-messages.ts'
import { createMenu, type Menu } from './menu.ts'

interface Action {
  label: string
  hint: string
  message: FromView
  possible(network: NetworkState): boolean
}

const runs = (n: NetworkState) => n.phase === 'ready' && liveNodes(n).length > 0
const hasFaultyLinks = (n: NetworkState) => runs(n) && Object.keys(n.faultyLinks).length > 0

const ACTIONS: readonly Action[] = [
  {
    label: 'Split Network…',
    hint: 'Split the network into groups that cannot reach each other',
    message: { type: 'splitNetwork' },
    possible: n => runs(n) && n.partition === undefined,
  },
  {
    label: 'Heal Network',
    hint: 'Let the groups connect again',
    message: { type: 'healNetwork' },
    possible: n => runs(n) && n.partition !== undefined,
  },
  {
    label: 'Slow Down or Break Links…',
    hint: 'Add latency, jitter, loss or a bandwidth limit to links',
    message: { type: 'setLinkFault' },
    possible: runs,
  },
  {
    label: 'Clear Link Faults…',
    hint: 'Remove the faults from links',
    message: { type: 'clearLinkFault' },
    possible: hasFaultyLinks,
  },
  {
    label: 'Start Churn…',
    hint: 'Kill and restart nodes again and again',
    message: { type: 'startChurn' },
    possible: n => runs(n) && n.churn === undefined,
  },
  {
    label: 'Stop Churn',
    hint: 'Stop killing nodes',
    message: { type: 'stopChurn' },
    possible: n => runs(n) && n.churn !== undefined,
  },
  {
    label: 'Add Hostile Node…',
    hint: 'Add a node that spams or sends invalid messages',
    message: { type: 'addHostileNode' },
    possible: n => runs(n) && n.program === undefined,
  },
  {
    label: 'Run Scenario…',
    hint: 'Start, break and test a network in automated steps',
    message: { type: 'runScenario' },
    possible: runs,
  },
]

export interface BreakMenu extends Pick<Menu, 'element'> {
  /** Offers what can be done to the network as it is now. */
  update(present: NetworkState): void
}

export function createBreakMenu(post: (message: FromView) => void): BreakMenu {
  const menu = createMenu(
    'Break…',
    'bolt',
    ACTIONS.map(({ label, hint, message }) => ({ label, hint, onChoose: () => post(message) })),
  )
  return {
    element: menu.element,
    update: present => menu.update(ACTIONS.map(action => action.possible(present))),
  }
}
