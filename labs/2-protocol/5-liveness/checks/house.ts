/** A program that watches its peers, and peers of the checker's that have shaken hands with it, in both directions. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, inNode } from '../../../check/kit/finding.ts'
import { happens } from '../../../check/kit/patience.ts'
import { STOPPED } from '../../../check/kit/expect.ts'
import { beginsWith } from '../../../check/peers/accepted.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import type { Server } from '../../../check/peers/sockets.ts'
import type { Program } from '../../../check/engine/program.ts'
import type { Values } from '../../../exercise/op.ts'
import { HOST } from '../../../1-tcp/shared/listening.ts'
import { expectClosed, untilRead } from '../../shared/closing.ts'
import { envelope, readMessage } from '../../shared/envelope.ts'
import { eventsOf } from '../../shared/events.ts'
import { expectHandshakeMessage, shakeHands } from '../../shared/shake-hands.ts'
import { someVersion, versionPayload } from '../../shared/version.ts'
import exercise from '../exercise.ts'

const { listen, connect } = exercise.ops
const { events } = exercise

export type Rules = Omit<Values<typeof listen.args>, 'host' | 'port'>
export type Direction = 'inbound' | 'outbound'
export const DIRECTIONS: readonly Direction[] = ['inbound', 'outbound']
type Told = Values<typeof events.misbehavior.data>
export type Reason = Told['reason']

/** For times that a check is not about. Nothing decays with it that one could see, and a timer can still hold it. */
export const NEVER_MS = 1_000_000_000
/** `connect` is called before the checker does its part. */
const ANSWER_MS = 15_000
const AT_ONCE_MS = 1_500

/** A connection whose handshake is complete. */
export interface Meeting {
  direction: Direction
  /** The checker's end. */
  peer: Peer
  /** What the program calls it. */
  connection: string
  /** The checker's, to which the program has connected. */
  server?: Server
}

export interface House {
  rules: Rules
  port: number
  program: Program
  /** A message in its envelope. */
  message(command: string, payload?: Uint8Array): Buffer
  /** A connection that is made, and whose handshake is complete. */
  meet(direction: Direction, name?: string): Promise<Meeting>
  /**
   * The handshake of a peer that has connected to the program, with `early` right before its verack. False when the program closes the connection
   * instead.
   */
  shakeHands(peer: Peer, early?: Buffer): Promise<boolean>
  /** Reads the next message of the program's, which must be this one. Returns its payload. */
  expectMessage(meeting: Meeting, command: string, hint: string): Promise<Buffer>
  /** The event misbehavior about the connection, with this reason. */
  expectMisbehavior(meeting: Meeting, reason: Reason, about: string, hint: string, ms?: number): Promise<Told>
  /** The program has read all; it sent nothing, did not close the connection, and gave no points. */
  expectQuiet(meeting: Meeting, hint: string): Promise<void>
  /** The connection is closed, without a byte on it, and the event closed says `banned`. */
  expectBanned(meeting: Meeting, hint: string): Promise<void>
  expectClosed(peer: Peer, expected: string, hint: string): Promise<void>
  expectOver(meeting: Meeting, reason: 'ended' | 'malformed' | 'banned', hint: string): Promise<void>
  /** Resolves when the program has handled what was written before. */
  untilRead(): Promise<void>
  /** Events of this name about the connection that nobody took. */
  told(meeting: Meeting, name: 'misbehavior' | 'closed' | 'peer'): readonly unknown[]
}

