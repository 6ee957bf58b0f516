/** The program as a replica among peers that the checker plays, and what is asked of it in most checks. */
import { rmSync } from 'node:fs'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { playNode, type PlayedMessage, type PlayedNode } from '../../../check/cluster/played-node.ts'
import type { Program } from '../../../check/engine/program.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import exercise from '../exercise.ts'
import { byKey, same, sorted, type Model, type State } from './model.ts'

const { ops, events } = exercise
const HOST = '127.0.0.1'
/** For what a program does at once; what is slow is waited for all the same (happens.ts). */
export const SOON_MS = 400

export interface Replica {
  readonly program: Program
  readonly port: number
  /** n2, n3 and so on, connected both ways. */
  readonly peers: readonly PlayedNode[]
  /** What the program sent on the first connection to each. */
  readonly first: readonly (readonly PlayedMessage[])[]
  add(amount: number): Promise<void>
  set(key: string, value: string): Promise<{ time: number; replica: string }>
  remove(key: string): Promise<{ time: number; replica: string }>
  read(): Promise<{ counter: number; entries: { key: string; value: string }[] }>
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>
  /** Resolves when what the peers sent was handled, and what came of it was read. */
  settled(): Promise<void>
}

/** The folder that a replica keeps its data in. */
export interface Disk {
  dataDir: string
  /** Programs that write there. */
  users: Set<Program>
}

