/** The program joins, and what it then tells of messages. */
import { CheckFailure, inNode } from '../../../check/kit/finding.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import type { Program } from '../../../check/engine/program.ts'
import { happens } from '../../../check/kit/patience.ts'
import { NODE_MS } from '../../../check/peers/libp2p.ts'
import { openLocalNetwork, type LocalNetwork } from '../../../check/peers/local-network.ts'
import { expectNodeAddress } from '../../../check/peers/node-address.ts'
import type { SignedMessage } from '../../../check/peers/gossip-peer.ts'
import { parseEvent, type EventKind, type Fields, type Misfit, type Values } from '../../../exercise/op.ts'
import exercise from '../exercise.ts'

/** Of the program's own rounds of mesh maintenance. */
export const HEARTBEAT_MS = 100
const INTERVAL_MS = 100
/** Far more than a check takes. */
const DRIFT_MS = 600_000
/** How long something may take while the program shows that it runs. */
const DUE_MS = 3_000
/** The same for what the checker's own nodes have a part in, on a busy machine. */
export const MESH_MS = 15_000

export type Verdict = Values<typeof exercise.events.judged.data>['verdict']
type Announced = Values<typeof exercise.events.announcement.data>

/** A local network, and a topic in it. */
export interface Group {
  network: LocalNetwork
  topic: string
}

export interface Joined extends Group {
  program: Program
  driftMs: number
  /** With the ID behind it. */
  address: string
  id: string
  /** What the program has told of this message so far, one for each time. */
  verdictsOf(message: SignedMessage): readonly Verdict[]
  /** All that it has told. */
  judged(): number
  announced(): readonly Announced[]
  /** Resolves when `condition`, about what the program has told, is true. */
  until(condition: () => boolean): Promise<void>
  /** An event whose data did not fit. */
  misfit(): Misfit | undefined
}

export const openGroup = async (t: CheckContext): Promise<Group> => ({
  network: await openLocalNetwork(t),
  topic: `p2plab/heights-${t.random.split('topic').int(1000, 9999)}`,
})

/** Calls `join`, and says so. */
export async function join(
  t: CheckContext,
  group: Group,
  { driftMs = DRIFT_MS, intervalMs = INTERVAL_MS } = {},
): Promise<Joined> {
  const { network, topic } = group
  const { port, serviceTag } = network
  const args = {
    address: '/ip4/127.0.0.1/tcp/0',
    serviceTag,
    port,
    intervalMs,
    topic,
    heartbeatMs: HEARTBEAT_MS,
    driftMs,
  }
  t.doing(`The checker called join ${JSON.stringify(args)}.`)
  const { address } = await t.call(exercise.ops.join, args, { ms: NODE_MS })
  expectNodeAddress(t, address, 'join')
  const { program } = t
  return { network, program, topic, driftMs, address, id: address.split('/').at(-1)!, ...told(program) }
}

function told(program: Program): Pick<Joined, 'verdictsOf' | 'judged' | 'announced' | 'until' | 'misfit'> {
  const judged: Values<typeof exercise.events.judged.data>[] = []
  const announced: Announced[] = []
  let misfit: Misfit | undefined
  const waiting = new Set<() => void>()
  const take = async <D extends Fields>(kind: EventKind<D>, kept: Values<D>[]): Promise<never> => {
    for (;;) {
      const event = parseEvent(kind, (await program.told.next(kind.name)).data)
      if (event.values) kept.push(event.values)
      else misfit ??= event.misfit
      for (const look of waiting) look()
    }
  }
  void take(exercise.events.judged, judged)
  void take(exercise.events.announcement, announced)
  return {
    verdictsOf: ({ origin, sequenceNumber }) =>
      judged
        .filter(one => one.origin === origin && one.sequenceNumber === sequenceNumber)
        .map(({ verdict }) => verdict),
    judged: () => judged.length,
    announced: () => announced,
    misfit: () => misfit,
    until: condition =>
      new Promise(resolve => {
        const look = () => {
          if (!condition() && !misfit) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}

/** Whether it happens, however busy the program is. Fails when the program has told something that does not fit. */
export async function comes(joined: Joined, due: Promise<unknown>, ms = DUE_MS): Promise<boolean> {
  const came = await happens(due, { ms, signOfLife: () => joined.program.signOfLife() })
  expectFitting(joined)
  return came
}

function expectFitting(joined: Joined): void {
  const misfit = joined.misfit()
  if (misfit) throw new CheckFailure({ op: 'join', ...misfit })
}

/** What the program has heard before is handled when this resolves, and what it has told of it is here. */
export async function settled(joined: Joined): Promise<void> {
  for (let i = 0; i < 2; i++) await joined.program.signOfLife()
  expectFitting(joined)
}

const TELLS = `does your validator call emit('judged', …) for each message of the topic, whatever the verdict? ${inNode('It is what pubsub.topicValidators has for the topic.', '')}`

/** Fails unless the program tells this verdict of the message. */
export async function expectVerdict(
  t: CheckContext,
  joined: Joined,
  message: SignedMessage,
  verdict: Verdict,
  {
    what,
    hint,
    silent = TELLS,
  }: { what: string; hint: string | ((told: Verdict) => string); silent?: string },
): Promise<void> {
  const expected = `the event judged for ${what}, with the verdict ${verdict}.`
  const due = joined.until(() => joined.verdictsOf(message).length > 0)
  await happens(due, { ms: DUE_MS, signOfLife: () => joined.program.signOfLife() })
  const [told] = joined.verdictsOf(message)
  // A wrong verdict says more than an event that does not fit.
  if (told !== undefined && told !== verdict)
    t.fail({
      op: 'join',
      expected,
      got: `the verdict ${told}.`,
      hint: typeof hint === 'string' ? hint : hint(told),
    })
  expectFitting(joined)
  if (told === undefined) t.fail({ op: 'join', expected, got: elsewhere(joined), hint: silent })
}

const elsewhere = (joined: Joined): string =>
  joined.judged() === 0
    ? 'no event judged at all.'
    : 'no such event, only such of other messages. Their origin and sequenceNumber tell which they are.'
