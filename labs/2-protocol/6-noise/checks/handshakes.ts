/** The checker's side of a handshake with the program, message by message, so that a check can stop or lie at each of them. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { hinted, inNode } from '../../../check/kit/finding.ts'
import { asAnswer, type Answer } from '../../../check/kit/ask.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { decodeNoisePayload, type NoisePayload } from '../../../exercise/noise-payload.ts'
import { ed25519Verify, x25519KeyPair } from '../../../exercise/noise-primitives.ts'
import { HOST } from '../../../1-tcp/shared/listening.ts'
import exercise from '../exercise.ts'
import { describePart, mistakeInReading, type Log } from './misconceptions.ts'
import { NoiseFault, NOTHING, Side } from './noise.ts'
import { keysOf, payloadOf, signed, someone, type Who } from './peers.ts'
import { sessionOf, type Session } from './session.ts'
import { beginsWithMessage1, expectRefused, failNoFrame, framed, readFrame, sentence } from './wire.ts'

const { dial, listen } = exercise.ops
export const LISTEN = listen.name
export const DIAL = dial.name

/** Where the program listens, as whom. */
export interface Door {
  port: number
  program: Who
  connect(name?: string): Promise<Peer>
}

export async function openDoor(t: CheckContext, program = someone(t, 'the program')): Promise<Door> {
  t.doing('The checker called listen with an identity and a static key.')
  const { port } = await t.call(listen, { host: HOST, port: 0, ...keysOf(program) })
  return { port, program, connect: name => t.sockets.connect(port, name) }
}

/** One handshake. Messages go out as bytes with their length in front, so a check sends them as it likes. */
export class Shaking {
  readonly t: CheckContext
  readonly peer: Peer
  readonly op: string
  readonly me: Who
  readonly program: Who
  readonly side: Side
  #log: Log = []

  constructor(t: CheckContext, peer: Peer, op: typeof LISTEN | typeof DIAL, me: Who, program: Who) {
    this.t = t
    this.peer = peer
    this.op = op
    this.me = me
    this.program = program
    this.side = new Side(op === LISTEN, { e: x25519KeyPair(t.random.bytes(32)), s: me.s })
  }

  /** The next message of the checker, behind its length. */
  write(payload: Buffer): Buffer {
    this.#log = [...this.#log, { wrote: payload }]
    return framed(this.side.write(payload))
  }

  /** The program's message 2 (of a listener) or 1 or 3 (of a dialer). Fails where it does not fit. */
  async read(number: 1 | 2 | 3, hint: string): Promise<{ message: Buffer; payload: Buffer }> {
    const { t, op } = this
    const what = `message ${number} of the handshake (${CONTENTS[number]})`
    const frame = await readFrame(this.peer)
    if (!frame.message) return failNoFrame(t, frame, { what, op, hint })
    const { message } = frame
    this.#log = [...this.#log, { read: message }]
    try {
      const payload = this.side.read(message)
      if (number === 2 || number === 3) this.#judgePayload(number, payload)
      return { message, payload }
    } catch (error) {
      if (!(error instanceof NoiseFault)) throw error
      return t.fail({
        op,
        expected: `${what}.`,
        got: `${message.length} bytes that do not fit. The first thing that is wrong: ${describePart(number, error.part)}. ${capital(sentence(error.message))}`,
        hint:
          mistakeInReading(this.side.isInitiator, this.side.keys, this.#log) ??
          'h and ck of both sides differ by then: is every step of the tokens before there, in the order of the pattern? The check of the vectors names the first wrong byte.',
      })
    }
  }

  /** The program's static key and payload. */
  #judgePayload(number: 2 | 3, bytes: Buffer): void {
    const { t, op, program } = this
    const where = `in message ${number}`
    if (!this.side.remote.s.equals(program.s.publicKey)) {
      t.fail({
        op,
        expected: `the public key of \`static\` ${where}, token s.`,
        got: 'another key.',
        hint: `do you send the key pair of the argument \`static\`${inNode(': x25519KeyPair(keys.static)')}?`,
        bytes: { expected: program.s.publicKey, actual: this.side.remote.s },
      })
    }
    let payload: NoisePayload
    try {
      payload = decodeNoisePayload(bytes)
    } catch (error) {
      return t.fail({
        op,
        expected: `a payload with an identity key and a signature ${where}.`,
        got: `${bytes.length} bytes: ${(error as Error).message}.`,
        hint: 'messages 2 and 3 carry the payload of libp2p, both of them; message 1 carries none.',
      })
    }
    const { identityKey, signature } = payload
    if (!identityKey.equals(program.publicKey)) {
      t.fail({
        op,
        expected: `the public key of \`identity\` in the payload of message ${number}.`,
        got: 'another key.',
        hint: 'the identity key is the Ed25519 public key of `identity`, not the static key.',
        bytes: { expected: program.publicKey, actual: identityKey },
      })
    }
    if (ed25519Verify(identityKey, signed(program.s.publicKey), signature)) return
    t.fail({
      op,
      expected: `a signature of "noise-libp2p-static-key:" and the static public key in the payload of message ${number}.`,
      got: 'a signature that does not fit.',
      hint: signatureHint(program, signature),
    })
  }

