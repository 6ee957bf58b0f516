/** A node that was started, the peers that the checker plays, and what goes between them. */
import type { CheckContext } from '../../../check/kit/check.ts'
import type { Program } from '../../../check/engine/program.ts'
import { happens, NEVER_MS } from '../../../check/kit/patience.ts'
import { beginsWith } from '../../../check/peers/accepted.ts'
import type { Values } from '../../../exercise/op.ts'
import { HOST } from '../../../1-tcp/shared/listening.ts'
import { envelope } from '../../../2-protocol/shared/envelope.ts'
import { eventsOf } from '../../../2-protocol/shared/events.ts'
import exercise from '../exercise.ts'
import { addressOf, encodeAddr, invented, type Entry } from './addr.ts'
import { converse, type Contact } from './contact.ts'
import { playPeers, type Member, type MemberSpec } from './members.ts'

const { start, known } = exercise.ops

export type Known = Values<typeof known.result>
type Options = Omit<Values<typeof start.args>, 'host' | 'port' | 'magic' | 'seeds'>

const AT_ONCE_MS = 1_500

export interface House {
  magic: Buffer
  program: Program
  /** The event peer about this connection. */
  expectPeer(contact: Contact, hint: string): Promise<void>
  /** Where the program listens. */
  port: number
  address: string
  /** The peers that the program may dial, in the order given. */
  members: readonly Member[]
  /** A message in its envelope. */
  message(command: string, payload?: Uint8Array): Buffer
  /** Connects to the program, and shakes hands. */
  dial(name: string): Promise<Contact>
  /** Sends an addr. */
  tell(contact: Contact, entries: readonly Entry[]): Promise<void>
  /** The tables, without the addresses that only `settle` told. */
  known(): Promise<Known>
  /**
   * Returns when the program has handled all that came before on this connection: it knows one more address, which is told last. Only where it
   * has room for that, and no reason to dial it.
   */
  settle(contact: Contact, hint?: string): Promise<void>
  /** Whether it becomes so; false only when the program did other things for long, and it is still not so. */
  until(look: () => boolean | Promise<boolean>): Promise<boolean>
  /** Whether only `settle` told of this address. */
  isMarker(address: string): boolean
}

export interface Opening extends Partial<Options> {
  /** That the program may be told of. */
  members?: readonly MemberSpec[]
  /** Names of members; or addresses. */
  seeds?: readonly string[]
  program?: Program
}

export async function openHouse(
  t: CheckContext,
  { members: specs = [], seeds = [], program = t.program, ...some }: Opening = {},
): Promise<House> {
  const magic = t.random.bytes(4)
  const options: Options = { maxPeers: 0, maxHeard: 5_000, timeoutMs: NEVER_MS, ...some }
  const message = (command: string, payload: Uint8Array = Buffer.alloc(0)) =>
    envelope({ magic, command, payload })
  const members = await playPeers(t, specs, { magic, begins: beginsWith(message('version').subarray(0, 16)) })
  const seedAddresses = seeds.map(seed => members.find(({ name }) => name === seed)?.address ?? seed)
  t.doing(
    `The checker called start with maxPeers ${options.maxPeers} and ${seeds.length === 0 ? 'no seeds' : `the seeds ${seedAddresses.join(', ')}`}.`,
  )
  const started = t.call(
    start,
    { host: HOST, port: 0, magic, seeds: seedAddresses, ...options },
    seeds.length > 0 ? { program, ms: NEVER_MS } : { program },
  )
  if (
    seeds.length > 0 &&
    !(await happens(started, { ms: AT_ONCE_MS, everyMs: 5, signOfLife: program.signOfLife }))
  ) {
    t.fail({
      op: 'start',
      expected: 'the port that your program listens on, as soon as it listens.',
      got: 'no result, although your program runs.',
      hint: 'does start return the port without waiting for a dial? A seed may never answer.',
    })
  }
  const { port } = await started
  const events = eventsOf(t, program)
  const markers = new Set<string>()
  const house: House = {
    magic,
    program,
    async expectPeer({ connection, direction, peer }, hint) {
      const found = await events.next(exercise.events.peer, data => data.connection === connection, {
        about: `for ${connection}: the handshake with ${peer.name} is complete`,
        hint: `${hint} \`connection\` is the address and the port of the peer.`,
      })
      if (found.direction === direction) return
      t.fail({
        op: 'start',
        expected: `the event peer with the direction ${direction}.`,
        got: `${found.direction}.`,
        hint: 'inbound: the peer has connected to you. outbound: you have connected to the peer.',
      })
    },
    port,
    address: `${HOST}:${port}`,
    members,
    message,
    async dial(name) {
      const peer = await t.sockets.connect(port, name)
      const contact = await converse(t, peer, { magic, direction: 'inbound', name: peer.address })
      await house.expectPeer(contact, "do you call emit('peer', …) for the peers that connect to you, too?")
      return contact
    },
    tell: (contact, entries) => contact.peer.write(message('addr', encodeAddr(entries))),
    async known() {
      const { heard, answered } = await t.call(known, {}, { program })
      return { heard: heard.filter(address => !markers.has(address)), answered }
    },
    async settle(contact, hint = LAST) {
      const [entry] = invented(t.random, 1)
      const marker = addressOf(entry!)
      markers.add(marker)
      await house.tell(contact, [entry!])
      const isKnown = async () => (await t.call(known, {}, { program })).heard.includes(marker)
      if (await house.until(isKnown)) return
      const stopped = contact.stopped() !== undefined
      t.fail({
        op: 'known',
        expected: `the address ${marker} in heard: ${contact.peer.name} has sent it in an addr, as the last one.`,
        got: stopped
          ? 'your program has closed the connection instead.'
          : 'no such address, although your program runs.',
        hint,
        lost: stopped,
      })
    },
    async until(look) {
      let seen = () => {}
      const due = new Promise<void>(resolve => (seen = resolve))
      const signOfLife = async () => {
        await program.signOfLife()
        if (await look()) seen()
      }
      return happens(due, { ms: AT_ONCE_MS, everyMs: 5, signOfLife })
    },
    isMarker: address => markers.has(address),
  }
  return house
}

const LAST = 'each addr counts, asked for or not, from peers that you dialed and from peers that dialed you.'
