/** One copy of the program among peers that the checker plays. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Program } from '../../../check/engine/program.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { playNode, type PlayedMessage, type PlayedNode } from '../../../check/cluster/played-node.ts'
import exercise from '../exercise.ts'
import { DIGITS, ItemSet, misconception } from './item-set.ts'

const { start, put, status, sync } = exercise.ops
const { grew } = exercise.events

const HOST = '127.0.0.1'
/** No sync begins by itself while a check runs. */
export const HOUR_MS = 3_600_000

/** What the program should send: the messages of one answer, in any order. */
export type Wanted =
  | { type: 'digests'; prefix: string }
  | { type: 'ids'; prefix: string }
  | { type: 'want'; ids: readonly string[] }
  | { type: 'items'; ids: readonly string[] }

export interface House {
  peers: PlayedNode[]
  /** What the program has, as far as the checker knows. */
  set: ItemSet
  /** Calls `put`, and looks at the ids that it returns. */
  put(...items: Buffer[]): Promise<void>
  /** `status` counts and digests the set. */
  expectStatus(why: string, hint?: string): Promise<void>
  /** Calls `sync`, takes the message, and looks at each of its digests. */
  expectSync(peer: PlayedNode): Promise<void>
  /** These messages come to the peer, in any order, and nothing else comes to anybody. */
  expectAnswer(peer: PlayedNode, wanted: readonly Wanted[], after: string, hint: string): Promise<void>
  /** The same where nothing should come. */
  expectNothing(after: string, hint: string): Promise<void>
}

/** A folder for the data of the program. */
export async function openFolder(t: CheckContext, program = t.program): Promise<string> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'p2plab-set-'))
  t.onEnd(async () => {
    // A program that is being stopped may still write into its folder.
    await program.stop()
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  })
  return dataDir
}

/** Starts the program with so many peers, which have all dialed it and have been dialed. */
export async function openHouse(
  t: CheckContext,
  {
    peers: size = 2,
    syncMs = HOUR_MS,
    also = [],
    program = t.program,
  }: {
    peers?: number
    syncMs?: number
    also?: { id: string; address: string }[]
    program?: Program
  } = {},
): Promise<House> {
  const dataDir = await openFolder(t, program)
  const peers: PlayedNode[] = []
  for (let i = 0; i < size; i++) peers.push(await playNode(t, { id: `n${i + 2}`, of: 'n1', program }))
  const given = t.random.shuffle([...peers.map(({ id, address }) => ({ id, address })), ...also])
  const { port } = await t.call(
    start,
    { id: 'n1', host: HOST, port: 0, peers: given, dataDir, syncMs },
    { program },
  )
  for (const peer of peers) {
    await peer.dialed()
    await peer.dial(port)
  }
  const set = new ItemSet()

  const expectNothing: House['expectNothing'] = async (after, hint) => {
    for (const peer of peers) await peer.settled()
    const told = program.told.waiting(grew.name)
    if (told.length > 0)
      t.fail({
        expected: `no event ${after}.`,
        got: `another event grew ${short(told[0]!.data)}.`,
        hint,
        spoke: true,
      })
    for (const peer of peers)
      if (peer.waiting().length > 0)
        t.fail({
          expected: `no message to ${peer.id} ${after}.`,
          got: `${short(peer.waiting()[0])}${peer.waiting().length > 1 ? `, and ${peer.waiting().length - 1} more` : ''}.`,
          hint,
          spoke: true,
        })
  }
  const expectAnswer: House['expectAnswer'] = async (peer, wanted, after, hint) => {
    await peer.settled()
    const left = [...wanted]
    while (left.length > 0) {
      const message = await peer.next({ what: `${left.map(named).join(', and ')} ${after}`, hint })
      const at = left.findIndex(one => fits(one, message))
      if (at < 0)
        t.fail({
          expected: `${left.map(named).join(', and ')} to ${peer.id} ${after}.`,
          got: `${short(message)}.`,
          hint,
          spoke: true,
        })
      const [one] = left.splice(at, 1)
      const rest = judge(t, set, peer, one!, message, after, hint)
      if (rest) left.push(rest)
    }
    await expectNothing(`beside what ${peer.id} got ${after}`, hint)
  }
  return {
    peers,
    set,
    expectNothing,
    expectAnswer,
    async put(...items) {
      const { ids } = await t.call(put, { items }, { program })
      const own = new ItemSet()
      const wanted = items.map(item => {
        own.add(item)
        return [...new ItemSet([item]).items.keys()][0]!
      })
      set.add(...items)
      const differs = wanted.findIndex((id, i) => ids[i] !== id)
      if (differs >= 0 || ids.length !== items.length)
        t.fail({
          op: 'put',
          expected: `that put returns the ${items.length} ids of the items, in their order.`,
          got:
            differs >= 0
              ? `${short(ids[differs])} for an item whose id is ${wanted[differs]}.`
              : `${ids.length} ids.`,
          hint: 'an id is the SHA-256 of the bytes of the item, not of its hex digits, and an item that is there already has it, too.',
        })
    },
    async expectStatus(why, hint) {
      const { count, digest } = await t.call(status, {}, { program })
      if (count !== set.count)
        t.fail({
          op: 'status',
          expected: `that status counts ${set.count} items ${why}.`,
          got: `${count}.`,
          ...(hint !== undefined && { hint }),
        })
      if (digest !== set.digest)
        t.fail({
          op: 'status',
          expected: `the digest ${set.digest} ${why}.`,
          got: `${short(digest)}.`,
          hint: misconception(digest, set.under('')),
        })
    },
    async expectSync(peer) {
      await t.call(sync, { peer: peer.id }, { program })
      await expectAnswer(
        peer,
        [{ type: 'digests', prefix: '' }],
        'when a sync begins',
        'a sync begins with the digests of the prefix "", to this peer only.',
      )
    },
  }
}

