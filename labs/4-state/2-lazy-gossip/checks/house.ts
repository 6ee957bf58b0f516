/** A node that was started, and the peers that the checker plays for it. */
import type { CheckContext } from '../../../check/kit/check.ts'
import type { Program } from '../../../check/engine/program.ts'
import { CheckFailure, count } from '../../../check/kit/finding.ts'
import { happens, NEVER_MS } from '../../../check/kit/patience.ts'
import { beginsWith } from '../../../check/peers/accepted.ts'
import type { Server } from '../../../check/peers/sockets.ts'
import { envelope } from '../../../2-protocol/shared/envelope.ts'
import { HOST } from '../../../1-tcp/shared/listening.ts'
import { parseEvent, type Values } from '../../../exercise/op.ts'
import exercise from '../exercise.ts'
import { FENCE, meet, type Contact, type Early } from './contact.ts'
import { idOf } from './inventory.ts'

const { start, publish } = exercise.ops
const { delivered } = exercise.events

type Options = Pick<Values<typeof start.args>, 'announceMs' | 'requestMs' | 'maxAnnounced'>

const AT_ONCE_MS = 1_500
/** Short: a dial that failed is tried again. */
const RETRY_MS = 30

export interface House {
  program: Program
  port: number
  options: Options
  /** Connects to the program, and shakes hands. `between`: what it does before its verack. */
  dial(name: string, between?: (early: Early) => Promise<void>): Promise<Contact>
  /** The connection that the program made to the next of `dialed`. */
  accept(name: string): Promise<Contact>
  /** Publishes data, and looks at its id and at the event. */
  publish(data: Buffer): Promise<string>
  /** Fails unless the event comes, with this data. */
  expectDelivered(data: Buffer, hint?: string): Promise<void>
  /** How often data with this id was delivered, so far. */
  deliveries(id: string): number
  /** Whether it becomes so; false only when the program did other things for long, and it is still not so. */
  until(look: () => boolean, ms?: number): Promise<boolean>
  /** Fails unless the program asks the peer for exactly these ids more than `already`, each once, in any order. */
  expectAsked(contact: Contact, ids: readonly string[], hint: string): Promise<void>
  /** Fails when the program has asked the peer for more since the last `expectAsked`; a fence comes first. */
  expectNotAsked(contact: Contact, hint: string): Promise<void>
  /** Fails unless the program announces these ids to the peer, each once. */
  expectTold(contact: Contact, ids: readonly string[], hint: string): Promise<void>
  /**
   * Returns when the program has handled all that came before on this connection: it answers a getdata. Fails when it does not; `hint` is for a
   * connection that the program has closed.
   */
  fence(contact: Contact, hint?: string): Promise<void>
}

export interface Opening extends Partial<Options> {
  /** Names of peers that the program dials. */
  dialed?: readonly string[]
  program?: Program
}

