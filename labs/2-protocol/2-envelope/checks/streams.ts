/** Good messages, out and in. */
import { createHash } from 'node:crypto'
import type { CheckContext } from '../../../check/kit/check.ts'
import { judgeBytes } from '../../../check/kit/expect.ts'
import { beginsWith } from '../../../check/peers/accepted.ts'
import { untilRead } from '../../shared/closing.ts'
import { checksum, envelope, HEADER } from '../../shared/envelope.ts'
import exercise from '../exercise.ts'
import { openHouse, someMessage, type Message } from './house.ts'
import { MAINNET, VERACK } from './vectors.ts'

export async function verack(t: CheckContext): Promise<void> {
  const bytes = Buffer.from(VERACK, 'hex')
  await expectSent(t, MAINNET, { command: 'verack', payload: Buffer.alloc(0) }, bytes)
  const house = await openHouse(t, MAINNET)
  const peer = await house.connect()
  t.doing(`The checker sent a verack of Bitcoin's main network: ${VERACK}.`)
  await peer.write(bytes)
  await house.expectMessage(
    { command: 'verack', payload: Buffer.alloc(0) },
    {
      about: 'for the verack',
      hint: 'an empty payload is a payload: its message is complete with its header. Is the command the twelve bytes without the NULs at their end?',
    },
  )
}

/** Asks the program to send the message, and compares what comes. */
async function expectSent(t: CheckContext, magic: Buffer, message: Message, bytes: Buffer): Promise<void> {
  const { command, payload } = message
  const server = await t.sockets.serve(beginsWith(bytes))
  t.doing(
    `The checker started a server of its own and called send with the command "${command}" and ${payload.length} bytes of payload.`,
  )
  const replied = t.call(exercise.ops.send, { peer: server.address, magic, command, payload })
  const peer = await Promise.race([server.accept(), replied.then(() => server.accept(2000))])
  const { bytes: actual, stop } = await peer.readToEnd()
  judgeBytes(t, actual, stop, {
    what: `these ${bytes.length} bytes`,
    bytes,
    thenEnd: true,
    op: exercise.ops.send.name,
    hint: () => sendingMistake(bytes, actual, payload),
  })
  await peer.end()
  await replied
}

function sendingMistake(expected: Buffer, actual: Buffer, payload: Buffer): string {
  const part = (bytes: Buffer, from: number, to: number) => bytes.subarray(from, to)
  const differs = (from: number, to: number) => !part(expected, from, to).equals(part(actual, from, to))
  if (actual.length < HEADER) return 'the header has 24 bytes: magic 4, command 12, length 4, checksum 4.'
  if (differs(0, 4)) return 'the magic comes first, as it was given: its bytes are not turned round.'
  if (differs(4, 16))
    return 'the command takes twelve bytes, whatever its own length: the rest of them is NUL.'
  if (differs(16, 20))
    return 'the length is a u32, little-endian (exercise 1.2 was big-endian), and counts the payload only.'
  if (differs(20, 24)) {
    const once = checksumOnce(payload)
    return part(actual, 20, 24).equals(once)
      ? 'is the checksum SHA-256 of SHA-256 of the payload? You hash once.'
      : 'the checksum is the first four bytes of SHA-256(SHA-256(payload)), of the payload alone and in this order.'
  }
  return 'the payload follows the header, and then the connection ends: one message, once.'
}

const checksumOnce = (payload: Buffer) => createHash('sha256').update(payload).digest().subarray(0, 4)

const IN_PARTS =
  'do you keep the bytes of an incomplete message until the rest arrives? A cut can fall inside the header as well.'

