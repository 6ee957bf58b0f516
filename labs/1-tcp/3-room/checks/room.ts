/** A room full of the checker's clients: joining it for certain, sending to it, and judging what comes out of it. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { STOPPED } from '../../../check/kit/expect.ts'
import { count } from '../../../check/kit/finding.ts'
import { glance } from '../../../check/transcript/hexdump.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { textHint } from '../../1-echo/checks/misconceptions.ts'
import { encode, readFrame, type FrameRead } from '../../shared/frames.ts'

/** Larger than any frame of these checks: a longer length means that one side lost its place in the stream. */
const LONGEST = 1024 * 1024

export interface Room {
  port: number
  /** The hint for a connection that the program closed, from here on. */
  lost: string
  /** Connects clients with these names. Returns when the program has certainly taken all of them into the room. */
  join(...names: string[]): Promise<Peer[]>
  /** The next frame, without those that only served to join or to probe. Fails when none comes. */
  next(reader: Peer, expected: string, hint: string): Promise<Buffer>
  /** Fails unless the next frame is this one. `instead` is the hint for another frame in its place. */
  expect(reader: Peer, sender: Peer, body: Buffer, hint: string, instead?: string): Promise<void>
  /**
   * Returns when the program has certainly read what was sent before: frames that were sent after it have come
   * through from `from` to `to`, twice.
   */
  untilRead(from: Peer, to: Peer, hint: string): Promise<void>
}

/** What is wrong when half a frame of one client harms another. */
export const APART =
  'does each connection have a decoder of its own, and do you forward only whole frames? Half a frame must wait until the rest arrives, without affecting anything else.'
const STAYS_OPEN = 'does your program close connections? They all stay open until their clients end them.'
const NO_LENGTH =
  'do you forward each frame whole, with its length in front? The other clients must find the next frame, too.'

const JOIN_ROUNDS = 8
const JOIN_ROUND_MS = 500

export function createRoom(t: CheckContext, port: number): Room {
  // Frames that say nothing to the check; who gets them depends on who was in the room already.
  const noise = new Set<string>()
  const noisy = (): Buffer => {
    const body = t.random.bytes(12)
    noise.add(body.toString('hex'))
    return body
  }

  const noFrame = (
    reader: Peer,
    frame: Exclude<FrameRead, { body: Buffer }>,
    expected: string,
    hint: string,
    garbled = APART,
  ) => {
    const { partial, stop, length = 0 } = frame
    const lost = stop === 'reset' || stop === 'end'
    const what =
      length > LONGEST
        ? `${glance(partial)} in place of a length: these bytes are not a frame`
        : partial.length === 0
          ? 'no frame'
          : `only ${count(partial.length, 'byte')} of a frame`
    return t.fail({
      op: 'listen',
      expected,
      got: `on ${reader.name}, ${what}${STOPPED[stop]}.`,
      hint: lost ? room.lost : length <= LONGEST && partial.length === 0 ? hint : garbled,
      lost,
    })
  }

  const next = async (reader: Peer, expected: string, hint: string): Promise<Buffer> => {
    for (;;) {
      const frame = await readFrame(reader, LONGEST)
      if (!frame.body) return noFrame(reader, frame, expected, hint)
      if (!noise.has(frame.body.toString('hex'))) return frame.body
    }
  }

  const expect: Room['expect'] = async (reader, sender, body, hint, instead = hint) => {
    const what = `that ${reader.name} gets the frame of ${sender.name}: ${count(body.length, 'byte')}.`
    const got = await next(reader, what, hint)
    if (got.equals(body)) return
    t.fail({
      op: 'listen',
      expected: what,
      got: `on ${reader.name}, a different frame of ${count(got.length, 'byte')}.`,
      hint: textHint(body, got) ?? instead,
      bytes: { expected: body, actual: got },
    })
  }

  const changed = (reader: Peer, sent: readonly string[], body: Buffer) =>
    t.fail({
      op: 'listen',
      expected: `that ${reader.name} gets a frame of each other client.`,
      got: `on ${reader.name}, a frame of ${count(body.length, 'byte')} that no client sent.`,
      hint:
        textHint(Buffer.from(sent.join(''), 'hex'), body) ??
        'do you forward the bytes of each frame as they came, and nothing else?',
    })

  /** Which of these frames reached `reader`, until all did or none came for a while. */
  const arrived = async (reader: Peer, wanted: ReadonlyMap<string, Peer>): Promise<Set<Peer>> => {
    const found = new Set<Peer>()
    while (found.size < wanted.size) {
      const frame = await readFrame(reader, LONGEST, JOIN_ROUND_MS)
      if (!frame.body && frame.partial.length > 0) {
        noFrame(reader, frame, `that ${reader.name} gets a frame of each other client.`, NO_LENGTH, NO_LENGTH)
      }
      if (!frame.body) break
      const key = frame.body.toString('hex')
      const sender = wanted.get(key)
      if (sender) found.add(sender)
      else if (!noise.has(key)) changed(reader, [...wanted.keys()], frame.body)
    }
    return found
  }

  let host: Peer | undefined
  const join = async (...names: string[]): Promise<Peer[]> => {
    t.doing(`The checker began to connect ${count(names.length, 'client')}.`)
    const peers: Peer[] = []
    for (const name of names) peers.push(await t.sockets.connect(port, name))
    t.doing(`The checker connected ${count(names.length, 'client')}, and each sent one frame.`)
    const first = (host ??= peers[0]!)
    // Who was accepted is known when a frame of theirs came out; a frame sent too early reaches nobody, so it is sent again.
    let missing = peers.filter(peer => peer !== first)
    for (let round = 0; missing.length > 0 && round < JOIN_ROUNDS; round++) {
      const hellos = new Map<string, Peer>()
      for (const peer of missing) {
        const body = noisy()
        hellos.set(body.toString('hex'), peer)
        void peer.write(encode(body))
      }
      const found = await arrived(first, hellos)
      missing = missing.filter(peer => !found.has(peer))
      if (first.stopped() && missing.length > 0) break
    }
    if (missing.length > 0) {
      t.fail({
        op: 'listen',
        expected: `that ${first.name} gets the frame of each other client.`,
        got: `${first.stopped() ? 'the connection was closed, without a frame from' : 'none from'} ${missing
          .map(peer => peer.name)
          .slice(0, 5)
          .join(', ')}${missing.length > 5 ? ', …' : ''}.`,
        hint: first.stopped()
          ? STAYS_OPEN
          : 'do you keep all sockets in a Set, and write each frame, with its length in front, to every socket except that of the sender?',
        lost: first.stopped() !== undefined,
      })
    }
    return peers
  }

  const room: Room = {
    port,
    lost: STAYS_OPEN,
    join,
    next,
    expect,
    async untilRead(from, to, hint) {
      for (let i = 0; i < 2; i++) {
        const body = noisy()
        void from.write(encode(body))
        const expected = `that ${to.name} gets a frame of ${from.name} in the meantime.`
        for (;;) {
          const frame = await readFrame(to, LONGEST)
          if (!frame.body) noFrame(to, frame, expected, hint)
          else if (frame.body.equals(body)) break
          else if (!noise.has(frame.body.toString('hex'))) {
            t.fail({
              op: 'listen',
              expected,
              got: `on ${to.name}, a frame of ${count(frame.body.length, 'byte')} that no client sent.`,
              hint,
            })
          }
        }
      }
    },
  }
  return room
}
