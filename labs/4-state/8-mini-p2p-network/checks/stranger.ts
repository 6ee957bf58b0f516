/** A stranger among five nodes: it knows where each of them listens, and says all that members say, as long as the check runs. */
import { encodeJsonFrame } from '../../../../network/links/json-frames.ts'
import type { Invariant } from '../../../check/cluster/trace.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { asMessage } from '../../6-majority-consensus/checks/messages.ts'
import exercise from '../exercise.ts'
import { STRANGER } from './house.ts'
import { someKey } from './members.ts'
import type { Network } from './network.ts'

/** No honest node comes near to this term. */
const HUGE = 1e9
const LIE = 'lie'
const EVERY_MS = 25

export interface Stranger {
  /** Messages so far. */
  readonly sent: number
  stop(): void
}

export function harass(t: CheckContext, network: Network): Stranger {
  const random = t.random.split(STRANGER)
  const key = someKey(random)
  const lines = new Map<string, { port: number; peer: Promise<Peer | undefined> }>()
  let sent = 0

  const lineTo = (id: string): Promise<Peer | undefined> => {
    const port = network.portOf(id)
    const known = lines.get(id)
    if (known?.port === port) return known.peer
    // It may be killed at any moment.
    const peer = t.sockets.connect(port, `${STRANGER} at ${id}`).then(
      one => {
        void one.write(encodeJsonFrame({ from: STRANGER }))
        return one
      },
      () => undefined,
    )
    lines.set(id, { port, peer })
    return peer
  }
  const lie = (): object => {
    const victim = random.pick(network.ids)
    const nowhere = `127.0.0.1:${random.int(1, 9)}`
    const term = HUGE + random.int(0, 9)
    const { members, trace } = network
    const replayed = random.pick(trace.messages('record').slice(0, 40))
    return random.pick([
      members.record(victim, nowhere, HUGE, key),
      { ...(replayed?.value as object), address: nowhere, seq: HUGE },
      (replayed?.value ?? {}) as object,
      { type: 'request-vote', term, candidateId: STRANGER, lastLogIndex: HUGE, lastLogTerm: term },
      { type: 'vote', term, voteGranted: true },
      {
        type: 'append-entries',
        term,
        leaderId: STRANGER,
        prevLogIndex: 0,
        prevLogTerm: 0,
        entries: [{ term, command: `write ${LIE}` }],
        leaderCommit: 1,
      },
      { type: 'appended', term, success: true, matchIndex: HUGE },
      { type: 'submit', id: `${LIE} ${sent}`, command: `write ${LIE}` },
      { type: 'flood', id: `${LIE} ${sent}`, payload: Buffer.from(LIE).toString('hex') },
    ])
  }
  const timer = setInterval(() => {
    const up = network.nodes.filter(({ state }) => state === 'up')
    if (up.length === 0) return
    const message = lie()
    void lineTo(random.pick(up).id).then(peer => {
      if (!peer) return
      sent++
      void peer.write(encodeJsonFrame(message))
    })
  }, EVERY_MS)
  const stop = () => clearInterval(timer)
  t.onEnd(stop)
  return {
    get sent() {
      return sent
    },
    stop,
  }
}

const OUTSIDE = 'do you look at who has sent a message before it goes to Raft, or anywhere else?'

/** Nothing that the stranger says shows in what a node says. */
export const noLies: Invariant = entry => {
  const got = lieIn(entry)
  if (got === undefined) return undefined
  return {
    expected: 'that nothing comes of what a stranger says, which is not a member.',
    got,
    hint: OUTSIDE,
  }
}

function lieIn(entry: Parameters<Invariant>[0]): string | undefined {
  switch (entry.kind) {
    case 'message': {
      const message = asMessage(entry.value)
      return message && message.term >= HUGE
        ? `${entry.from} sent a message with term ${message.term}, which only the stranger has spoken of.`
        : undefined
    }
    case 'event': {
      const { command, payload } = entry.data as { command?: unknown; payload?: unknown }
      if (entry.event === exercise.events.committed.name && command === `write ${LIE}`)
        return `${entry.node} applied a command of the stranger's.`
      if (entry.event === exercise.events.delivered.name && payload === Buffer.from(LIE).toString('hex'))
        return `${entry.node} delivered a broadcast of the stranger's.`
      return undefined
    }
    default:
      return undefined
  }
}
