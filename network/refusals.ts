/** The refusals of an operation that does not fit what there is: each names the cause and what to do. */
import { NetworkError } from './failure.ts'
import type { NetworkState, NodeState } from './state.ts'
import { cut } from './words.ts'

/** The node; throws when there is none of that name. */
export function known(state: NetworkState, name: string): NodeState {
  const node = state.nodes[name]
  if (node) return node
  const names = Object.keys(state.nodes)
  throw new NetworkError({
    step: 'find the node',
    cause: `there is no node ${cut(name, 60)}`,
    remedy: names.length > 0 ? `Use one of ${names.join(', ')}` : 'Start a network first',
  })
}

/** The node; throws when it is not listening. */
export function knownAndUp(state: NetworkState, name: string): NodeState {
  const node = known(state, name)
  if (node.phase === 'listening') return node
  throw new NetworkError({
    node: name,
    step: 'reach the node',
    cause: `it is ${node.phase}`,
    remedy: 'Restart it first',
  })
}

/** The node; throws when it cannot do anything now. */
export function knownAndAwake(state: NetworkState, name: string): NodeState {
  const node = knownAndUp(state, name)
  if (!node.paused) return node
  throw new NetworkError({
    node: name,
    step: 'reach the node',
    cause: 'it is paused',
    remedy: 'Resume it first',
  })
}

/** Throws when no network is running. */
export function needNetwork({ phase }: NetworkState): void {
  if (phase === 'ready' || phase === 'starting') return
  throw new NetworkError({
    step: 'find the network',
    cause: 'no network is running',
    remedy: 'Start one first',
  })
}

/** Throws when no network is ready. `step` is what was asked for. */
export function needReady({ phase }: NetworkState, step: string): void {
  if (phase === 'ready') return
  if (phase === 'starting')
    throw new NetworkError({ step, cause: 'the network is starting', remedy: 'Wait until it is ready' })
  throw new NetworkError({ step, cause: 'no network is running', remedy: 'Start one first' })
}