export async function openHouse(
  t: CheckContext,
  { program = t.program, ...some }: Partial<Rules> & { program?: Program } = {},
): Promise<House> {
  const rules: Rules = {
    magic: t.random.bytes(4),
    pingTimeoutMs: NEVER_MS,
    halfLifeMs: NEVER_MS,
    banScore: 1000,
    banMs: NEVER_MS,
    banBy: 'address and port',
    ...some,
  }
  t.doing(`The checker called listen with ${shown(some)}.`)
  const { port } = await t.call(listen, { host: HOST, port: 0, ...rules }, { program })
  const message = (command: string, payload: Uint8Array = Buffer.alloc(0)) =>
    envelope({ magic: rules.magic, command, payload })
  const told = eventsOf(t, program)

  const met = async (meeting: Meeting): Promise<Meeting> => {
    const { direction, connection } = meeting
    const found = await told.next(events.peer, data => data.connection === connection, {
      about: `for ${connection}: the handshake is complete`,
      hint: "do you call emit('peer', …) when runConnection calls onPeer?",
    })
    if (found.direction === direction) return meeting
    return t.fail({
      expected: `the event peer with the direction ${direction}.`,
      got: `${found.direction}.`,
      hint: 'inbound: the peer has connected to you. outbound: you have connected to the peer.',
    })
  }

  const inbound = async (name: string): Promise<Meeting> => {
    const peer = await t.sockets.connect(port, name)
    await shakeHands(t, peer, { magic: rules.magic, direction: 'inbound', op: listen.name })
    return met({ direction: 'inbound', peer, connection: peer.address })
  }

  const outbound = async (): Promise<Meeting> => {
    const server = await t.sockets.serve(beginsWith(message('version').subarray(0, 16)))
    const answer = t.ask(connect, { peer: server.address, ...rules }, { program, ms: ANSWER_MS })
    answer.catch(() => {})
    const failed = async () => {
      const { error } = await answer
      if (error === undefined) return
      t.fail({
        op: connect.name,
        did: 'The checker started a server of its own and called connect with its address.',
        expected: 'that connect returns once the handshake is complete.',
        got: `an error: ${error}`,
      })
    }
    // A program that answers at once, with an error, connects no more.
    const refusal = failed().then(() => new Promise<never>(() => {}))
    const peer = await Promise.race([server.accept(), refusal])
    await shakeHands(t, peer, { magic: rules.magic, direction: 'outbound', op: connect.name })
    await failed()
    return met({ direction: 'outbound', peer, connection: server.address, server })
  }

  const house: House = {
    rules,
    port,
    program,
    message,
    untilRead: () => untilRead(t, program),
    meet: (direction, name = 'a peer') => (direction === 'inbound' ? inbound(name) : outbound()),
    async shakeHands(peer, early = Buffer.alloc(0)) {
      await peer.write(message('version', versionPayload(someVersion(t))))
      const read = await readMessage(peer)
      if (read.command === undefined && (read.stop === 'end' || read.stop === 'reset')) return false
      if (read.command !== 'version') {
        t.fail({
          op: listen.name,
          expected: 'the version of your program, or the end of the connection.',
          got: 'neither.',
        })
      }
      await expectHandshakeMessage(t, peer, 'verack', listen.name)
      await peer.write(Buffer.concat([early, message('verack')]))
      return true
    },
    async expectMessage({ peer, direction }, command, hint) {
      const reading = readMessage(peer, NEVER_MS)
      const expected = `the message ${command} from your program.`
      const op = command === 'ping' ? 'ping' : direction === 'inbound' ? listen.name : connect.name
      if (!(await happens(reading, { ms: AT_ONCE_MS, signOfLife: program.signOfLife }))) {
        t.fail({ op, expected, got: `nothing, although your program runs.`, hint })
      }
      const read = await reading
      const { magic } = rules
      if (read.command !== undefined && !read.bytes.subarray(0, magic.length).equals(magic)) {
        t.fail({
          op,
          expected: `a message with the magic ${magic.toString('hex')}.`,
          got: `the magic ${read.bytes.toString('hex', 0, magic.length)}.`,
          hint: 'do you use encodeMessage of exercise 2.2, with the magic that you were given?',
        })
      }
      if (read.command === command) return read.payload
      return t.fail({
        op,
        expected,
        got:
          read.command === undefined
            ? `${count(read.bytes.length, 'byte')}${STOPPED[read.stop]}.`
            : `the message ${read.command}.`,
        hint,
        lost: read.command === undefined,
      })
    },
    async expectMisbehavior({ connection }, reason, about, hint, ms) {
      const found = await told.next(events.misbehavior, data => data.connection === connection, {
        about,
        hint,
        ...(ms !== undefined && { ms }),
      })
      if (found.reason === reason) return found
      return t.fail({
        expected: `the event misbehavior with the reason ${reason}, ${about}.`,
        got: `the reason ${found.reason}.`,
        hint,
      })
    },
    async expectQuiet(meeting, hint) {
      await untilRead(t, program)
      const { peer } = meeting
      const op = meeting.direction === 'inbound' ? listen.name : connect.name
      const [points] = house.told(meeting, 'misbehavior') as Told[]
      if (points) {
        t.fail({
          op,
          expected: 'no points for that: no event misbehavior.',
          got: `one, with the reason ${points.reason}.`,
          hint,
        })
      }
      if (peer.stopped()) {
        t.fail({
          op,
          expected: `that ${peer.name} stays connected.`,
          got: 'your program closed its connection.',
          hint,
          lost: true,
        })
      }
      if (peer.waiting() === 0) return
      const { command } = await readMessage(peer)
      t.fail({
        op,
        expected: 'that your program sends nothing now.',
        got: `the message ${command ?? 'of other bytes'}.`,
        hint,
      })
    },
    expectClosed: (peer, expected, hint) =>
      expectClosed(t, peer, { op: listen.name, expected, hint, silent: hint, program }),
    async expectOver({ connection }, reason, hint) {
      const closed = await told.next(events.closed, data => data.connection === connection, {
        about: `for ${connection}, whose connection is over`,
        hint:
          reason === 'banned'
            ? `do you close both directions at once${inNode(' (destroy, not end)')}? Else your side waits for a peer that never ends its own side. And is each connection told about when it is over?`
            : "do you call emit('closed', …) when runConnection calls onClosed?",
      })
      if (closed.reason === reason) return
      t.fail({
        expected: `the event closed with the reason ${reason}.`,
        got: `${closed.reason}.`,
        hint,
      })
    },
    async expectBanned(meeting, hint) {
      await house.expectClosed(
        meeting.peer,
        'that your program closes the connection at once: this peer is banned.',
        hint,
      )
      await house.expectOver(
        meeting,
        'banned',
        'a connection that you close for a ban has the reason banned.',
      )
    },
    told: ({ connection }, name) =>
      told.waiting(name).filter(data => (data as { connection?: unknown } | null)?.connection === connection),
  }
  return house
}

/** The rules that a check is about, for a sentence. */
function shown(some: Partial<Rules>): string {
  const rules = Object.entries(some).filter(([key, value]) => key !== 'magic' && value !== NEVER_MS)
  return rules.length === 0
    ? 'rules that ban nobody soon'
    : rules.map(([key, value]) => `a ${key} of ${String(value)}`).join(' and ')
}
