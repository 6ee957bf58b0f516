/**
 * When lanes of a network were not as they usually are: paused, or cut off in a group of a split. And what was done to the network
 * as a whole. It follows the log event by event, as from-log.ts does.
 */
import type { NetworkEvent } from '../../network/events.ts'
import type { NetworkState } from '../../network/state.ts'
import { groupSigns } from '../graph/scene.ts'
import { churnText, faultFigures } from '../panes/fault-words.ts'
import type { Moment, Span } from './diagram.ts'

export interface Spans {
  /** Starts from a state. */
  begin(state: NetworkState): void
  take(event: NetworkEvent): void
  /** Lets go of what was over before a time. */
  forget(before: number): void
  of(lane: string): readonly Span[]
  moments(): readonly Moment[]
}

export function createSpans(): Spans {
  let lanes = new Map<string, Span[]>()
  let moments: Moment[] = []
  let groups: NonNullable<NetworkState['partition']> = []
  let signs: string[] = []

  const open = (lane: string, span: Omit<Span, 'to'>) => {
    const spans = lanes.get(lane) ?? []
    lanes.set(lane, [...spans, { ...span, to: Infinity }])
  }
  const close = (lane: string, kind: Span['kind'], at: number) => {
    const spans = lanes.get(lane)
    if (spans?.some(s => s.kind === kind && s.to === Infinity))
      lanes.set(
        lane,
        spans.map(s => (s.kind === kind && s.to === Infinity ? { ...s, to: at } : s)),
      )
  }
  const apart = (node: string, at: number) => {
    if (groups.length === 0) return
    const group = Math.max(
      0,
      groups.findIndex(g => g.nodes.includes(node)),
    )
    close(node, 'apart', at)
    open(node, { from: at, kind: 'apart', group, sign: signs[group]! })
  }
  const split = (next: typeof groups, at: number) => {
    for (const lane of lanes.keys()) close(lane, 'apart', at)
    groups = next
    signs = groupSigns(groups)
    for (const { nodes } of groups) for (const node of nodes) apart(node, at)
  }
  const happened = (at: number, text: string) => (moments = [...moments, { at, text }])

  return {
    begin(state) {
      lanes = new Map()
      moments = []
      groups = []
      if (state.partition) split(state.partition, state.at)
      for (const node of Object.values(state.nodes))
        if (node.paused) open(node.name, { from: state.at, kind: 'paused' })
    },
    take(event) {
      const { at } = event
      switch (event.type) {
        case 'node-paused':
          return open(event.node, { from: at, kind: 'paused' })
        case 'node-resumed':
        case 'node-stopped':
        case 'node-killed':
        case 'node-crashed':
          return close(event.node, 'paused', at)
        case 'node-starting':
          // One that was there is in its group already.
          if (!lanes.get(event.node)?.some(s => s.kind === 'apart' && s.to === Infinity))
            apart(event.node, at)
          return
        case 'partitioned':
          happened(at, 'split')
          return split(event.groups, at)
        case 'network-stopped':
          return split([], at)
        case 'healed':
          happened(at, 'healed')
          return split([], at)
        case 'link-fault':
          return void happened(at, `${event.a} – ${event.b}: ${faultFigures(event.faults)}`)
        case 'link-fault-cleared':
          return void happened(at, `${event.a} – ${event.b}: faults cleared`)
        case 'churn-started':
          return void happened(at, `churn: ${churnText(event)}`)
        case 'churn-stopped':
          return void happened(at, 'churn ends')
      }
    },
    forget(before) {
      if (moments.length > 0 && moments[0]!.at < before) moments = moments.filter(m => m.at >= before)
      for (const [lane, spans] of lanes)
        if (spans.length > 0 && spans[0]!.to < before)
          lanes.set(
            lane,
            spans.filter(s => s.to >= before),
          )
    },
    of: lane => lanes.get(lane) ?? [],
    moments: () => moments,
  }
}
