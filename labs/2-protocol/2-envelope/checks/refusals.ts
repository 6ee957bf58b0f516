/** What a program has to drop, and when it has to disconnect: the rules of Bitcoin Core (src/net.cpp, V1Transport). */
import type { CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import { memoryJudge } from '../../../check/kit/memory-judge.ts'
import { expectClosed, untilRead } from '../../shared/closing.ts'
import { checksum, COMMAND, envelope, header, MAX_PAYLOAD } from '../../shared/envelope.ts'
import { openHouse, someMessage, type House } from './house.ts'
import { expectNoMore } from './streams.ts'

/** A good message on the connection arrives: it is alive, and nothing before it was told. */
async function expectAlive(
  t: CheckContext,
  house: House,
  peer: { write(bytes: Buffer): Promise<void> },
  hint: string,
) {
  const message = someMessage(t)
  await peer.write(house.encode(message))
  await house.expectMessage(message, { about: 'for the good message behind it', hint })
}

export async function otherMagic(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const good = await house.connect('a good peer')
  await expectAlive(t, house, good, 'do you tell about each good message?')
  const others = [
    Buffer.from(house.magic).reverse(),
    t.random.bytes(4),
    Buffer.from(house.magic.map((byte, i) => (i === 3 ? byte ^ 1 : byte))),
  ]
  for (const magic of others.filter(magic => !magic.equals(house.magic))) {
    const peer = await house.connect('a peer of another network')
    const [before, after] = [someMessage(t), someMessage(t)]
    t.doing(
      `With the magic ${house.magic.toString('hex')}, a peer sent a good message, then one with the magic ${magic.toString('hex')}, then a good one, in one write.`,
    )
    await peer.write(
      Buffer.concat([house.encode(before), envelope({ magic, ...someMessage(t) }), house.encode(after)]),
    )
    await house.expectMessage(before, {
      about: 'for the message before the wrong magic',
      hint: 'do you tell about the messages in front of the bad one, before you close the connection?',
    })
    await expectClosed(t, peer, {
      expected: 'that your program closes the connection: the peer belongs to another network.',
      hint: 'do you compare the first four bytes of every header with magic? Do not search for the next magic: after a wrong one, nobody knows where a message begins.',
    })
    await untilRead(t)
    expectNoMore(t)
  }
  await expectAlive(t, house, good, 'do you close only the connection on which the wrong magic came?')
}

export async function badChecksum(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const peer = await house.connect('the peer')
  await expectAlive(t, house, peer, 'do you tell about each good message?')
  const bad = { ...someMessage(t, 30, 60) }
  const inner = house.encode(someMessage(t))
  // A message inside a dropped one: who stops reading it half-way takes this for a message.
  bad.payload = Buffer.concat([t.random.bytes(7), inner, t.random.bytes(5)])
  const sums = [
    Buffer.from(checksum(bad.payload)).map(byte => byte ^ 0xff),
    // The last byte only.
    Buffer.from(checksum(bad.payload)).map((byte, i) => (i === 3 ? byte ^ 1 : byte)),
  ]
  for (const sum of sums) {
    t.doing(
      'A peer sent a message with a wrong checksum, whose payload has another message in it, then a good message.',
    )
    const bytes = envelope({ magic: house.magic, ...bad, sum })
    for (const piece of t.random.cut(bytes, 4)) {
      await peer.write(piece)
      await untilRead(t)
    }
    if (peer.stopped()) {
      t.fail({
        op: 'listen',
        expected: 'that the connection stays open: only this message is dropped, as Bitcoin Core does.',
        got: 'your program closed it.',
        hint: 'a wrong checksum costs the message, not the connection. Is all of the message out of your buffer? The next one begins behind its payload.',
        lost: true,
      })
    }
    await expectAlive(
      t,
      house,
      peer,
      'do you compare all four bytes of the checksum, drop the whole message when they differ, and go on behind its payload?',
    )
  }
  expectNoMore(t)
}

export async function badCommand(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const peer = await house.connect('the peer')
  await expectAlive(t, house, peer, 'do you tell about each good message?')
  const field = (text: string) => Buffer.from(text.padEnd(COMMAND, '\0'), 'latin1')
  const commands = {
    'bytes after its NUL': field('ping\0\0\0x'),
    'a byte that is not ASCII': field('pi\u00e9ng'),
    'a control character': field('ping\n'),
  }
  for (const [what, command] of Object.entries(commands)) {
    t.doing(
      `A peer sent a message whose command has ${what} (${command.toString('hex')}), then a good message.`,
    )
    await peer.write(envelope({ magic: house.magic, command, payload: t.random.bytes(20) }))
    await expectAlive(
      t,
      house,
      peer,
      'do you drop a message whose command is not printable ASCII (20 to 7e), followed by nothing but NUL? The connection stays open.',
    )
  }
  expectNoMore(t)
}

export async function longest(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const peer = await house.connect('the peer')
  const payload = Buffer.alloc(MAX_PAYLOAD, t.random.bytes(1000))
  const message = { command: 'block', payload }
  const bad = Buffer.from(checksum(payload)).map(byte => byte ^ 1)
  t.doing(`A peer sent a message with a payload of exactly ${number(MAX_PAYLOAD)} bytes.`)
  await peer.write(house.encode(message))
  await house.expectMessage(message, {
    about: `for the payload of ${number(MAX_PAYLOAD)} bytes`,
    hint: `${number(MAX_PAYLOAD)} bytes are allowed, one more is not: do you compare with >, not >=? The header does not count.`,
  })
  t.doing(
    `A peer sent a message with a payload of ${number(MAX_PAYLOAD)} bytes and a wrong checksum, then a good message.`,
  )
  await peer.write(envelope({ magic: house.magic, ...message, sum: bad }))
  await expectAlive(t, house, peer, 'do you compare the checksum of long payloads, too?')
  expectNoMore(t)
}

const BEFORE =
  'do you compare the length with 4,000,000 as soon as the header is there? While you wait for the payload, you have to keep all that arrives.'

export async function tooLong(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const good = await house.connect('a good peer')
  for (let i = 0; i < 3; i++) await expectAlive(t, house, good, 'do you tell about each good message?')
  const judgeMemory = await memoryJudge(t, { op: 'listen', hint: BEFORE })
  for (const length of [
    MAX_PAYLOAD + 1,
    MAX_PAYLOAD + t.random.int(2, 10_000_000),
    2 ** 31 + t.random.int(0, 1000),
    2 ** 32 - 1,
  ]) {
    const peers = []
    for (let i = 0; i < 4; i++) peers.push(await house.connect(`attacker ${i + 1}`))
    t.doing(
      `Four peers each sent a header with the length ${number(length)}, and nothing more. A good peer went on sending messages.`,
    )
    const head = header({ magic: house.magic, command: 'block', length })
    for (const peer of peers) void peer.write(head)
    await expectAlive(t, house, good, 'do you keep serving other peers?')
    await judgeMemory()
    for (const peer of peers) {
      await expectClosed(t, peer, {
        expected: `that your program closes the connection: a payload has at most ${number(MAX_PAYLOAD)} bytes.`,
        hint: length >= 2 ** 31 ? 'do you read the length as an unsigned number, little-endian?' : BEFORE,
      })
    }
  }
  await expectAlive(t, house, good, 'do you close only the connections of those that announce too much?')
  if (await judgeMemory()) return
  t.inconclusive('this system does not say how much memory your program has.')
}
