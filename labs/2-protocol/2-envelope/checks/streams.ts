/** Good messages that arrive, in pieces and together. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, inNode } from '../../../check/kit/finding.ts'
import { untilRead } from '../../shared/closing.ts'
import { HEADER } from '../../shared/envelope.ts'
import { expectNoMore, openHouse, someMessage, type House, type Message } from './house.ts'
import { expectSent } from './sends.ts'
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
      from: peer,
      about: 'for the verack',
      hint: 'an empty payload is a payload: its message is complete with its header. Is the command the twelve bytes without the NULs at their end?',
    },
  )
}

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
        from: peer,
        about: `for message ${i + 1}, which is complete`,
        hint: 'do you tell about a message as soon as it is complete?',
      })
    }
    t.doing(`${sent} It sent the second part when your program had read the first.`)
    await peer.write(stream.subarray(cut))
    for (const [i, message] of messages.entries())
      if (i >= told)
        await house.expectMessage(message, { from: peer, about: `for message ${i + 1}`, hint: IN_PARTS })
    peer.destroy()
  }
  await breaksInside(t, house, encoded[0]!)
  expectNoMore(t)
}

/** A connection breaks in the middle of a message: it was never a message, and the other connections go on. */
async function breaksInside(t: CheckContext, house: House, encoded: Buffer): Promise<void> {
  const stays = await house.connect('a good peer')
  const breaks = await house.connect('a peer')
  await breaks.write(encoded.subarray(0, t.random.int(1, encoded.length - 1)))
  await untilRead(t)
  breaks.reset()
  const broke = 'A peer broke its connection (RST) in the middle of a message.'
  t.doing(broke)
  await untilRead(t)
  const message = someMessage(t)
  t.doing(`${broke} Then a good peer sent a message on its own connection.`)
  await stays.write(house.encode(message))
  await house.expectMessage(message, {
    from: stays,
    about: 'for the message of the good peer',
    hint: `does a broken connection end only itself? Handle ${inNode('the "error" event of its socket', 'the errors of its socket')}, and go on with the others.`,
  })
}

export async function together(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const messages = Array.from({ length: t.random.int(30, 60) }, () => someMessage(t, 0, 300))
  // Any twelve printable characters are a command. Nodes ignore those that they do not know, but read them like others.
  messages[7] = { command: 'p2plab-hello', payload: t.random.bytes(9) }
  messages[9] = { command: '~', payload: t.random.bytes(3) }
  // A space is printable, wherever it is.
  messages[11] = { command: ' p2p lab ', payload: t.random.bytes(3) }
  // What nodes answer: not in this exercise.
  messages[13] = { command: 'version', payload: t.random.bytes(86) }
  messages[15] = { command: 'ping', payload: t.random.bytes(8) }
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
      from: second,
      about: `for message ${i + 1} of ${messages.length}`,
      hint:
        i === 7 || i === 9
          ? 'do you tell about commands that you do not know, too? The envelope does not care what is in it.'
          : i === 11
            ? 'a space is a printable character (20), also at the ends of a command: remove the NULs, and nothing else.'
            : 'one chunk can complete several messages: do you look again until no whole one is left? And does each connection have a decoder of its own?',
    })
  }
  await first.write(house.encode(slow).subarray(cut))
  await house.expectMessage(slow, {
    from: first,
    about: 'for the message on the other connection',
    hint: IN_PARTS,
  })
  expectNoMore(t)
  await untilRead(t)
  for (const peer of [first, second]) {
    if (peer.waiting() === 0) continue
    t.fail({
      op: 'listen',
      expected: `no bytes from your program to ${peer.name}.`,
      got: `${count(peer.waiting(), 'byte')}.`,
      hint: 'do you answer a message, such as version or ping? In this exercise, the server sends nothing.',
    })
  }
}
