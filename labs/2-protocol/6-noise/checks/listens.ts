/** The program as listener: what it believes, and when. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode } from '../../../check/kit/finding.ts'
import { untilRead } from '../../shared/closing.ts'
import {
  ANSWERS,
  enter,
  expectNoneSecured,
  expectSecured,
  LISTEN,
  openDoor,
  Shaking,
  type Door,
} from './handshakes.ts'
import { NOTHING, TAG } from './noise.ts'
import { payloadOf, someone } from './peers.ts'
import { expectEcho, expectPlaintext, sealed, type Session } from './session.ts'
import { expectRefused, framed, MAX_MESSAGE } from './wire.ts'

const EARLY =
  'do you wait for message 3, and for the signature in its payload, before you emit secured or send anything back? Until then, anyone could have sent message 1.'
const PER_CONNECTION =
  'does each connection have a handshake of its own, with a new e and with ciphers of its own? A variable outside of the function is shared by all.'
const BEHIND =
  'do you keep the bytes that came together with message 3? The dialer may send at once, so the first transport message can arrive in the same chunk.'

export async function listens(t: CheckContext): Promise<void> {
  const door = await openDoor(t)
  await interleaved(t, door)
  await byteByByte(t, door)
  await unproven(t, door)
  const { session } = await enter(t, door)
  await expectEcho(t, session)
  t.doing('The checker ended its side of a good connection behind a last message.')
  const last = t.random.bytes(t.random.int(1, 50))
  await session.peer.write(sealed(session, last))
  await session.peer.end()
  await expectPlaintext(t, session, last, { what: 'the echo of the last message' })
  await expectRefused(t, session.peer, ENDS)
  await endsBehindMuch(t, door)
}

const ENDS = {
  op: LISTEN,
  expected: 'that your program ends its side, too, after the last echo.',
  hint: 'when the other side has ended, end your side after what is left to send.',
}
/** Messages of the longest kind: 6 MB, more than the buffers of a connection over loopback hold (2.5 to 4.5 MB were seen on Linux). */
const MUCH = 92

/** The other side sends, ends, and reads only then. */
async function endsBehindMuch(t: CheckContext, door: Door): Promise<void> {
  const { session } = await enter(t, door)
  const { peer } = session
  const parts = Array.from({ length: MUCH }, () => Buffer.alloc(MAX_MESSAGE - TAG, t.random.int(0, 255)))
  const did = `The checker sent ${MUCH} long messages and ended its side, before it read any echo.`
  t.doing(did)
  peer.pause()
  void peer.write(Buffer.concat(parts.map(part => sealed(session, part))))
  void peer.end()
  // In each turn of its event loop, a program that does not wait for room reads at least one message; then it has read the end, too.
  for (let i = 0; i < 2 * MUCH; i++) await t.program.signOfLife()
  t.doing(`${did} Then it began to read.`)
  peer.resume()
  await expectPlaintext(t, session, Buffer.concat(parts), {
    what: 'the echo of all these messages',
    hint: `do you send what is left when the other side has ended?${inNode(' socket.end() does that, socket.destroy() does not.')}`,
  })
  await expectRefused(t, peer, ENDS)
}

/** Three dialers at once, each step of one between those of the others. */
async function interleaved(t: CheckContext, door: Door): Promise<void> {
  const dialers = []
  for (const name of ['Alice', 'Bob', 'Carol']) {
    const peer = await door.connect(name)
    dialers.push(new Shaking(t, peer, LISTEN, someone(t, name), door.program))
  }
  t.doing('Three dialers sent message 1 of their handshakes, one after the other.')
  for (const dialer of dialers) await dialer.peer.write(dialer.write(NOTHING))
  const seen = new Set<string>()
  for (const dialer of [...dialers].reverse()) {
    const { message } = await dialer.read(2, ANSWERS)
    seen.add(message.toString('hex', 0, 32))
  }
  if (seen.size < dialers.length) {
    t.fail({
      op: LISTEN,
      expected: 'a new ephemeral key e in each message 2.',
      got: 'the same e on two connections.',
      hint: PER_CONNECTION,
    })
  }
  await untilRead(t)
  expectNoneSecured(t, EARLY)
  const sessions: Session[] = []
  for (const dialer of t.random.shuffle(dialers)) {
    t.doing(
      `Three dialers had read message 2. Then ${dialer.peer.name} sent message 3 and a transport message in one chunk.`,
    )
    const bytes = t.random.bytes(t.random.int(1, 100))
    const last = dialer.write(payloadOf(dialer.me))
    const session = dialer.session()
    await dialer.peer.write(Buffer.concat([last, sealed(session, bytes)]))
    await expectSecured(t, dialer.me)
    await expectPlaintext(t, session, bytes, { what: 'the echo of the transport message', hint: BEHIND })
    sessions.push(session)
  }
  t.doing('Three dialers had completed the handshake. Then each of them sent another message.')
  for (const session of t.random.shuffle(sessions)) await expectEcho(t, session, { hint: PER_CONNECTION })
  for (const dialer of dialers) dialer.peer.destroy()
}

