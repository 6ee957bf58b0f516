/**
 * Acting on the network while the view shows the past: it asks first, and what is done is done to the network as it is now.
 */
import type { NetworkState } from '../../network/state.ts'
import { h, setText } from '../dom.ts'
import type { FromView } from '../shared/view-messages.ts'
import { span } from '../format.ts'
import type { TimeCursor } from './cursor.ts'

/** What each message does, as a button says it. Those that are not here change nothing. */
const ACTIONS: Partial<Record<FromView['type'], string>> = {
  startNetwork: 'Start Network',
  stopNetwork: 'Stop Network',
  addNode: 'Add Node',
  broadcast: 'Broadcast',
  stopNode: 'Stop',
  killNode: 'Kill',
  restartNode: 'Restart',
  pauseNode: 'Pause',
  resumeNode: 'Resume',
  splitNetwork: 'Split Network',
  healNetwork: 'Heal Network',
  setLinkFault: 'Slow Down or Break',
  clearLinkFault: 'Clear Faults of',
  startChurn: 'Start Churn',
  stopChurn: 'Stop Churn',
  addHostileNode: 'Add Hostile Node',
  runScenario: 'Run Scenario',
}

export interface Acting {
  readonly element: HTMLElement
  /** Posts the message; from the past only after the user has said yes, and then the view is LIVE again. */
  post(message: FromView): void
}

export function createActing(options: {
  cursor: TimeCursor
  present(): NetworkState
  post(message: FromView): void
  goLive(): void
}): Acting {
  let asked: FromView | undefined
  const where = h('p', { id: 'acting-where' })
  const now = h('p')
  const yes = h('button', { type: 'submit', class: 'primary', value: 'yes' })
  const no = h('button', { type: 'submit', value: 'no' }, 'Cancel')
  const element = h(
    'dialog',
    { class: 'acting', 'aria-labelledby': 'acting-title', 'aria-describedby': 'acting-where' },
    h(
      'form',
      { method: 'dialog' },
      h('h2', { id: 'acting-title' }, 'This acts on the live network'),
      where,
      now,
      h('div', { class: 'buttons' }, yes, no),
    ),
  )
  element.addEventListener('close', () => {
    const message = asked
    asked = undefined
    if (element.returnValue !== 'yes' || !message) return
    options.goLive()
    options.post(message)
  })
  return {
    element,
    post(message) {
      const action = ACTIONS[message.type]
      if (action === undefined || options.cursor.live) return options.post(message)
      const present = options.present()
      const node = 'node' in message ? message.node : undefined
      const phase = node === undefined ? undefined : present.nodes[node]?.phase
      asked = message
      setText(where, `You are viewing the network as it was ${span(present.at - options.cursor.at)} ago.`)
      setText(
        now,
        node === undefined
          ? `Currently, ${present.phase === 'none' ? 'no network is running' : `the network is ${present.phase}`}.`
          : `Currently, ${node} ${phase === undefined ? 'no longer exists' : `is ${phase}`}.`,
      )
      setText(yes, `${action}${toWhat(message)} Now`)
      element.returnValue = ''
      element.showModal()
      no.focus()
    },
  }
}

function toWhat(message: FromView): string {
  if (message.type === 'setLinkFault' || message.type === 'clearLinkFault')
    return message.a === undefined ? ' links' : ` ${message.a} – ${message.b}`
  if (!('node' in message) || message.node === undefined) return ''
  return message.type === 'broadcast' ? ` from ${message.node}` : ` ${message.node}`
}