  session(): Session {
    return sessionOf(this.peer, this.op, this.side)
  }
}

const CONTENTS = {
  1: 'e, 32 bytes, and an empty payload',
  2: 'e, then s and the payload, encrypted',
  3: 's and the payload, encrypted',
}

const capital = (text: string) => `${text[0]!.toUpperCase()}${text.slice(1)}`

function signatureHint({ publicKey, s }: Who, signature: Buffer): string {
  const fits = (...message: Uint8Array[]) => ed25519Verify(publicKey, Buffer.concat(message), signature)
  if (fits(s.publicKey))
    return 'does the text "noise-libp2p-static-key:" stand in front of the static key in what you sign? You sign the key alone.'
  if (fits(signed(publicKey)))
    return 'do you sign your static key (X25519)? You sign the identity key itself.'
  return 'do you sign with the private key of `identity`: the text "noise-libp2p-static-key:", then the 32 bytes of your static public key?'
}

export const ANSWERS =
  'does your listener answer message 1 with message 2? Look at what your program prints: an error in the handshake closes the connection.'

/** The checker dials the program honestly, up to a session. */
export async function enter(
  t: CheckContext,
  door: Door,
  me = someone(t, 'the checker'),
  { peer, behind = NOTHING }: { peer?: Peer; behind?: Buffer } = {},
): Promise<{ shaking: Shaking; session: Session }> {
  const shaking = new Shaking(t, peer ?? (await door.connect()), LISTEN, me, door.program)
  t.doing('The checker dialed your listener and sent message 1 of the handshake.')
  await shaking.peer.write(shaking.write(NOTHING))
  await shaking.read(2, ANSWERS)
  t.doing('The checker dialed your listener: message 1, your message 2, then message 3.')
  const last = shaking.write(payloadOf(me))
  const session = shaking.session()
  const first = behind.length > 0 ? framed(session.send.encrypt(NOTHING, behind)) : NOTHING
  await shaking.peer.write(Buffer.concat([last, first]))
  await expectSecured(t, me)
  return { shaking, session }
}

const EVENT =
  'do you emit the event secured with the peer ID of the identity key in message 3, when its signature is good?'

export async function expectSecured(t: CheckContext, who: Who): Promise<void> {
  const { remote } = await t.event(exercise.events.secured, { about: 'for the dialer', hint: EVENT })
  if (remote === who.id) return
  t.fail({
    op: LISTEN,
    expected: `the event secured with the peer ID ${who.id}.`,
    got: `${remote}.`,
    hint: `is it the peer ID of the identity key in the payload${inNode(': peerIdOf(identityKey)')}?`,
  })
}

/** Fails when the program has told of a peer that has proven nothing. */
export function expectNoneSecured(t: CheckContext, hint: string): void {
  const more = t.program.told.waiting(exercise.events.secured.name)
  if (more.length === 0) return
  t.fail({
    op: LISTEN,
    expected: 'no event secured: nobody has proven an identity.',
    got: `the event secured with ${JSON.stringify(more[0]!.data).slice(0, 100)}.`,
    hint,
  })
}

/** A call of dial that has reached a server of the checker's. */
export interface Dialed {
  shaking: Shaking
  answer: Promise<Answer<{ remote: string }>>
}

