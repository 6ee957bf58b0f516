/** Who must not be connected while a network is split. */
import { partOf, type NetworkState } from '../state.ts'

export const separated = (state: NetworkState, a: string, b: string): boolean =>
  state.partition !== undefined && partOf(state, a) !== partOf(state, b)

/** The peer ids that a node must not be connected to. */
export const deniedPeers = (state: NetworkState, name: string): string[] =>
  Object.values(state.nodes).flatMap(n =>
    n.peerId !== undefined && separated(state, name, n.name) ? [n.peerId] : [],
  )
