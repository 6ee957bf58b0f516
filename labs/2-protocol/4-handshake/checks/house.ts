/** A program that shakes hands, and peers of the checker's at both ends of the connections: those that dial it, and those that it dials. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { beginsWith } from '../../../check/peers/accepted.ts'
import { encodeVersion, type VersionMessage } from '../../../exercise/version-message.ts'
import { HOST } from '../../../1-tcp/shared/listening.ts'
import { envelope } from '../../shared/envelope.ts'
import { eventsOf } from '../../shared/events.ts'
import { someVersion } from '../../shared/version.ts'
import exercise from '../exercise.ts'
import { expectVerack, expectVersion } from './expect.ts'
import type { Direction, Found, Meeting, Own, Reason } from './meeting.ts'
import { NEVER_MS } from '../../../check/kit/patience.ts'

const { listen, connect } = exercise.ops
const { events } = exercise

/** `connect` is called before the checker does its part. */
const ANSWER_MS = 15_000

export interface House {
  own: Own
  port: number
  address: string
  /** A message in its envelope. */
  message(command: string, payload?: Uint8Array): Buffer
  version(message: VersionMessage): Buffer
  /** A connection on which the checker has sent nothing yet; of an outbound one the program's version was read. */
  meet(direction: Direction, name?: string): Promise<Meeting>
  /** Sends a version, and expects the program's answer to it. Returns what was sent. */
  introduce(meeting: Meeting, message?: VersionMessage, hint?: string): Promise<VersionMessage>
  /** The program's answer to a version: its own, where it was dialed, and a verack. `hint` is for a connection that was closed instead. */
  expectIntroduced(meeting: Meeting, hint?: string): Promise<void>
  /** Sends a verack, and expects the handshake to be complete, with what `said` is about. */
  complete(meeting: Meeting, said: VersionMessage, hint?: string): Promise<void>
  /** The event peer, and the answer of connect. */
  expectComplete(meeting: Meeting, said: VersionMessage, hint?: string): Promise<void>
  /**
   * Fails unless the event closed about the connection comes, with this reason, and connect answered with an error. `onPeer` is the likely
   * misconception when it answered with a peer; left out: it did not wait for version and verack.
   */
  expectOver(meeting: Meeting, reason: Reason, hint: string, onPeer?: string): Promise<void>
  /** Any event closed with this reason; of a connection that the checker is no end of. */
  expectSomeOver(reason: Reason, hint: string): Promise<void>
  /** Events of this name about the connection that nobody took. */
  told(meeting: Meeting, name: 'peer' | 'closed'): readonly unknown[]
}

