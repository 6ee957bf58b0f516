/** What the network has to say to its user, until it is closed. */
import type { NetworkState } from '../../network/state.ts'
import { h } from '../dom.ts'
import { icon } from '../icons.ts'

/** More would push the graph away; the rest is in the log. */
const AT_ONCE = 3

export interface Notices {
  readonly element: HTMLElement
  /** Shows the latest notices that came after `dismissed`, a time as in `at`. */
  update(state: NetworkState, dismissed: number): void
}

export function createNotices(onDismiss: (at: number) => void): Notices {
  const list = h('ul')
  let latest = 0
  let shown: NetworkState['notices'] = []
  const onclick = () => onDismiss(latest)
  const close = h(
    'button',
    { type: 'button', class: 'icon-button', title: 'Close', 'aria-label': 'Close Notices', onclick },
    icon('close'),
  )
  const element = h('section', { class: 'notices', 'aria-label': 'Notices', hidden: true }, list, close)
  return {
    element,
    update(state, dismissed) {
      const open = state.notices.filter(n => n.at > dismissed).slice(-AT_ONCE)
      if (open.length === shown.length && open.every((n, i) => n === shown[i])) return
      shown = open
      latest = open.at(-1)?.at ?? 0
      element.hidden = open.length === 0
      list.replaceChildren(
        ...open.map(({ level, text }) =>
          h(
            'li',
            { 'data-level': level },
            icon(level),
            h('span', { class: 'hidden-text' }, `${level}: `),
            text,
          ),
        ),
      )
    },
  }
}
