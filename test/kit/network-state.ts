/** States of a network for the tests of what the extension shows. */
import type { NetworkEvent } from '../../network/events.ts'
import { initialState, reduce, type NetworkState } from '../../network/state.ts'

/** Of node `n`, in the form of an Ed25519 peer id. */
export const peerId = (n: number): string => `12D3KooW${String(n).padStart(44, '1')}`

export const startedEvent = (requested: number): NetworkEvent => ({
  type: 'network-started',
  at: 0,
  network: 'x',
  requested,
  topology: 'ring',
  discovery: 'assigned',
  topic: 't',
})

export const listening = (n: number): NetworkEvent[] => [
  { type: 'node-starting', at: n, node: `n${n}`, degree: 2 },
  {
    type: 'node-listening',
    at: n,
    node: `n${n}`,
    pid: 100 + n,
    peerId: peerId(n),
    addresses: [`/ip4/127.0.0.1/tcp/${4000 + n}`],
  },
  { type: 'subscribed', at: n, node: `n${n}`, topic: 't' },
]

/** n`a` and n`b` are connected and in each other's mesh. */
export const linked = (...pairs: [number, number][]): NetworkEvent[] => {
  const both = pairs.flatMap(([a, b]) => [[a, b] as const, [b, a] as const])
  const meshOf = (n: number) => both.filter(([a]) => a === n).map(([, b]) => peerId(b))
  return [
    ...both.map(([a, b]): NetworkEvent => ({
      type: 'connected',
      at: 5,
      node: `n${a}`,
      peer: peerId(b),
      direction: a < b ? 'outbound' : 'inbound',
      address: `/ip4/127.0.0.1/tcp/${4000 + b}`,
    })),
    ...[...new Set(both.map(([a]) => a))].map((n): NetworkEvent => ({
      type: 'mesh',
      at: 6,
      node: `n${n}`,
      topic: 't',
      peers: meshOf(n),
    })),
  ]
}

export const ready: NetworkEvent = { type: 'network-ready', at: 7, readyMs: 7 }

export const stateOf = (...events: NetworkEvent[]): NetworkState => events.reduce(reduce, initialState)

/** Three nodes in a line, ready: n1 – n2 – n3. */
export const line = (): NetworkEvent[] => [
  startedEvent(3),
  ...[1, 2, 3].flatMap(listening),
  ...linked([1, 2], [2, 3]),
  ready,
]
