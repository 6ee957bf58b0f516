/** The first line of the view: how the network is, in words, and what can be done with the whole of it. */
import { isRecorded, liveNodes, type NetworkState } from '../../network/state.ts'
import { h, setAttribute, setText } from '../dom.ts'
import { icon, type Icon } from '../icons.ts'
import type { FromView } from '../shared/view-messages.ts'
import { createBreakMenu } from './break-menu.ts'
import { faultsText } from './fault-words.ts'
import { capital, plural, span } from '../format.ts'
import { discoveryText, TOPOLOGY_TEXT } from './words.ts'

type Phase = NetworkState['phase']

interface NetworkAction {
  label: string
  icon: Icon
  message: FromView
  primary?: boolean
  phases: readonly Phase[]
  /** Only of a network of libp2p nodes. */
  libp2p?: true
}

const ACTIONS: readonly NetworkAction[] = [
  {
    label: 'Start Network',
    icon: 'play',
    message: { type: 'startNetwork' },
    primary: true,
    phases: ['none', 'stopped'],
  },
  { label: 'Broadcast', icon: 'broadcast', message: { type: 'broadcast' }, primary: true, phases: ['ready'] },
  { label: 'Add Node', icon: 'add', message: { type: 'addNode' }, phases: ['ready'], libp2p: true },
  { label: 'Stop Network', icon: 'stop', message: { type: 'stopNetwork' }, phases: ['starting', 'ready'] },
]

export interface Toolbar {
  readonly element: HTMLElement
  /** `state` is what is shown, `present` the network that the buttons act on. */
  update(state: NetworkState, present: NetworkState): void
}

export function createToolbar(post: (message: FromView) => void): Toolbar {
  const phase = h('span', { class: 'network-phase' })
  const facts = h('span', { class: 'quiet' })
  const faults = h('span', { class: 'network-faults', hidden: true })
  const menu = createBreakMenu(post)
  const buttons = ACTIONS.map(action =>
    h(
      'button',
      { type: 'button', class: action.primary ? 'primary' : undefined, onclick: () => post(action.message) },
      icon(action.icon),
      action.label,
    ),
  )
  const element = h(
    'header',
    { class: 'toolbar' },
    h('div', { class: 'status' }, phase, facts, faults),
    h('div', { class: 'buttons', role: 'toolbar', 'aria-label': 'Network' }, ...buttons, menu.element),
  )
  return {
    element,
    update(state, present) {
      setAttribute(phase, 'data-phase', state.phase)
      setText(phase, phaseText(state))
      setText(facts, factsText(state))
      const wrong = faultsText(state)
      faults.hidden = wrong === ''
      setText(faults, capital(wrong))
      menu.update(present)
      ACTIONS.forEach(({ phases, libp2p }, i) => {
        const fits = !libp2p || present.program === undefined
        buttons[i]!.hidden = !phases.includes(present.phase) || !fits
      })
    },
  }
}

export function phaseText(state: NetworkState): string {
  switch (state.phase) {
    case 'none':
      return 'No network'
    case 'starting':
      return `Starting: ${liveNodes(state).length} of ${plural(state.requested, 'node')} listening`
    case 'ready':
      return state.readyMs === undefined ? 'Ready' : `Ready in ${span(state.readyMs)}`
    case 'stopping':
      return 'Stopping'
    case 'stopped':
      return 'Stopped'
  }
}

export function factsText(state: NetworkState): string {
  if (state.phase === 'none') return ''
  const live = liveNodes(state).length
  const all = Object.keys(state.nodes).length
  const nodes = live === all ? plural(all, 'node') : `${live} of ${plural(all, 'node')} running`
  const words = state.phase === 'starting' ? [] : [nodes]
  const recorded = isRecorded(state) ? [`recording to ${state.recording?.file}`] : []
  return capital([...words, TOPOLOGY_TEXT[state.topology], discoveryText(state), ...recorded].join(' · '))
}