const fits = (wanted: Wanted, message: PlayedMessage): boolean =>
  wanted.type === message.type && (!('prefix' in wanted) || wanted.prefix === message.prefix)

const named = (wanted: Wanted): string =>
  'prefix' in wanted
    ? `${wanted.type} of the prefix "${wanted.prefix}"`
    : `${wanted.type} (${wanted.ids.length})`

/** Fails when the message says something else; what is still to come of a list of items. */
function judge(
  t: CheckContext,
  set: ItemSet,
  peer: PlayedNode,
  wanted: Wanted,
  message: PlayedMessage,
  after: string,
  hint: string,
): Wanted | undefined {
  const wrong = (expected: string, got: string, why = hint) =>
    t.fail({ expected, got, hint: why, spoke: true })
  if (wanted.type === 'digests') {
    const hashes = set.hashes(wanted.prefix)
    const got: unknown = message.hashes
    if (!Array.isArray(got) || got.length !== hashes.length)
      return wrong(
        `16 hashes in the digests of the prefix "${wanted.prefix}" to ${peer.id}.`,
        `${short(got)}.`,
        'there is one for each hex digit that can follow the prefix, also where you have nothing.',
      )
    const differs = hashes.findIndex((hash, i) => got[i] !== hash)
    if (differs >= 0) {
      const prefix = wanted.prefix + DIGITS[differs]
      const ids = set.under(prefix)
      wrong(
        `${hashes[differs]} as the digest of the prefix "${prefix}", where your program has ${ids.length} ids: ${short(ids.toSorted().slice(0, 2))}${ids.length > 2 ? ', …' : ''}.`,
        `${short(got[differs])}.`,
        misconception(got[differs], ids),
      )
    }
    return undefined
  }
  if (wanted.type === 'items') {
    const items: unknown = message.items
    if (
      !Array.isArray(items) ||
      items.length === 0 ||
      items.some(item => typeof item !== 'string' || !/^(?:[0-9a-f]{2})*$/.test(item))
    )
      return wrong(`a list of items in hex to ${peer.id} ${after}, and not an empty one.`, `${short(items)}.`)
    if (items.length > 1_000)
      return wrong(
        'at most 1,000 items in a message.',
        `${items.length}.`,
        'send several messages when there are more.',
      )
    const ids = new Set([...new ItemSet(items.map(item => Buffer.from(String(item), 'hex'))).items.keys()])
    const extra = [...ids].find(id => !wanted.ids.includes(id))
    if (extra !== undefined || ids.size < items.length)
      return wrong(
        `that your program sends ${peer.id} each of ${wanted.ids.length} items once ${after}.`,
        extra === undefined
          ? 'one of them twice.'
          : `another one, ${short(set.items.get(extra)?.toString('hex') ?? extra)}, or one of them twice.`,
      )
    const rest = wanted.ids.filter(id => !ids.has(id))
    return rest.length > 0 ? { type: 'items', ids: rest } : undefined
  }
  const ids: unknown = message.ids
  const all = wanted.type === 'ids' ? set.under(wanted.prefix) : wanted.ids
  if (!Array.isArray(ids) || ids.length !== all.length || all.some(id => !ids.includes(id)))
    return wrong(
      `${all.length === 0 ? 'an empty list' : `these ids: ${short(all.toSorted())},`} in ${named(wanted)} to ${peer.id} ${after}.`,
      `${short(ids)}.`,
    )
  return undefined
}

const MOST = 160
export const short = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text
}

/** Different items of the lengths that there are. */
export const someItems = (t: CheckContext, count: number, bytes = 24): Buffer[] =>
  Array.from({ length: count }, () => t.random.bytes(bytes))

export const digests = (prefix: string, hashes: readonly string[]) => ({ type: 'digests', prefix, hashes })
export const ids = (prefix: string, list: readonly string[]) => ({ type: 'ids', prefix, ids: list })
export const want = (list: readonly string[]) => ({ type: 'want', ids: list })
export const items = (list: readonly Buffer[]) => ({
  type: 'items',
  items: list.map(item => item.toString('hex')),
})
/** A digest of something else. */
export const anotherHash = (t: CheckContext): string => t.random.bytes(8).toString('hex')