/** An empty folder, which is removed after the check. */
export async function openDisk(t: CheckContext): Promise<Disk> {
  const folder = await mkdtemp(path.join(tmpdir(), 'p2plab-replica-'))
  const disk: Disk = { dataDir: path.join(folder, 'n1'), users: new Set() }
  t.onEnd(async () => {
    // A program that is being stopped may still write.
    await Promise.all([...disk.users].map(program => program.stop()))
    // At once: the process of the last check ends soon.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  })
  await mkdir(disk.dataDir)
  return disk
}

export interface ReplicaOptions {
  /** Left out: a new one. */
  disk?: Disk
  /** Left out: the check's first program. */
  program?: Program
  /** Left out: 1. */
  peers?: number
  clockMs?: number
}

export async function startReplica(
  t: CheckContext,
  { disk, program = t.program, peers: number = 1, clockMs = 0 }: ReplicaOptions = {},
): Promise<Replica> {
  const { dataDir, users } = disk ?? (await openDisk(t))
  users.add(program)
  const peers = await Promise.all(
    Array.from({ length: number }, (_, i) => playNode(t, { id: `n${i + 2}`, of: 'n1', program })),
  )
  const given = t.random.shuffle(peers.map(({ id, address }) => ({ id, address })))
  const { port } = await t.call(
    ops.start,
    { id: 'n1', host: HOST, port: 0, peers: given, dataDir, clockMs },
    { program },
  )
  for (const peer of peers) {
    await peer.dial(port)
    await peer.dialed()
  }
  // The first thing to be written, which no other op would show to be missing.
  await t.call(ops.read, {}, { program })
  await peers[0]!.settled()
  const first = await Promise.all(peers.map(taken))
  return { first, ...replicaOf(t, { program, port, peers, users }) }
}

/** The ops of a program that is started already. */
export const replicaOf = (
  t: CheckContext,
  {
    program,
    port,
    peers,
    users,
  }: { program: Program; port: number; peers: readonly PlayedNode[]; users: Set<Program> },
): Omit<Replica, 'first'> => ({
  program,
  port,
  peers,
  settled: () => peers[0]!.settled(),
  async kill() {
    await program.kill()
    users.delete(program)
  },
  add: async amount => void (await t.call(ops.add, { amount }, { program })),
  set: (key, value) => t.call(ops.set, { key, value }, { program }),
  remove: key => t.call(ops.remove, { key }, { program }),
  async read() {
    const { counter, entries } = await t.call(ops.read, {}, { program })
    return { counter, entries: entries.map(({ key, value }) => ({ key, value })).sort(byKey) }
  },
})

/** All that nobody has taken so far. */
export async function taken(peer: PlayedNode): Promise<PlayedMessage[]> {
  const messages: PlayedMessage[] = []
  while (peer.waiting().length > 0) messages.push(await peer.next({ what: 'a message' }))
  return messages
}

/** The state in a message of the program, in one order. Fails when it is none. */
export function stateIn(t: CheckContext, message: PlayedMessage, to: string): State {
  const bad = (what: string): never =>
    t.fail({
      expected: `that each message to ${to} is a state, as the text says.`,
      got: `${what} in ${json(message)}.`,
      hint: 'the fields are those of the example: "counts" has replica, plus and minus, and "entries" has key, value, time and replica.',
      spoke: true,
    })
  if (message.type !== 'state') bad(`the type ${json(message.type)}`)
  const { counts, entries } = message
  if (!Array.isArray(counts)) return bad('"counts" that is not a list')
  if (!Array.isArray(entries)) return bad('"entries" that is not a list')
  const whole = (n: unknown) => Number.isSafeInteger(n) && Number(n) >= 0
  for (const count of counts as Record<string, unknown>[]) {
    if (typeof count !== 'object' || count === null || typeof count.replica !== 'string')
      bad('a count without a replica')
    if (!whole(count.plus) || !whole(count.minus)) bad('a count whose plus or minus is not an integer from 0')
  }
  for (const entry of entries as Record<string, unknown>[]) {
    if (typeof entry !== 'object' || entry === null || typeof entry.key !== 'string')
      bad('an entry without a key')
    if (typeof entry.value !== 'string' && entry.value !== null)
      bad('an entry whose value is neither text nor null')
    if (!whole(entry.time) || typeof entry.replica !== 'string') bad('an entry without a time or a replica')
  }
  return sorted({ counts, entries } as unknown as State)
}

export interface Expected {
  /** As in "the new total". */
  what: string
  state: Partial<State>
  hint: string
}

/** Fails unless the next message to the peer is exactly this part of the state. */
export async function expectState(
  t: CheckContext,
  peer: PlayedNode,
  { what, state, hint }: Expected,
): Promise<void> {
  const expected = sorted({ counts: state.counts ?? [], entries: state.entries ?? [] })
  const message = await peer.next({
    what: `a message with ${what}, ${json(expected)},`,
    ms: SOON_MS,
    hint,
  })
  const got = stateIn(t, message, peer.id)
  if (same(got, expected)) return
  const has = (all: readonly object[], some: readonly object[]) => {
    const texts = new Set(all.map(one => JSON.stringify(one)))
    return some.every(one => texts.has(JSON.stringify(one)))
  }
  const more = has(got.counts, expected.counts) && has(got.entries, expected.entries)
  t.fail({
    expected: `that your program sends ${peer.id} ${what}: ${json(expected)}.`,
    got: `${json(got)}.`,
    hint: more ? 'that is more than what changed. The whole state is only for a new connection.' : hint,
    spoke: true,
  })
}

/** Fails when the peer got anything that nobody took. */
export function expectNothing(
  t: CheckContext,
  peers: readonly PlayedNode[],
  { when, hint }: { when: string; hint: string },
) {
  for (const peer of peers) {
    const [message] = peer.waiting()
    if (!message) continue
    t.fail({
      expected: `nothing more to ${peer.id} ${when}.`,
      got: `${json(message)}.`,
      hint,
      spoke: true,
    })
  }
}

/** Fails unless `read` gives what the model says. */
export async function expectRead(
  t: CheckContext,
  replica: Replica,
  model: Model,
  hints: { counter: string; entries: string },
): Promise<void> {
  const got = await replica.read()
  const expected = model.read()
  if (got.counter !== expected.counter)
    t.fail({
      expected: `that the counter is ${expected.counter}.`,
      got: `${got.counter}.`,
      hint: hints.counter,
      op: 'read',
      spoke: true,
    })
  if (same(got.entries, expected.entries)) return
  const { key, what, instead } = difference(expected.entries, got.entries)
  t.fail({
    expected: `that ${json(key)} ${what}.`,
    got: `${instead}.`,
    hint: hints.entries,
    op: 'read',
    spoke: true,
  })
}

type Pair = { key: string; value: string }

/** The first key that differs. */
export function difference(expected: readonly Pair[], got: readonly Pair[]) {
  const wanted = new Map(expected.map(({ key, value }) => [key, value]))
  const found = new Map<string, string>()
  for (const { key, value } of got) {
    if (found.has(key)) return { key, what: 'is in the map once', instead: 'it is there twice' }
    found.set(key, value)
  }
  const key = [...wanted.keys(), ...found.keys()].find(key => wanted.get(key) !== found.get(key)) ?? ''
  const say = (value: string | undefined, not: string) =>
    value === undefined ? not : `has the value ${json(value)}`
  return {
    key,
    what: say(wanted.get(key), 'has no value'),
    instead: found.has(key) ? `it has the value ${json(found.get(key))}` : 'it has none',
  }
}

/** Fails unless the event comes, with what the model says. */
export async function expectChanged(
  t: CheckContext,
  { program }: Replica,
  model: Model,
  about: string,
): Promise<void> {
  const { counter, keys } = await t.event(events.changed, { program, about, ms: SOON_MS })
  const { counter: total, entries } = model.read()
  if (counter === total && keys === entries.length) return
  t.fail({
    expected: `the event changed ${about} with { counter: ${total}, keys: ${entries.length} }.`,
    got: `{ counter: ${counter}, keys: ${keys} }.`,
    hint: '"keys" is how many keys have values: a removed key has none.',
    spoke: true,
  })
}

const MOST = 400
/** For a message. */
export const json = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text
}
