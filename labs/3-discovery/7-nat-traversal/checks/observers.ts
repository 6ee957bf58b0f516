/** STUN servers that the checker plays: honest ones, and others. */
import { decodeStun, encodeStun } from '../../../exercise/stun.ts'
import { hostOf } from '../../../check/nat/nat.ts'
import type { World } from '../../../check/nat/world.ts'

export interface ObserverBehavior {
  /** It leaves so many requests of each asker unanswered at first. */
  deaf?: number
  /** It answers each request when the next one comes. */
  late?: boolean
  /** It answers with an error. */
  refuses?: boolean
  /** What it says instead of the truth; a text with no port gets the true one, and ":PORT" the true host. */
  lie?: string
  /** It says it so many times. */
  times?: number
}

export interface Observer {
  address: string
  /** The requests that came, in order. */
  asked: { from: string; transactionId: string; at: number }[]
}

/** Plays an observer at `address`, HOST:PORT. */
export function playObserver(
  world: World,
  address: string,
  name: string,
  { deaf = 0, late = false, refuses = false, lie, times = 1 }: ObserverBehavior = {},
): Observer {
  const asked: Observer['asked'] = []
  let held: (() => void) | undefined
  world.host(hostOf(address), name, ({ from, to, bytes }) => {
    const request = decodeStun(bytes)
    if (to !== address || request?.class !== 'request') return
    const { transactionId } = request
    asked.push({ from, transactionId: transactionId.toString('hex'), at: performance.now() })
    if (asked.filter(one => one.from === from).length <= deaf) return
    const seen = lie === undefined ? from : told(lie, from)
    const answer = refuses
      ? encodeStun({ class: 'error', transactionId })
      : encodeStun({ class: 'success', transactionId, mappedAddress: seen, xorMappedAddress: seen })
    const reply = () => {
      for (let i = 0; i < times; i++) world.send({ from: to, to: from, bytes: answer })
    }
    if (!late) return reply()
    held?.()
    held = reply
  })
  return { address, asked }
}

function told(lie: string, truth: string): string {
  const [host, port] = truth.split(':')
  if (lie.startsWith(':')) return `${host}${lie}`
  return lie.includes(':') ? lie : `${lie}:${port}`
}