export async function openHouse(
  t: CheckContext,
  { dialed = [], program = t.program, ...some }: Opening = {},
): Promise<House> {
  const magic = t.random.bytes(4)
  const options: Options = { announceMs: 5, requestMs: NEVER_MS, maxAnnounced: 5_000, ...some }
  const begins = beginsWith(
    envelope({ magic, command: 'version', payload: Buffer.alloc(0) }).subarray(0, 16),
    16,
  )
  const servers = new Map<string, Server>()
  for (const name of dialed) servers.set(name, await t.sockets.serve(begins, { called: name }))
  const peers = [...servers.values()].map(({ address }) => address)
  t.doing(
    `The checker called start with announceMs ${options.announceMs}, requestMs ${options.requestMs}, maxAnnounced ${options.maxAnnounced} and ${peers.length === 0 ? 'no peers' : `the peers ${peers.join(', ')}`}.`,
  )
  const { port } = await t.call(
    start,
    { host: HOST, port: 0, magic, peers, retryMs: RETRY_MS, ...options },
    { program },
  )
  const taken = new WeakMap<Contact, number>()
  const events: Values<typeof delivered.data>[] = []
  program.told.tap(({ event, data }) => {
    if (event !== delivered.name) return
    const { values, misfit } = parseEvent(delivered, data)
    if (misfit) t.broken(new CheckFailure({ ...misfit, spoke: true }))
    else events.push(values)
  })
  const having = (id: string) => events.filter(one => one.id.toString('hex') === id)

  const until = async (look: () => boolean, ms = AT_ONCE_MS) => {
    let seen = () => {}
    const due = new Promise<void>(resolve => (seen = resolve))
    const signOfLife = async () => {
      if (look()) return seen()
      await program.signOfLife()
      if (look()) seen()
    }
    return happens(due, { ms, everyMs: 4, signOfLife })
  }
  const ask = async (contact: Contact): Promise<() => boolean> => {
    const id = FENCE + t.random.bytes(28).toString('hex')
    await contact.getdata(id)
    return () => contact.hasPassed(id) || contact.stopped() !== undefined
  }
  /** The program has handled the last message of the handshake. One that does not answer a getdata yet is given some turns for it. */
  const settled = async (contact: Contact) => {
    await until(await ask(contact), 0)
    return contact
  }
  const house: House = {
    program,
    port,
    options,
    until,
    async dial(name, between) {
      const peer = await t.sockets.connect(port, name)
      return settled(await meet(t, peer, { name, magic, direction: 'inbound', between }))
    },
    async accept(name) {
      const peer = await servers.get(name)!.accept()
      return settled(await meet(t, peer, { name, magic, direction: 'outbound' }))
    },
    async publish(data) {
      const { id } = await t.call(publish, { payload: data }, { program })
      const expected = idOf(data)
      if (id.toString('hex') !== expected) {
        t.fail({
          op: publish.name,
          expected: 'the id of the data: SHA-256(SHA-256(payload)).',
          got: `${count(id.length, 'byte')} that ${Buffer.from(id).reverse().toString('hex') === expected ? 'are the id in reverse' : 'are not'}.`,
          hint:
            Buffer.from(id).reverse().toString('hex') === expected
              ? 'explorers show ids in reverse. On the wire, and here, the hash stays as it is.'
              : 'hash the payload, and only the payload, and then hash the result.',
          bytes: { expected: Buffer.from(expected, 'hex'), actual: id },
        })
      }
      return expected
    },
    async expectDelivered(data, hint = EMITS) {
      const id = idOf(data)
      if (!(await until(() => having(id).length > 0))) {
        const [other] = events.filter(({ payload }) => payload.equals(data))
        t.fail({
          op: 'start',
          expected: `the event delivered with the id ${short(id)}.`,
          got: other
            ? `the event with this data, and the id ${short(other.id.toString('hex'))}.`
            : `${events.length === 0 ? 'no event' : 'only events with other ids'}, although your program runs.`,
          hint: other ? 'the id is SHA-256(SHA-256(payload)), as it is.' : hint,
        })
      }
      const [found] = having(id)
      if (found!.payload.equals(data)) return
      t.fail({
        op: 'start',
        expected: 'the event delivered with the data as it came.',
        got: `the event with ${count(found!.payload.length, 'byte')}.`,
        bytes: { expected: data, actual: found!.payload },
      })
    },
    deliveries: id => having(id).length,
    async expectAsked(contact, ids, hint) {
      const already = taken.get(contact) ?? 0
      const news = () => contact.asked.slice(already)
      await until(() => news().length >= ids.length || contact.stopped() !== undefined)
      const got = news()
      const lacking = ids.filter(id => !got.includes(id))
      const extra = got.filter((id, i) => !ids.includes(id) || got.indexOf(id) < i)
      taken.set(contact, contact.asked.length)
      if (lacking.length === 0 && extra.length === 0) return
      t.fail({
        op: 'start',
        expected: `a getdata to ${contact.name} for ${named(ids)}.`,
        got:
          contact.stopped() !== undefined
            ? 'your program has closed the connection instead.'
            : got.length === 0
              ? 'no getdata, although your program runs.'
              : lacking.length > 0
                ? `a getdata for ${count(got.length, 'id')}, without ${named(lacking)}.`
                : `also one for ${named(extra)}${ids.includes(extra[0]!) ? ', once more' : ''}.`,
        hint,
        lost: contact.stopped() !== undefined,
      })
    },
    async expectNotAsked(contact, hint) {
      await house.fence(contact, hint)
      const already = taken.get(contact) ?? 0
      const got = contact.asked.slice(already)
      if (got.length === 0) return
      t.fail({
        op: 'start',
        expected: `no getdata to ${contact.name}.`,
        got: `one for ${named(got)}.`,
        hint,
      })
    },
    async expectTold(contact, ids, hint) {
      const lacking = () => ids.filter(id => !contact.told.includes(id))
      if (!(await until(() => lacking().length === 0 || contact.stopped() !== undefined, untilTold()))) {
        t.fail({
          op: 'start',
          expected: `an inv to ${contact.name} with ${named(lacking())}.`,
          got:
            contact.told.length === 0 ? 'no inv, although your program runs.' : 'only invs with other ids.',
          hint,
        })
      }
      if (lacking().length > 0) {
        t.fail({
          op: 'start',
          expected: `an inv to ${contact.name} with ${named(lacking())}.`,
          got: 'your program has closed the connection.',
          hint,
          lost: true,
        })
      }
      const twice = contact.told.find((id, i) => contact.told.indexOf(id) < i)
      if (twice === undefined) return
      t.fail({
        op: 'start',
        expected: `that your program announces each id to ${contact.name} once.`,
        got: `${short(twice)} twice.`,
        hint: 'do you take an id out of the list of what to announce when its inv is sent?',
      })
    },
    async fence(contact, hint = KEEPS) {
      const passed = await until(await ask(contact))
      if (contact.stopped() !== undefined) {
        t.fail({
          op: 'start',
          expected: `that the connection of ${contact.name} stays open.`,
          got: 'your program has closed the connection.',
          hint,
          lost: true,
        })
      }
      if (passed) return
      t.fail({
        op: 'start',
        did: `${contact.name[0]!.toUpperCase()}${contact.name.slice(1)} sent a getdata for an id that nobody has.`,
        expected: `a notfound to ${contact.name} with this id.`,
        got: 'none, although your program runs.',
        hint: FENCED,
      })
    },
  }
  const untilTold = () => AT_ONCE_MS + 5 * options.announceMs
  return house
}

const FENCED = 'a getdata for data that you do not have is answered with a notfound that has the same entry.'

const KEEPS = 'a good message is no reason to close the connection.'

const EMITS = "do you call emit('delivered', { id, payload }) for all data that is new, your own included?"

export const short = (id: string): string => `${id.slice(0, 8)}…`

/** "the id 0102…", "3 ids: 0102…, 0304… and 1 more". */
export function named(ids: readonly string[]): string {
  if (ids.length === 1) return `the id ${short(ids[0]!)}`
  const shown = ids.slice(0, 3).map(short).join(', ')
  return `${count(ids.length, 'id')}: ${shown}${ids.length > 3 ? ' and others' : ''}`
}

/** Data that nobody else has, of a random length. */
export const someData = (t: CheckContext, most = 300): Buffer =>
  Buffer.concat([t.random.bytes(12), t.random.bytes(t.random.int(0, most))])

export const someIds = (t: CheckContext, length: number): string[] =>
  Array.from({ length }, () => t.random.bytes(32).toString('hex'))