export async function everyCut(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const messages: Message[] = [
    someMessage(t, 1, 5),
    { command: 'verack', payload: Buffer.alloc(0) },
    someMessage(t, 1, 5),
  ]
  const encoded = messages.map(house.encode)
  const stream = Buffer.concat(encoded)
  for (const cut of t.random.shuffle(Array.from({ length: stream.length - 1 }, (_, i) => i + 1))) {
    const peer = await house.connect()
    const sent = `The checker sent three messages (${stream.length} bytes) in two parts, cut after byte ${cut}.`
    t.doing(`${sent} It has not sent the second part yet.`)
    await peer.write(stream.subarray(0, cut))
    await untilRead(t)
    let end = 0
    let told = 0
    for (const [i, message] of messages.entries()) {
      end += encoded[i]!.length
      if (end > cut) break
      told++
      await house.expectMessage(message, {
        about: `for message ${i + 1}, which is complete`,
        hint: 'do you tell about a message as soon as it is complete?',
      })
    }
    t.doing(`${sent} It sent the second part when your program had read the first.`)
    await peer.write(stream.subarray(cut))
    for (const [i, message] of messages.entries())
      if (i >= told) await house.expectMessage(message, { about: `for message ${i + 1}`, hint: IN_PARTS })
    peer.destroy()
  }
  expectNoMore(t)
}

export async function together(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const messages = Array.from({ length: t.random.int(30, 60) }, () => someMessage(t, 0, 300))
  // Any twelve printable characters are a command. Nodes ignore those that they do not know, but read them like others.
  messages[7] = { command: 'p2plab-hello', payload: t.random.bytes(9) }
  messages[9] = { command: '~', payload: t.random.bytes(3) }
  const [first, second] = [await house.connect('one peer'), await house.connect('another peer')]
  t.doing(
    `The checker sent ${messages.length} messages in one write, with the start of a message waiting on another connection.`,
  )
  const slow = someMessage(t, 20, 40)
  const cut = t.random.int(1, HEADER + 19)
  await first.write(house.encode(slow).subarray(0, cut))
  await untilRead(t)
  await second.write(Buffer.concat(messages.map(house.encode)))
  for (const [i, message] of messages.entries()) {
    await house.expectMessage(message, {
      about: `for message ${i + 1} of ${messages.length}`,
      hint:
        i === 7 || i === 9
          ? 'do you tell about commands that you do not know, too? The envelope does not care what is in it.'
          : 'one chunk can complete several messages: do you look again until no whole one is left? And does each connection have a decoder of its own?',
    })
  }
  await first.write(house.encode(slow).subarray(cut))
  await house.expectMessage(slow, { about: 'for the message on the other connection', hint: IN_PARTS })
  expectNoMore(t)
}

/** All that was good has been told: more is told twice, or was never sent. */
export function expectNoMore(t: CheckContext): void {
  const more = t.program.told.waiting(exercise.events.message.name)
  if (more.length === 0) return
  t.fail({
    op: 'listen',
    expected: 'one event for each good message.',
    got: `one event more: ${JSON.stringify(more[0]!.data).slice(0, 100)}.`,
    hint: 'do you tell about a message twice, or about one that has to be dropped?',
  })
}

export async function writes(t: CheckContext): Promise<void> {
  const magic = t.random.bytes(4)
  const messages: Message[] = [
    { command: 'p2plab-hello', payload: t.random.bytes(t.random.int(300, 1000)) },
    { command: 'x', payload: Buffer.alloc(0) },
    // Longer than one write of a socket takes.
    {
      command: t.random.pick(['block', 'tx', 'headers']),
      payload: t.random.bytes(t.random.int(150_000, 250_000)),
    },
  ]
  for (const message of messages) await expectSent(t, magic, message, envelope({ magic, ...message }))
  const command = 'p2plab-hello2'
  t.doing(`The checker called send with the command "${command}", which has 13 characters.`)
  const server = await t.sockets.serve(beginsWith(magic))
  const { result } = await t.ask(exercise.ops.send, {
    peer: server.address,
    magic,
    command,
    payload: checksum(magic),
  })
  if (result === undefined) return
  t.fail({
    op: exercise.ops.send.name,
    expected: 'an error: a command has at most 12 characters.',
    got: 'that it was sent.',
    hint: 'do you look whether the command fits its twelve bytes? Cut off, it would be another command.',
  })
}
