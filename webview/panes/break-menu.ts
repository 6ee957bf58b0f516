/** "Break…": what can be done to the network as a whole, and mended again. Each is the palette's command of the same name. */
import { liveNodes, type NetworkState } from '../../network/state.ts'
import type { FromView } from '../shared/view-messages.ts'
import { createMenu, type Menu } from './menu.ts'

interface Deed {
  label: string
  hint: string
  message: FromView
  possible(network: NetworkState): boolean
}

const runs = (n: NetworkState) => n.phase === 'ready' && liveNodes(n).length > 0
const hasFaultyLinks = (n: NetworkState) => runs(n) && Object.keys(n.faultyLinks).length > 0

const DEEDS: readonly Deed[] = [
  {
    label: 'Split Network…',
    hint: 'Cut the network into groups that cannot reach each other',
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
    hint: 'Send links through a network with latency, jitter, loss or little bandwidth',
    message: { type: 'setLinkFault' },
    possible: runs,
  },
  {
    label: 'Clear Link Faults…',
    hint: 'Make links well again',
    message: { type: 'clearLinkFault' },
    possible: hasFaultyLinks,
  },
  {
    label: 'Start Churn…',
    hint: 'Have nodes die and come back, again and again',
    message: { type: 'startChurn' },
    possible: n => runs(n) && n.churn === undefined,
  },
  {
    label: 'Stop Churn',
    hint: 'Let all nodes live from now on',
    message: { type: 'stopChurn' },
    possible: n => runs(n) && n.churn !== undefined,
  },
  {
    label: 'Add Hostile Node…',
    hint: 'Let one join that spams, or sends invalid messages',
    message: { type: 'addHostileNode' },
    possible: runs,
  },
  {
    label: 'Run Scenario…',
    hint: 'Steps that start, break and test a network by themselves',
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
    DEEDS.map(({ label, hint, message }) => ({ label, hint, onChoose: () => post(message) })),
  )
  return {
    element: menu.element,
    update: present => menu.update(DEEDS.map(deed => deed.possible(present))),
  }
}
