/** A peer that the checker plays: what it sends to the program after the handshake, and what it has got from it. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { CheckFailure, count, number } from '../../../check/kit/finding.ts'
import { NEVER_MS } from '../../../check/kit/patience.ts'
import type { Peer, Stop } from '../../../check/peers/peer.ts'
import { envelope, readMessage } from '../../../2-protocol/shared/envelope.ts'
import { shakeHands } from '../../../2-protocol/shared/shake-hands.ts'
import { ENTRY, inventory, MAX_ENTRIES, MSG_TX, readInventory, type Entry } from './inventory.ts'

export interface Contact {
  /** "peer A" */
  name: string
  /** The checker's end. */
  peer: Peer
  /** Ids in the inv messages of the program, in order; how many messages they were in. */
  told: readonly string[]
  invs: number
  /** Ids in its getdata messages, those of `fence` left out. */
  asked: readonly string[]
  /** Payloads of its tx messages. */
  data: readonly Buffer[]
  /** Ids in its notfound messages, those of `fence` left out. */
  missing: readonly string[]
  /** How many messages they were in. */
  notfounds: number
  /** The payloads of the inv messages. */
  payloads: readonly Buffer[]
  /** Why nothing more comes; undefined while the connection is open. */
  stopped(): Stop | undefined
  /** All of it in one write. Resolves when the system has it. */
  send(...messages: readonly Buffer[]): Promise<void>
  inv(...entries: readonly (string | Entry)[]): Promise<void>
  getdata(...entries: readonly (string | Entry)[]): Promise<void>
  notfound(...entries: readonly (string | Entry)[]): Promise<void>
  tx(data: Uint8Array): Promise<void>
  message(command: string, payload: Uint8Array): Buffer
  /** The id that `fence` asks for has come back. */
  hasPassed(fence: string): boolean
}

/** A peer whose handshake is not complete yet. */
export type Early = Pick<Contact, 'name' | 'send' | 'message'>

export interface ContactOptions {
  name: string
  magic: Uint8Array
  /** inbound: the checker has connected to the program. */
  direction: 'inbound' | 'outbound'
  /** inbound: runs between the verack of the program and the checker's. */
  between?: ((early: Early) => Promise<void>) | undefined
}

/** Shakes hands, and from then on reads what comes. */
export async function meet(t: CheckContext, peer: Peer, options: ContactOptions): Promise<Contact> {
  const { name, magic, direction, between } = options
  const message = (command: string, payload: Uint8Array) => envelope({ magic, command, payload })
  const send = (...messages: readonly Buffer[]) => peer.write(Buffer.concat(messages))
  await shakeHands(t, peer, {
    magic,
    direction,
    op: 'start',
    between: between && (() => between({ name, send, message })),
  })
  const told: string[] = []
  const asked: string[] = []
  const data: Buffer[] = []
  const missing: string[] = []
  const payloads: Buffer[] = []
  const fences = new Set<string>()
  let notfounds = 0
  let stop: Stop | undefined

  const take = (command: string, payload: Buffer) => {
    if (command === 'tx') return void data.push(payload)
    if (command !== 'inv' && command !== 'getdata' && command !== 'notfound') return
    const ids = idsIn(name, command, payload)
    if (command === 'getdata') return void asked.push(...ids)
    if (command === 'inv') {
      payloads.push(payload)
      return void told.push(...ids)
    }
    if (!ids.every(id => id.startsWith(FENCE))) notfounds++
    for (const id of ids) {
      if (id.startsWith(FENCE)) fences.add(id)
      else missing.push(id)
    }
  }
  const read = async () => {
    for (;;) {
      const next = await readMessage(peer, NEVER_MS)
      if (next.command === undefined) return void (stop = next.stop)
      take(next.command, next.payload)
    }
  }
  read().catch((error: unknown) => t.broken(error as Error))
  return {
    name,
    peer,
    told,
    get invs() {
      return payloads.length
    },
    asked,
    data,
    missing,
    get notfounds() {
      return notfounds
    },
    payloads,
    stopped: () => stop,
    send,
    message,
    inv: (...entries) => send(message('inv', inventory(entries))),
    getdata: (...entries) => send(message('getdata', inventory(entries))),
    notfound: (...entries) => send(message('notfound', inventory(entries))),
    tx: bytes => send(message('tx', bytes)),
    hasPassed: fence => fences.has(fence),
  }
}

/** Ids that `fence` asks for begin like this. */
export const FENCE = 'fe2ce000'

/** 253 to 255 entries behind a single byte. */
const isCountedInOneByte = (payload: Buffer): boolean =>
  payload.length > 0 && payload[0]! >= 0xfd && payload.length === 1 + payload[0]! * ENTRY

/** Fails unless it is a well-formed inventory of transactions. */
function idsIn(name: string, command: string, payload: Buffer): string[] {
  const wrong = (got: string, hint: string) =>
    new CheckFailure({
      op: 'start',
      expected: `that the payload of the ${command} to ${name} is an inventory of transactions.`,
      got,
      hint,
      spoke: true,
      bytes: { expected: payload.subarray(0, 0), actual: payload.subarray(0, 64) },
    })
  let entries: Entry[]
  try {
    entries = readInventory(payload)
  } catch (error) {
    throw wrong(
      `${count(payload.length, 'byte')}: ${(error as Error).message}.`,
      isCountedInOneByte(payload)
        ? 'a CompactSize below 253 is one byte. From 253 on, it is the byte fd and two more: 253 is fd fd 00.'
        : 'an inventory is a CompactSize, the count, and then 36 bytes for each entry: the type, a u32 in little-endian, and the 32 bytes of the id.',
    )
  }
  const other = entries.find(({ type }) => type !== MSG_TX)
  if (other)
    throw wrong(
      `an entry of the type ${number(other.type)}.`,
      other.type === 0x01000000
        ? 'the type is a u32 in little-endian: 01 00 00 00.'
        : 'the type of a transaction is 1. Entries of other types are ignored, in a getdata, too.',
    )
  if (entries.length > MAX_ENTRIES)
    throw wrong(`${number(entries.length)} entries.`, 'an inventory has at most 50,000 entries.')
  if (entries.length === 0)
    throw wrong('an inventory without entries.', 'where there is nothing to say, send no message.')
  return entries.map(({ id }) => id)
}
