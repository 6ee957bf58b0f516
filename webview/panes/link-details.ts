/** Everything about the selected link, and what can be done to it. */
import { linkKey, type NetworkState } from '../../network/state.ts'
import { h, setText } from '../dom.ts'
import type { Edge, Scene } from '../graph/scene.ts'
import { icon } from '../icons.ts'
import type { FromView } from '../shared/view-messages.ts'
import { actedText, faultTerms, linkName } from './fault-words.ts'
import { TERMS, type Term } from './terms.ts'
import { linkText } from './words.ts'

export interface LinkDetails {
  readonly element: HTMLElement
  /** What is shown is of `state` and its scene; what can be done depends on the `present`. */
  update(
    state: NetworkState,
    scene: Scene,
    link: { a: string; b: string } | undefined,
    present: NetworkState,
  ): void
}

export function createLinkDetails(options: {
  /** It is a recording: nothing can be done to a link. */
  recorded: boolean
  post(message: FromView): void
  onSelectNode(name: string): void
}): LinkDetails {
  let shown: { a: string; b: string } | undefined
  const title = h('h2', { class: 'details-title' })
  const onBreak = () => shown && options.post({ type: 'setLinkFault', ...ends(shown) })
  const onClear = () => shown && options.post({ type: 'clearLinkFault', ...ends(shown) })
  const spoil = h(
    'button',
    { type: 'button', class: 'small', onclick: onBreak },
    icon('bolt'),
    'Slow Down or Break Link…',
  )
  const clear = h(
    'button',
    { type: 'button', class: 'small', onclick: onClear },
    icon('restart'),
    'Clear Faults',
  )
  const goto = (which: 'a' | 'b') =>
    h('button', { type: 'button', class: 'link', onclick: () => shown && options.onSelectNode(shown[which]) })
  const buttons = [goto('a'), goto('b')] as const
  const is = h('dd')
  const means = h('p', { class: 'quiet' })
  const list = h('dl', { class: 'terms-of-link' })
  const element = h(
    'section',
    { class: 'pane details', 'aria-label': 'Selected link', hidden: true },
    h('header', {}, title),
    !options.recorded && h('div', { class: 'actions' }, spoil, clear),
    h(
      'dl',
      {},
      h('div', {}, h('dt', {}, 'Between'), h('dd', { class: 'ends' }, ...buttons)),
      h('div', {}, h('dt', {}, 'Link'), is),
    ),
    means,
    list,
  )
  return {
    element,
    update(state, scene, link, present) {
      shown = link && { ...link }
      element.hidden = !link
      if (!link) return
      const { a, b } = link
      const edge = scene.edges.find(e => linkKey(e.a, e.b) === linkKey(a, b))
      const faulty = state.faultyLinks[linkKey(a, b)]
      setText(title, linkName(a, b))
      setText(buttons[0], a)
      setText(buttons[1], b)
      const { text, term } = linkText(state, edge?.kind)
      setText(is, text)
      setText(means, `${term}: ${TERMS[term]}`)
      const ours = (network: NetworkState) => network.nodes[a] !== undefined && network.nodes[b] !== undefined
      spoil.hidden = !ours(present) || present.phase === 'stopped'
      clear.hidden = !present.faultyLinks[linkKey(a, b)]
      const rows: [Term | 'Done', string][] = faulty
        ? [...faultTerms(faulty.faults), ['Done', actedText(faulty)]]
        : []
      const wanted = JSON.stringify(rows)
      if (list.dataset['rows'] === wanted) return
      list.dataset['rows'] = wanted
      list.replaceChildren(
        ...rows.map(([name, figure]) =>
          h(
            'div',
            {},
            h('dt', {}, name),
            h(
              'dd',
              {},
              h('span', {}, figure, name !== 'Done' && h('span', { class: 'quiet' }, ` ${TERMS[name]}`)),
            ),
          ),
        ),
      )
    },
  }
}

const ends = ({ a, b }: Pick<Edge, 'a' | 'b'>) => ({ a, b })
