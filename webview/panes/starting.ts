/** A word on the graph while a network starts: how far it is. */
import { liveNodes, type NetworkState } from '../../network/state.ts'
import { h, setText } from '../dom.ts'
import { plural } from '../format.ts'

export interface Starting {
  readonly element: HTMLElement
  update(state: NetworkState): void
}

export function createStarting(): Starting {
  const what = h('span', { class: 'caption-what' })
  const far = h('span', { class: 'caption-far' })
  // The toolbar says the same to those who cannot see it.
  const element = h(
    'div',
    { class: 'caption starting', 'aria-hidden': 'true', hidden: true },
    h('div', {}, what, far),
  )
  return {
    element,
    update(state) {
      element.hidden = state.phase !== 'starting'
      if (element.hidden) return
      const live = liveNodes(state).length
      setText(what, `Starting ${plural(state.requested, 'node')}`)
      setText(
        far,
        live < state.requested
          ? `${live} of ${state.requested} listening`
          : state.program === undefined
            ? 'All are listening. Waiting for the gossip mesh'
            : 'All are listening. Waiting for their connections',
      )
    },
  }
}
