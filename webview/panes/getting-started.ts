/** What to do where there is no network, or that one is about to be there. */
import { h, setText } from '../dom.ts'
import { icon } from '../icons.ts'

export interface GettingStarted {
  readonly element: HTMLElement
  /** `starting`: a network was asked for. */
  update(starting: boolean): void
}

export function createGettingStarted(on: { start(): void; scenario(): void }): GettingStarted {
  const title = h('h2')
  const text = h('p', { role: 'status' })
  const buttons = h(
    'div',
    { class: 'buttons' },
    h('button', { type: 'button', class: 'primary', onclick: on.start }, icon('play'), 'Start Network'),
    h('button', { type: 'button', onclick: on.scenario }, icon('bolt'), 'Run Scenario…'),
  )
  return {
    element: h(
      'section',
      { class: 'empty', 'aria-label': 'Getting started', hidden: true },
      title,
      text,
      buttons,
    ),
    update(starting) {
      setText(title, starting ? 'Starting the network' : 'No network is running')
      setText(
        text,
        starting
          ? 'The graph appears with the first node.'
          : 'Start a local network of real libp2p nodes. They run only on this computer. Watch them find each other, connect and forward messages. A scenario starts, breaks and tests a network step by step.',
      )
      buttons.hidden = starting
    },
  }
}
