/** Everything about the selected node, and what can be done with it. */
import { nameOf, type MessageState, type NetworkState, type NodeState } from '../../network/state.ts'
import { h, keyedList, setAttribute, setText } from '../dom.ts'
import { icon } from '../icons.ts'
import type { FromView } from '../messages.ts'
import { markOf } from '../graph/scene.ts'
import { NODE_ACTIONS } from './node-actions.ts'
import { whyNot } from './why.ts'
import { MARKS, plural } from './words.ts'

export interface Details {
  readonly element: HTMLElement
  /** What is shown is of `state`, what can be done depends on the `present`. `message` is the one on the graph. */
  update(
    state: NetworkState,
    selected: string | undefined,
    present: NetworkState,
    message: MessageState | undefined,
  ): void
}

interface PeerRow {
  peer: string
  name: string
  ours: boolean
  direction: string
  mesh: boolean
  agent: string
}

export function createDetails(options: {
  post(message: FromView): void
  onSelect(name: string): void
}): Details {
  let node: NodeState | undefined
  const act = (message: (name: string) => FromView) => () => {
    if (node) options.post(message(node.name))
  }
  const title = h('h2', { class: 'details-title' })
  const sign = h('span', { class: 'sign', 'aria-hidden': 'true' })
  const phase = h('span')
  const badge = h('span', { class: 'phase' }, sign, phase)
  const buttons = NODE_ACTIONS.map(action =>
    h(
      'button',
      {
        type: 'button',
        class: 'small',
        title: `${action.label} (${action.key.toUpperCase()} in the table)`,
        onclick: act(action.message),
      },
      icon(action.icon),
      action.label,
    ),
  )
  const peerId = h('code')
  const facts = h('span')
  const counts = h('span')
  const why = h('span')
  const addresses = h('ul', { class: 'addresses' })
  const addressRows = keyedList<string, HTMLLIElement>(
    addresses,
    a => a,
    address => ({
      element: h(
        'li',
        {},
        h('code', {}, address),
        copyButton('address', () => address, options.post),
      ),
      update: () => {},
    }),
  )
  const failure = h('div', { class: 'failure' })
  const peersHead = h('h3')
  const peers = h('ul', { class: 'peers' })
  const peerRows = keyedList<PeerRow, HTMLLIElement>(
    peers,
    row => row.peer,
    first => {
      const name = first.ours
        ? h(
            'button',
            { type: 'button', class: 'link', onclick: () => options.onSelect(first.name) },
            first.name,
          )
        : h('code', {}, first.name)
      const mesh = h('span', { class: 'mesh-tag' }, 'mesh')
      const text = h('span', { class: 'quiet' })
      return {
        element: h('li', {}, name, mesh, text),
        update(row) {
          mesh.hidden = !row.mesh
          setText(text, [row.direction, row.agent].filter(Boolean).join(' · '))
        },
      }
    },
  )
  const idRow = fact(
    'Peer ID',
    peerId,
    copyButton('peer ID', () => node?.peerId ?? '', options.post),
  )
  const addressRow = fact('Multiaddr', addresses)
  const body = h(
    'dl',
    {},
    idRow,
    addressRow,
    fact('Process', facts),
    fact('Messages', counts),
    fact('Receiving', why),
  )
  const element = h(
    'section',
    { class: 'pane details', 'aria-label': 'Selected node', hidden: true },
    h('header', {}, title, badge),
    h('div', { class: 'actions' }, ...buttons),
    failure,
    body,
    peersHead,
    peers,
  )

  return {
    element,
    update(state, selected, present, message) {
      const next = selected === undefined ? undefined : state.nodes[selected]
      element.hidden = !next
      if (!next) {
        node = undefined
        return
      }
      const failed = node?.failure !== next.failure || node?.name !== next.name
      node = next
      setText(title, next.name)
      setText(sign, MARKS[markOf(next)])
      setText(phase, markOf(next))
      setAttribute(badge, 'data-state', next.phase)
      const now = present.nodes[next.name]
      NODE_ACTIONS.forEach((action, i) => (buttons[i]!.hidden = !now || !action.possible(now, present)))
      idRow.hidden = next.peerId === undefined
      setText(peerId, next.peerId ?? '')
      addressRow.hidden = next.addresses.length === 0
      addressRows(next.addresses)
      setText(facts, next.pid === undefined ? 'none: it is not running' : `PID ${next.pid}`)
      setText(counts, countsText(next))
      setText(why, whyNot(state, next, message))
      if (failed) showFailure(failure, next)
      const rows = peersOf(state, next)
      peersHead.hidden = rows.length === 0
      setText(peersHead, `${plural(rows.length, 'peer')}, ${next.mesh.length} in the gossip mesh`)
      peerRows(rows)
    },
  }
}

const fact = (name: string, ...values: HTMLElement[]) =>
  h('div', {}, h('dt', {}, name), h('dd', {}, ...values))

function copyButton(what: string, text: () => string, post: (message: FromView) => void): HTMLButtonElement {
  const label = `Copy ${what}`
  const onclick = () => post({ type: 'copy', text: text() })
  return h(
    'button',
    { type: 'button', class: 'icon-button', title: label, 'aria-label': label, onclick },
    icon('copy'),
  )
}

const countsText = (n: NodeState) =>
  [
    `${n.published} published`,
    `${n.received} received`,
    plural(n.duplicates, 'duplicate'),
    ...(n.rejected > 0 ? [`${n.rejected} rejected`] : []),
    `${plural(n.discovered.length, 'peer')} discovered`,
  ].join(', ')

/** Our own nodes first, by number; in the mesh before others. */
function peersOf(state: NetworkState, n: NodeState): PeerRow[] {
  return Object.entries(n.connections)
    .map(([peer, { direction, agent }]) => ({
      peer,
      name: nameOf(state, peer),
      ours: state.names[peer] !== undefined,
      direction,
      mesh: n.mesh.includes(peer),
      agent: agent ?? '',
    }))
    .sort(
      (a, b) =>
        Number(b.mesh) - Number(a.mesh) ||
        Number(b.ours) - Number(a.ours) ||
        a.name.localeCompare(b.name, 'en', { numeric: true }),
    )
}

/** What went wrong, why, and what to do, as every failure says; then what the node wrote last. */
function showFailure(box: HTMLElement, { failure }: NodeState): void {
  box.hidden = !failure
  if (!failure) return
  const { step, cause, remedy, log } = failure
  box.replaceChildren(
    h('p', {}, h('strong', {}, 'Crashed: '), step),
    h('p', {}, h('strong', {}, 'Cause: '), cause),
    h('p', {}, h('strong', {}, 'What to do: '), remedy),
    ...(log.length > 0 ? [h('h3', {}, 'Last lines of its log'), logLines(log)] : []),
  )
}

const logLines = (log: readonly string[]) =>
  h('pre', { tabindex: 0, role: 'group', 'aria-label': 'Last lines of its log' }, log.join('\n'))
