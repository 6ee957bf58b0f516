/** What is being done to the network: which parts are cut off, which links are bad, whether nodes come and go, by which scenario. */
import type { EventOf } from '../events.ts'
import { edges } from './edges.ts'
import { initialState, linkKey, type NetworkState } from './types.ts'

export type FaultEvent = EventOf<
  | 'partitioned'
  | 'healed'
  | 'link-fault'
  | 'link-fault-cleared'
  | 'link-acted'
  | 'churn-started'
  | 'churn-stopped'
  | 'scenario-step'
>

/** The state after an event about a fault of the network. */
export function applyFault(state: NetworkState, event: FaultEvent): NetworkState {
  switch (event.type) {
    case 'partitioned': {
      const split = { ...state, partition: event.groups, splitAt: state.splitAt ?? event.at }
      // Nodes are told to part after this event: the connections are still there. What was cut before may be again.
      const links = [...edges(state), ...(state.cut ?? [])]
      const cut = new Map(
        links
          .filter(({ a, b }) => state.nodes[a] && state.nodes[b] && partOf(split, a) !== partOf(split, b))
          .map(({ a, b }) => [linkKey(a, b), { a, b }]),
      )
      return { ...split, cut: [...cut.values()] }
    }
    case 'healed': {
      const { partition, splitAt, cut: _cut, ...rest } = state
      if (!partition) return rest
      return { ...rest, lastSplit: { groups: partition, from: splitAt ?? event.at, to: event.at } }
    }
    case 'link-fault': {
      const { a, b, faults } = event
      const key = linkKey(a, b)
      return {
        ...state,
        faultyLinks: { ...state.faultyLinks, [key]: { ...state.faultyLinks[key], a, b, faults } },
      }
    }
    case 'link-fault-cleared': {
      const { [linkKey(event.a, event.b)]: _cleared, ...faultyLinks } = state.faultyLinks
      return { ...state, faultyLinks }
    }
    case 'link-acted': {
      const key = linkKey(event.a, event.b)
      const link = state.faultyLinks[key]
      if (!link) return state
      const { bytes, delayed, lost, paced, resets } = event
      const acted = { bytes, delayed, lost, paced, resets }
      return { ...state, faultyLinks: { ...state.faultyLinks, [key]: { ...link, acted } } }
    }
    case 'churn-started': {
      const { perMinute, turns, downMs, seed } = event
      return { ...state, churn: { perMinute, turns, downMs, seed } }
    }
    case 'scenario-step': {
      const { scenario: title, step, of, title: name, outcome, detail, ms } = event
      const before = step === 1 ? [] : (state.scenario?.steps ?? []).slice(0, step - 1)
      return { ...state, scenario: { title, of, steps: [...before, { title: name, outcome, detail, ms }] } }
    }
    case 'churn-stopped': {
      const { churn: _churn, ...rest } = state
      return rest
    }
  }
}

/** The index of a node's part of a split network; a node that came later belongs to the first. 0 while it is whole. */
export function partOf({ partition }: Pick<NetworkState, 'partition'>, name: string): number {
  return Math.max(0, partition?.findIndex(group => group.nodes.includes(name)) ?? 0)
}

/** The state without faults: those of a network end with it. */
export function withoutFaults(state: NetworkState): NetworkState {
  const { partition: _partition, splitAt: _splitAt, cut: _cut, churn: _churn, ...rest } = state
  return { ...rest, faultyLinks: initialState.faultyLinks }
}
