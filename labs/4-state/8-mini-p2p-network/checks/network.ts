/** Copies of the program that find each other by themselves, and what must hold of them whatever happens. */
import { startCluster } from '../../../check/cluster/cluster.ts'
import type { Entry, Invariant, NodeEvent } from '../../../check/cluster/trace.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { watchLateness, type Lateness } from '../../../check/kit/lateness.ts'
import { groupOf, type Group } from '../../6-majority-consensus/checks/cluster.ts'
import { slower, slowness, type Timers } from '../../6-majority-consensus/checks/pace.ts'
import { safety } from '../../6-majority-consensus/checks/safety.ts'
import exercise from '../exercise.ts'
import { createMembers, type Members } from './members.ts'

const { ops, events } = exercise

export const SEED = 'n1'
/** For what takes all nodes to find each other, or an election or two. */
const LONG_MS = 4_000
/** Looks at the machine before times are chosen that hold until the end. */
const ROUNDS = 24
/** Of signs of life, where lateness is watched. */
const EVERY_MS = 20

export interface Network extends Group {
  readonly members: Members
  readonly ids: readonly string[]
  readonly timers: Timers & { submitMs: number }
  /** 1 on a quiet machine. */
  readonly slow: number
  /** How late these nodes are from now on, and the checker, through which all messages go. None of them may be paused. Left out: all nodes. */
  watchLateness(among?: readonly string[]): Lateness
  /** The port that the node itself listens on, past all links: where a stranger dials it. */
  portOf(id: string): number
  /** Every one of these has a connection to every other. Left out: all nodes. */
  connected(what: string, among?: readonly string[], hint?: string): Promise<void>
  /** `from` publishes a payload, which all of these deliver. Left out: all nodes. */
  broadcast(from: string, payload: Buffer, among?: readonly string[]): Promise<void>
}

/** Nodes n1 to n5, which know n1's address. `submitMs` is in electionMs. */
export async function openNetwork(
  t: CheckContext,
  asked: Timers,
  { size = 5, submits = 20 }: { size?: number; submits?: number } = {},
): Promise<Network> {
  const slow = await slowness(t.program, ROUNDS)
  const timers = slower(asked, slow)
  const given = { ...timers, submitMs: timers.electionMs * submits }
  const ids = Array.from({ length: size }, (_, i) => `n${i + 1}`)
  const members = createMembers(t.random, ids)
  const cluster = await startCluster(t, {
    start: ops.start,
    size,
    fronts: true,
    args: ({ id, host, port, peers, announce, dataDir }) => ({
      id,
      host,
      port,
      announce: announce!,
      key: members.keyOf(id),
      seeds: peers.filter(peer => peer.id === SEED),
      members: members.list,
      dataDir,
      ...given,
    }),
  })
  const { trace } = cluster
  cluster.always(figureThree())
  cluster.always(onceEach())
  cluster.always(signedOnly(members))
  const group = groupOf(cluster, LONG_MS * slow)

  // Kept up with each entry: a busy machine that looked through a long trace after each would never be done.
  /** How many connections each has to each, now. */
  const open = new Map<string, number>()
  const follow = (entry: Entry) => {
    if (entry.kind !== 'connected' && entry.kind !== 'disconnected') return
    const key = `${entry.from} → ${entry.to}`
    open.set(key, (open.get(key) ?? 0) + (entry.kind === 'connected' ? 1 : -1))
  }
  trace.entries.forEach(follow)
  trace.onEntry(follow)
  const missing = (among: readonly string[]): string[] => {
    return among
      .flatMap(from => among.filter(to => to !== from).map(to => `${from} → ${to}`))
      .filter(key => (open.get(key) ?? 0) <= 0)
  }
  return {
    ...group,
    members,
    ids,
    timers: given,
    slow,
    watchLateness: (among = ids) => {
      const nodes = among.map(id => cluster.node(id))
      // One that has ended says nothing: whoever asks it for something says so.
      return watchLateness(() => Promise.allSettled(nodes.map(node => node.signOfLife())), EVERY_MS)
    },
    async leader(what, among = ids) {
      let found: string | undefined
      await cluster.until(what, () => (found = group.leaders(among)[0]?.node) !== undefined, {
        ms: group.longMs,
        hint: 'a majority is up and connected: do the four messages of 4.6, and no others, go to your code of 4.6, and do its messages go out?',
      })
      return found!
    },
    portOf: id => {
      const call = trace.calls('start').findLast(({ node, result }) => node === id && result !== undefined)
      return (call!.result as { port: number }).port
    },
    connected: (
      what,
      among = ids,
      hint = 'do you send all the records that you have whenever a connection is there, pass on those that are news, and dial whom they are about?',
    ) =>
      cluster.until(what, () => missing(among).length === 0, {
        ms: group.longMs,
        hint,
        got: () => `no connection ${missing(among).join(', ')}.`,
        because: () => trace.messages('record').slice(-12),
      }),
    async broadcast(from, payload, among = ids) {
      const { id } = await cluster.node(from).call(ops.publish, { payload })
      const heard = () =>
        trace.events(events.delivered).filter(({ data, node }) => data.id === id && among.includes(node))
      await cluster.until(
        `${among.join(', ')} deliver the broadcast of ${from}`,
        () => heard().length >= among.length,
        {
          ms: group.longMs,
          hint: 'does what is new go to everyone that you are connected to, also to those that you found later?',
          got: () =>
            `only ${
              heard()
                .map(({ node }) => node)
                .join(', ') || 'nobody'
            } did.`,
        },
      )
      const wrong = heard().find(({ data }) => !data.payload.equals(payload))
      if (!wrong) return
      t.fail({
        expected: `the payload ${payload.toString('hex')} at every node.`,
        got: `${wrong.data.payload.toString('hex')} at ${wrong.node}.`,
        spoke: true,
      })
    },
  }
}

/** Answers are judged at the end: one that came over another node may be here before the event it follows from. */
function figureThree(): Invariant {
  const holds = safety()
  return entry => (entry.kind === 'answer' ? undefined : holds(entry))
}

/** No node delivers a broadcast twice while it runs. */
function onceEach(): Invariant {
  const seen = new Map<string, NodeEvent>()
  return entry => {
    if (entry.kind === 'fault' && entry.what === 'is started again')
      for (const key of [...seen.keys()]) if (entry.nodes.includes(key.split(' ')[0]!)) seen.delete(key)
    if (entry.kind !== 'event' || entry.event !== events.delivered.name) return undefined
    const key = `${entry.node} ${String((entry.data as { id?: unknown }).id)}`
    const known = seen.get(key)
    if (!known) seen.set(key, entry)
    if (!known) return undefined
    return {
      expected: 'each broadcast once at each node.',
      got: `${entry.node} delivered it twice.`,
      hint: 'is the id remembered before the message is passed on?',
      because: [known],
    }
  }
}

/** No node passes on a record that its member has not signed. */
const signedOnly =
  (members: Members): Invariant =>
  entry => {
    if (entry.kind !== 'message' || entry.label !== 'record') return undefined
    if (members.isGenuine(entry.value as Record<string, unknown>)) return undefined
    return {
      expected: 'only records that the member has signed, with its id, address and seq.',
      got: `one of ${entry.from} to ${entry.to} that is not.`,
      hint: 'do you verify the signature of each record, over its own fields, before you keep it?',
    }
  }