async function byteByByte(t: CheckContext, door: Door): Promise<void> {
  const dialer = new Shaking(t, await door.connect(), LISTEN, someone(t, 'the checker'), door.program)
  t.doing('The checker dialed your listener and sent every message one byte at a time.')
  const slowly = async (bytes: Buffer) => {
    for (const byte of bytes) await dialer.peer.write(Buffer.of(byte))
  }
  await slowly(dialer.write(NOTHING))
  await dialer.read(2, 'do you collect bytes until a whole message is there?')
  const last = dialer.write(payloadOf(dialer.me))
  const session = dialer.session()
  const bytes = t.random.bytes(20)
  await slowly(Buffer.concat([last, sealed(session, bytes), sealed(session, bytes)]))
  await expectSecured(t, dialer.me)
  await expectPlaintext(t, session, Buffer.concat([bytes, bytes]), {
    what: 'the echo of two messages',
    hint: 'do you collect bytes until a whole message is there, also after the handshake?',
  })
  dialer.peer.destroy()
}

/** What comes instead of message 1 or 3, and proves nothing. */
async function unproven(t: CheckContext, door: Door): Promise<void> {
  const junk = framed(t.random.bytes(t.random.int(64, 200)))
  const instead: [what: string, bytes: Buffer][] = [
    ['random bytes', junk],
    ['an empty message', framed(NOTHING)],
    ['a message of 47 bytes, one fewer than s takes', framed(t.random.bytes(47))],
  ]
  for (const [what, bytes] of instead) {
    const dialer = new Shaking(t, await door.connect(), LISTEN, someone(t, 'the checker'), door.program)
    await dialer.peer.write(dialer.write(NOTHING))
    await dialer.read(2, ANSWERS)
    t.doing(`The checker dialed your listener, read message 2, and sent ${what} instead of message 3.`)
    await dialer.peer.write(bytes)
    await expectRefused(t, dialer.peer, {
      op: LISTEN,
      expected: 'that your program closes the connection and sends nothing: message 3 did not come.',
      hint: EARLY,
    })
  }
  const short = await door.connect()
  t.doing('The checker sent a message 1 of 31 bytes: one fewer than e takes.')
  await short.write(framed(t.random.bytes(31)))
  await expectRefused(t, short, {
    op: LISTEN,
    expected: 'that your program closes the connection: this is not message 1.',
    hint: 'does each token take as many bytes as it needs, and is a shorter message refused?',
  })
  const zero = await door.connect()
  t.doing('The checker sent 32 zeros as e, with which every secret is zero.')
  await zero.write(framed(Buffer.alloc(32)))
  await expectRefused(t, zero, {
    op: LISTEN,
    expected: 'that your program closes the connection, and goes on: x25519 throws.',
    hint: 'do you catch what a function of the handshake throws, and close this connection only?',
  })
  const gone = await door.connect()
  t.doing('The checker sent message 1 and ended its side of the connection, without message 3.')
  await gone.write(framed(someone(t, 'gone').s.publicKey))
  await gone.end()
  const { stop } = await gone.readToEnd()
  if (stop === 'silence') {
    t.fail({
      op: LISTEN,
      expected: 'that your program closes the connection: message 3 cannot come any more.',
      got: 'an open connection.',
      hint: 'do you close the connection when the other side ends it during the handshake?',
    })
  }
  await untilRead(t)
  expectNoneSecured(t, EARLY)
}
