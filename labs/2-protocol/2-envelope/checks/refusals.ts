/** What a program has to drop, and what it has to disconnect for: the rules of Bitcoin Core (src/net.cpp, V1Transport). */
import type { CheckContext } from '../../../check/kit/check.ts'
import { expectClosed, untilRead } from '../../shared/closing.ts'
import { checksum, COMMAND, envelope } from '../../shared/envelope.ts'
import { expectAlive, expectNoMore, openHouse, someMessage } from './house.ts'

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
      from: peer,
      about: 'for the message before the wrong magic',
      hint: 'do you tell about the messages in front of the bad one, before you close the connection?',
    })
    await expectClosed(t, peer, {
      expected: 'that your program closes the connection: the peer belongs to another network.',
      hint: 'do you compare the first four bytes of every header with magic? Do not search for the next magic: after a wrong one, nobody knows where a message begins.',
      silent: 'do you answer a message? In this exercise, the server sends nothing.',
    })
    await untilRead(t)
    expectNoMore(t)
    t.doing(
      'After a wrong magic, your program closed the connection. The peer sent one more message on it, with the right magic.',
    )
    await peer.write(house.encode(after))
    await untilRead(t)
    expectNoMore(
      t,
      'is the connection over for you, too? Sending your FIN leaves its other half open: read nothing more from it after a wrong magic.',
    )
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
  const inverted = (sum: Buffer) => Buffer.from(sum.map(byte => byte ^ 0xff))
  const empty = { command: 'verack', payload: Buffer.alloc(0) }
  const within = 'whose payload has another message in it'
  const dropped = [
    { what: within, ...bad, sum: inverted(checksum(bad.payload)) },
    // The last byte only.
    {
      what: within,
      ...bad,
      sum: Buffer.from(checksum(bad.payload).map((byte, i) => (i === 3 ? byte ^ 1 : byte))),
    },
    { what: 'without a payload', ...empty, sum: inverted(checksum(empty.payload)) },
    { what: 'without a payload', ...empty, sum: Buffer.alloc(4) },
  ]
  for (const { what, ...message } of dropped) {
    t.doing(
      `A peer sent a message with a wrong checksum (${message.sum.toString('hex')}), ${what}, then a good message.`,
    )
    const bytes = envelope({ magic: house.magic, ...message })
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
      message.payload.length === 0
        ? 'do you compare the checksum of an empty payload, too? It is 5d f6 e0 e2.'
        : 'do you compare all four bytes of the checksum, drop the whole message when they differ, and go on behind its payload?',
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
    'a DEL (7f) in it': field('pi\x7fng'),
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
