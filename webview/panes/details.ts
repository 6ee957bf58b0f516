/** Everything about the selected node, and what can be done with it. */
import { linkKey, nameOf, type MessageState, type NetworkState, type NodeState } from '../../network/state.ts'
import { h, keyedList, setAttribute, setText } from '../dom.ts'
import { icon, iconButton } from '../icons.ts'
import type { FromView } from '../shared/view-messages.ts'
import { markOf } from '../graph/scene.ts'
import { faultFigures, groupsOf, HOSTILE_TEXT, scoreText } from './fault-words.ts'
import type { NodeAction } from './node-actions.ts'
import { TERMS } from './terms.ts'
import { whyNot } from './why.ts'
import { plural } from '../format.ts'
import { MARKS, peerCount } from './words.ts'

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
  /** Cut by the split: the connection is not there any more. */
  cut: boolean
  /** What is wrong with the link on purpose; empty when nothing is. */
  faults: string
}

export function createDetails(options: {
  /** What can be done with a node. */
  actions: readonly NodeAction[]
  post(message: FromView): void
  onSelect(name: string): void
  onSelectLink(a: string, b: string): void
}): Details {
  let node: NodeState | undefined
  const act = (message: (name: string) => FromView) => () => {
    if (node) options.post(message(node.name))
  }
  const title = h('h2', { class: 'details-title' })
  const sign = h('span', { class: 'sign', 'aria-hidden': 'true' })
  const phase = h('span')
  const badge = h('span', { class: 'phase' }, sign, phase)
  const buttons = options.actions.map(action =>
    h(
      'button',
      {
        type: 'button',
        class: 'small',
        title: `${action.label} (${action.key.toUpperCase()} in the Nodes table)`,
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
      const faults = h('span', { class: 'fault-tag' })
      const text = h('span', { class: 'quiet' })
      const label = () => `Select the link ${node?.name} – ${first.name}`
      const toLink =
        first.ours && iconButton('link', label(), () => node && options.onSelectLink(node.name, first.name))
      return {
        element: h('li', {}, name, toLink, mesh, faults, text),
        update(row) {
          if (toLink) {
            setAttribute(toLink, 'aria-label', label())
            setAttribute(toLink, 'title', label())
          }
          mesh.hidden = !row.mesh
          faults.hidden = row.faults === '' && !row.cut
          setText(faults, row.cut ? 'cut by the split' : row.faults)
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
  const group = h('span')
  const score = h('span')
  const hostile = h('span')
  const leader = h('span')
  const newest = h('span')
  const reported = h('span')
  const leaderRow = fact('Leader', leader)
  const newestRow = fact('Newest', newest)
  const reportedRow = fact('Last event', reported)
  const groupRow = fact('Group', group)
  const scoreRow = fact('Score', score)
  const hostileRow = fact('Hostile', hostile)
  setAttribute(groupRow, 'title', TERMS.Partition)
  setAttribute(scoreRow, 'title', TERMS.Score)
  const body = h(
    'dl',
    {},
    idRow,
    addressRow,
    fact('Process', facts),
    fact('Messages', counts),
    fact('Receiving', why),
    leaderRow,
    newestRow,
    reportedRow,
    groupRow,
    scoreRow,
    hostileRow,
  )
  const element = h(
    'section',
    { class: 'pane details', 'aria-label': 'Selected node', hidden: true },
    h('header', {}, title, badge),
    buttons.length > 0 && h('div', { class: 'actions' }, ...buttons),
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
      options.actions.forEach((action, i) => (buttons[i]!.hidden = !now || !action.possible(now, present)))
      // What stands in for that of a learner's program tells nobody anything.
      idRow.hidden = next.peerId === undefined || state.program !== undefined
      setText(peerId, next.peerId ?? '')
      addressRow.hidden = next.addresses.length === 0
      addressRows(next.addresses)
      setText(facts, next.pid === undefined ? 'none (not running)' : `PID ${next.pid}`)
      setText(counts, countsText(next, state.program === undefined))
      setText(why, whyNot(state, next, message))
      showFact(leaderRow, leader, next.leads === undefined ? undefined : `in term ${next.leads}`)
      showFact(newestRow, newest, next.tip)
      showFact(reportedRow, reported, next.reported && `${next.reported.event} ${next.reported.data}`)
      showFact(groupRow, group, groupText(state, next))
      showFact(scoreRow, score, scoreText(state, next))
      showFact(hostileRow, hostile, next.hostile && HOSTILE_TEXT[next.hostile].replace('hostile: ', ''))
      if (failed) showFailure(failure, next)
      const rows = peersOf(state, next)
      const connected = peerCount(next)
      peersHead.hidden = rows.length === 0
      setText(
        peersHead,
        plural(connected, 'peer') +
          (state.program === undefined ? `, ${next.mesh.length} in the gossip mesh` : '') +
          (rows.length > connected ? `, ${rows.length - connected} cut off by the split` : ''),
      )
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

const countsText = (n: NodeState, discovers: boolean) =>
  [
    `${n.published} published`,
    `${n.received} received`,
    plural(n.duplicates, 'duplicate'),
    ...(n.rejected > 0 ? [`${n.rejected} rejected`] : []),
    ...(discovers ? [`${plural(n.discovered.length, 'peer')} discovered`] : []),
  ].join(', ')

function showFact(row: HTMLElement, value: HTMLElement, text: string | undefined): void {
  row.hidden = text === undefined
  setText(value, text ?? '')
}

function groupText(state: NetworkState, { name }: NodeState): string | undefined {
  const group = groupsOf(state).find(({ nodes }) => nodes.includes(name))
  if (!group) return undefined
  return `${group.name}, with ${plural(group.nodes.filter(other => other !== name).length, 'other node')}`
}

/** Our own nodes first, by number; in the mesh before others, and those that a split has cut off last. */
function peersOf(state: NetworkState, n: NodeState): PeerRow[] {
  const faultsOf = (other: string) => {
    const link = state.faultyLinks[linkKey(n.name, other)]
    return link ? faultFigures(link.faults) : ''
  }
  const there = Object.entries(n.connections).map(([peer, { direction, agent }]) => ({
    peer,
    name: nameOf(state, peer),
    ours: state.names[peer] !== undefined,
    direction,
    mesh: n.mesh.includes(peer),
    agent: agent ?? '',
    cut: false,
    faults: faultsOf(nameOf(state, peer)),
  }))
  const cut = (state.cut ?? []).flatMap(({ a, b }): PeerRow[] => {
    const other = a === n.name ? b : b === n.name ? a : undefined
    const peer = other === undefined ? undefined : state.nodes[other]?.peerId
    if (other === undefined || peer === undefined || n.connections[peer]) return []
    return [{ peer, name: other, ours: true, direction: '', mesh: false, agent: '', cut: true, faults: '' }]
  })
  return [...there, ...cut].sort(
    (a, b) =>
      Number(a.cut) - Number(b.cut) ||
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
    ...(log.length > 0 ? [h('h3', {}, 'Last log lines'), logLines(log)] : []),
  )
}

const logLines = (log: readonly string[]) =>
  h('pre', { tabindex: 0, role: 'group', 'aria-label': 'Last log lines' }, log.join('\n'))
