/** What to do where there is no network. */
import { h } from '../dom.ts'
import { icon } from '../icons.ts'

export const createGettingStarted = (on: { start(): void; scenario(): void }): HTMLElement =>
  h(
    'section',
    { class: 'empty', 'aria-label': 'Getting started', hidden: true },
    h('h2', {}, 'No network is running'),
    h(
      'p',
      {},
      'Start a local network of real libp2p nodes. They run only on this computer. Watch them find each other, connect and forward messages. A scenario starts, breaks and tests a network step by step.',
    ),
    h(
      'div',
      { class: 'buttons' },
      h('button', { type: 'button', class: 'primary', onclick: on.start }, icon('play'), 'Start Network'),
      h('button', { type: 'button', onclick: on.scenario }, icon('bolt'), 'Run Scenario…'),
    ),
  )