export async function openHouse(
  t: CheckContext,
  { program = t.program, ...some }: Partial<Own> & { program?: CheckContext['program'] } = {},
): Promise<House> {
  const own: Own = {
    magic: t.random.bytes(4),
    // Beyond 2^53, where a number is not exact any more.
    services: t.random.pick([9n, 1033n, 2n ** 63n + 1n]),
    userAgent: `/p2plab-${t.random.int(1000, 9999)}:2.4/`,
    height: t.random.int(0, 900_000),
    timeoutMs: NEVER_MS,
    ...some,
  }
  t.doing(`The checker called listen with the magic ${own.magic.toString('hex')}.`)
  const { port } = await t.call(listen, { host: HOST, port: 0, ...own }, { program })
  const message = (command: string, payload: Uint8Array = Buffer.alloc(0)) =>
    envelope({ magic: own.magic, command, payload })
  const version = (said: VersionMessage) => message('version', encodeVersion(said))

  const told = eventsOf(t, program)

  const expectFound = (got: Found, said: VersionMessage, op: string, what: string) => {
    const expected: Found = {
      version: Math.min(said.version, 70016),
      userAgent: said.userAgent,
      height: said.height,
    }
    for (const key of ['version', 'userAgent', 'height'] as const) {
      if (got[key] === expected[key]) continue
      t.fail({
        op,
        expected: `${what} with the ${key} ${JSON.stringify(expected[key])}.`,
        got: `${JSON.stringify(got[key])}.`,
        hint: FOUND[key],
      })
    }
  }

  const house: House = {
    own,
    port,
    address: `${HOST}:${port}`,
    message,
    version,
    async meet(direction, name) {
      if (direction === 'inbound') {
        const peer = await t.sockets.connect(port, name ?? 'a peer')
        return { direction, peer, connection: peer.address }
      }
      const server = await t.sockets.serve(beginsWith(message('version').subarray(0, 16)))
      const answer = t.ask(connect, { peer: server.address, ...own }, { program, ms: ANSWER_MS })
      answer.catch(() => {})
      // A program that answers at once, with an error, connects no more.
      const refusal = answer.then(({ error }) => {
        if (error === undefined) return new Promise<never>(() => {})
        return t.fail({
          op: connect.name,
          did: 'The checker started a server of its own and called connect with its address.',
          expected: 'that your program connects, and sends its version at once.',
          got: `an error: ${error}`,
          ...(error.includes('not written yet') && { hint: NOT_WRITTEN }),
          // On a busy machine, the time for the handshake can be over by now.
          lost: true,
        })
      })
      const peer = await Promise.race([server.accept(), refusal])
      const meeting: Meeting = { direction, peer, connection: server.address, answer }
      meeting.theirs = await expectVersion(t, own, meeting)
      return meeting
    },
    async introduce(meeting, said = someVersion(t), hint) {
      await meeting.peer.write(version(said))
      await house.expectIntroduced(meeting, hint)
      return said
    },
    async expectIntroduced(meeting, hint) {
      if (meeting.direction === 'inbound') meeting.theirs = await expectVersion(t, own, meeting, hint)
      await expectVerack(t, own, meeting, hint)
    },
    async complete(meeting, said, hint) {
      await meeting.peer.write(message('verack'))
      await house.expectComplete(meeting, said, hint)
    },
    async expectComplete(meeting, said, hint) {
      const { direction, connection, answer } = meeting
      const found = await told.next(events.peer, data => data.connection === connection, {
        about: `for ${connection}: both sides have sent their version and their verack`,
        hint:
          hint ??
          "is a handshake complete once the peer's version and then its verack have arrived? `connection` is the address and the port of the peer.",
      })
      expectFound(found, said, direction === 'inbound' ? listen.name : connect.name, 'the event peer')
      if (found.direction !== direction) {
        t.fail({
          op: direction === 'inbound' ? listen.name : connect.name,
          expected: `the event peer with the direction ${direction}.`,
          got: `${found.direction}.`,
          hint: 'inbound: the peer has connected to you. outbound: you have connected to the peer.',
        })
      }
      if (!answer) return
      const { result, error } = await answer
      if (error !== undefined) {
        t.fail({
          op: connect.name,
          expected: 'that connect returns what the peer said of itself: the handshake is complete.',
          got: `an error: ${error}`,
        })
      }
      expectFound(result, said, connect.name, 'a result of connect')
      // It is no answer to how the connection ends.
      delete meeting.answer
    },
    async expectOver({ connection, direction, answer }, reason, hint, onPeer = EARLY) {
      const closed = await told.next(events.closed, data => data.connection === connection, {
        about: `for ${connection}, whose connection is over`,
        hint: "do you call emit('closed', …) when a connection ends, whoever has ended it, also before the handshake is complete?",
      })
      if (closed.reason !== reason) {
        t.fail({
          op: direction === 'inbound' ? listen.name : connect.name,
          expected: `the event closed with the reason ${reason}.`,
          got: `${closed.reason}.`,
          hint,
        })
      }
      if (!answer) return
      const { result } = await answer
      if (result === undefined) return
      t.fail({
        op: connect.name,
        expected: 'an error from connect: the connection was over before the handshake was complete.',
        got: `${JSON.stringify(result)}.`,
        hint: onPeer,
      })
    },
    async expectSomeOver(reason, hint) {
      await told.next(events.closed, data => data.reason === reason, {
        about: `with the reason ${reason}`,
        hint,
      })
    },
    told: ({ connection }, name) =>
      told.waiting(name).filter(data => (data as { connection?: unknown } | null)?.connection === connection),
  }
  return house
}

const EARLY = "does connect return only when the peer's version and its verack have arrived?"
const NOT_WRITTEN = 'this is where you start: replace the line that throws in connect with your own code.'

const FOUND: Readonly<Record<keyof Found, string>> = {
  version:
    "the version is the newest one that both speak: the smaller one of the peer's and 70016. A second version message changes nothing.",
  userAgent:
    'is it the user agent of the first version message on this connection? Each connection needs a state of its own.',
  height: 'is it the height of the first version message on this connection? It is a signed number.',
}
