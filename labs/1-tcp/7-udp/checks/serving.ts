/** The checker as the server that the program's client asks: which datagrams are its requests, and waiting for its calls. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, number } from '../../../check/kit/finding.ts'
import { happens, NEVER_MS } from '../../../check/kit/patience.ts'
import type { Datagram } from '../../../check/peers/datagrams.ts'
import { glance } from '../../../check/transcript/hexdump.ts'
import exercise from '../exercise.ts'
import { datagram, LENGTH, parse, REPLY, REQUEST, type Parsed } from './datagram.ts'

/** A program that runs, and for so long neither sends a datagram nor returns, has stopped trying. */
const STALL_MS = 5_000

export const KNOWN =
  'does every try send the same bytes, with the same id? The server recognizes the request by its id, and adds the amount only once.'
export const SAME_PORT =
  'does every try use the same socket? A new one has another port, and to the server that is another client, whose request it adds once more.'
export const MILLISECONDS = 'timeoutMs is in milliseconds: does your program wait for as many seconds?'

export interface RequestArgs {
  peer: string
  amount: number
  tries: number
  timeoutMs: number
}

/** What the request was answered with. */
export const request = async (t: CheckContext, args: RequestArgs): Promise<number | null> =>
  (await t.call(exercise.ops.request, args, { ms: NEVER_MS })).total

/** The same where an error is an answer like any other. */
export const tryRequest = (t: CheckContext, args: RequestArgs) =>
  t.ask(exercise.ops.request, args, { ms: NEVER_MS })

/**
 * The program's requests, as those with an amount that it was asked to send: amounts of 32 bits are drawn at random, and nobody else knows them.
 */
export interface Requests {
  /** An amount of at least 2^31, which the program is about to be asked to send. */
  draw(): number
  isOurs(datagram: Datagram): boolean
  /** So many have come. */
  count(): number
  /** One more has come. */
  note(): void
  /** Resolves when one more comes. */
  next(): Promise<void>
}

export function expectRequests(t: CheckContext): Requests {
  const amounts = new Set<number>()
  let come = 0
  let more = Promise.withResolvers<void>()
  return {
    draw() {
      const amount = t.random.int(2 ** 31, 2 ** 32 - 2 ** 20)
      amounts.add(amount)
      return amount
    },
    isOurs({ bytes }) {
      const parsed = parse(bytes)
      return parsed?.type === REQUEST && amounts.has(parsed.value)
    },
    count: () => come,
    note() {
      come++
      more.resolve()
      more = Promise.withResolvers()
    },
    next: () => more.promise,
  }
}

/** What `call` comes to. `stalled` must fail the check: for long, the program has neither sent a request nor returned, although it runs. */
export async function settled<T>(
  t: CheckContext,
  call: Promise<T>,
  requests: Requests,
  stalled: () => never,
): Promise<T> {
  for (;;) {
    const before = requests.count()
    const anything = Promise.race([call, requests.next()])
    const patience = { ms: STALL_MS, everyMs: 250, signOfLife: t.program.signOfLife }
    if (!(await happens(anything, patience))) stalled()
    if (requests.count() === before) return call
  }
}

export const reply = ({ id }: Pick<Parsed, 'id'>, total: number): Buffer =>
  datagram(REPLY, Buffer.from(id, 'hex'), total)

/** Fails because no request with this amount came; says what came in its place, which may be the program's. */
export function failWithoutRequest(
  t: CheckContext,
  strangers: readonly Datagram[],
  amount?: number,
  how = '',
): never {
  const [first] = strangers
  const parsed = first && parse(first.bytes)
  const known = amount === undefined ? '' : ` ${number(amount)}`
  return t.fail({
    op: 'request',
    expected: `a request, sent to the address in \`peer\`: a datagram of 13 bytes with the type 1, an id of 8 bytes, and the amount${known} as a u32, big-endian.`,
    got: first
      ? `${count(first.bytes.length, 'byte')}: ${glance(first.bytes, LENGTH)}.`
      : `no datagram${how}.`,
    hint: !first
      ? 'do you send the datagram to the host and port in `peer`?'
      : parsed?.type === REQUEST
        ? `do you write the amount${known && `,${known},`} as a u32 (without a sign), big-endian, at offset 9?`
        : 'does each datagram contain exactly one request, and nothing else?',
  })
}