export async function beDialed(
  t: CheckContext,
  {
    me = someone(t, 'the checker'),
    program = someone(t, 'the program'),
    expect = me.id,
    bytes = NOTHING,
  }: { me?: Who; program?: Who; expect?: string | undefined; bytes?: Buffer } = {},
): Promise<Dialed> {
  const server = await t.sockets.serve(beginsWithMessage1)
  const args = { peer: server.address, ...keysOf(program), bytes }
  t.doing('The checker started a server of its own and called dial for it.')
  const called = t.call(dial, expect === '' ? args : { ...args, expect })
  const answer = asAnswer(called)
  answer.catch(() => {})
  const early = hinted(called, BEGINS).then(() =>
    t.fail({
      op: DIAL,
      expected: 'a connection, and message 1 on it.',
      got: 'that dial returned.',
      hint: BEGINS,
    }),
  )
  early.catch(() => {})
  const accepted = server.accept()
  const peer = await Promise.race([
    accepted,
    early.catch(async error => (await arrived(accepted)) ?? Promise.reject(error)),
  ])
  return { shaking: new Shaking(t, peer, DIAL, me, program), answer }
}

/** The connection that came before the answer was known. */
const arrived = (accepted: Promise<Peer>): Promise<Peer | undefined> =>
  Promise.race([accepted, pause(200).then(() => undefined)])

export const BEGINS =
  'does dial begin with message 1: the 32 bytes of a new e, behind the length 00 20, and no payload?'
export const FINISHES =
  'does dial send message 3 when message 2 is good? Look at the error that dial answers, and at what your program prints.'

/** The program dials the checker, which is honest, up to a session. */
export async function received(
  t: CheckContext,
  options: Parameters<typeof beDialed>[1] = {},
  hint?: string,
): Promise<{ shaking: Shaking; session: Session; remote: string }> {
  const { shaking, answer } = await beDialed(t, options)
  await shaking.read(1, BEGINS)
  t.doing('The checker called dial for a server of its own, read message 1, and answered with message 2.')
  await shaking.peer.write(shaking.write(payloadOf(shaking.me)))
  await orItsError(t, answer, shaking.read(3, FINISHES))
  const { result, error } = await hinted(answer, FINISHES)
  if (error !== undefined) failAnswer(t, error, hint)
  if (result!.remote !== shaking.me.id) {
    t.fail({
      op: DIAL,
      expected: `that dial returns remote: ${shaking.me.id}.`,
      got: `${result!.remote}.`,
      hint: 'remote is the peer ID of the identity key in message 2.',
    })
  }
  return { shaking, session: shaking.session(), remote: result!.remote }
}

/** What is read; or, where that fails because dial gave up, the error that it gave. */
export async function orItsError<T>(
  t: CheckContext,
  answer: Dialed['answer'],
  reading: Promise<T>,
): Promise<T> {
  try {
    return await reading
  } catch (failure) {
    const waited = pause(100).then(() => undefined)
    const given = await Promise.race([answer.catch(() => undefined), waited])
    if (given?.error !== undefined && (failure as { finding?: { lost?: boolean } }).finding?.lost)
      failAnswer(t, given.error)
    throw failure
  }
}

const failAnswer = (t: CheckContext, error: string, hint = TOKENS): never =>
  t.fail({
    op: DIAL,
    expected: 'that dial completes the handshake: message 2 was good.',
    got: `an error: ${sentence(error)}`,
    hint,
  })

const TOKENS =
  'is each token of message 2 read as the listener wrote it: e, ee, s, es, then the payload? The check of the vectors names the first wrong byte.'

/** Fails unless dial ends the connection without message 3, and answers an error. Then it goes on. */
export async function expectDialRefused(
  t: CheckContext,
  { shaking, answer }: Dialed,
  expected: string,
  hint: string,
): Promise<void> {
  await expectRefused(t, shaking.peer, { op: DIAL, expected, hint })
  const { error } = await answer
  if (error !== undefined) return
  t.fail({
    op: DIAL,
    expected: `an error from dial: ${expected.replace(/^that /, '')}`,
    got: 'a result.',
    hint,
  })
}
