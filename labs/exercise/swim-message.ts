/** The datagrams of exercise 3.5, each of them one JSON object in UTF-8. The names are those of the SWIM paper, and where it has none, of memberlist. */

export type SwimState = 'alive' | 'suspect' | 'dead'

/** What somebody knows of a member. */
export interface SwimUpdate {
  /** The name of the member. */
  node: string
  /** HOST:PORT. */
  address: string
  state: SwimState
  /** A whole number from 0. */
  incarnation: number
}

interface Common {
  /** The name of the sender. */
  from: string
  updates: SwimUpdate[]
}

export type SwimMessage =
  | ({ type: 'ping'; seq: number; target: string } & Common)
  | ({ type: 'ping-req'; seq: number; target: string; address: string } & Common)
  | ({ type: 'ack'; seq: number } & Common)
  | ({ type: 'join' } & Common)
  | ({ type: 'members' } & Common)

export const encodeSwim = (message: SwimMessage): Buffer => Buffer.from(JSON.stringify(message))

/** Undefined where the datagram is no such message. Fields that no message has are left out. Never throws. */
export function decodeSwim(datagram: Uint8Array): SwimMessage | undefined {
  const { type, seq, from, target, address, updates } = parsed(datagram)
  const all = Array.isArray(updates) ? updates.map(decodeUpdate) : [undefined]
  if (!isName(from) || all.includes(undefined)) return undefined
  const common = { from, updates: all as SwimUpdate[] }
  if (type === 'join' || type === 'members') return { type, ...common }
  if (!isCount(seq)) return undefined
  if (type === 'ack') return { type, seq, ...common }
  if (!isName(target)) return undefined
  if (type === 'ping') return { type, seq, target, ...common }
  if (type === 'ping-req' && isAddress(address)) return { type, seq, target, address, ...common }
  return undefined
}

function decodeUpdate(value: unknown): SwimUpdate | undefined {
  const { node, address, state, incarnation } = asRecord(value)
  if (!isName(node) || !isAddress(address) || !isState(state) || !isCount(incarnation)) return undefined
  return { node, address, state, incarnation }
}

function parsed(datagram: Uint8Array): Record<string, unknown> {
  try {
    return asRecord(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(datagram)))
  } catch {
    return {}
  }
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const isName = (value: unknown): value is string => typeof value === 'string' && value !== ''

const isState = (value: unknown): value is SwimState =>
  value === 'alive' || value === 'suspect' || value === 'dead'

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

/** HOST:PORT, with a port that one can send to. */
function isAddress(value: unknown): value is string {
  const port = typeof value === 'string' ? Number(/^[^:\s]+:(\d{1,5})$/.exec(value)?.[1]) : 0
  return port > 0 && port < 65_536
}
