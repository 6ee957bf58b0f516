/** How long a payload may be, with the limit of Bitcoin Core (src/net.h). */
import type { CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import { memoryJudge } from '../../../check/kit/memory-judge.ts'
import { expectClosed } from '../../shared/closing.ts'
import { checksum, envelope, header, MAX_PAYLOAD } from '../../shared/envelope.ts'
import { expectAlive, expectNoMore, MOST_SHOWN, openHouse } from './house.ts'

export async function longest(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const peer = await house.connect('the peer')
  const payload = Buffer.alloc(MAX_PAYLOAD, t.random.bytes(1000))
  const message = { command: 'block', payload }
  const bad = Buffer.from(checksum(payload)).map(byte => byte ^ 1)
  for (const length of [MOST_SHOWN, MOST_SHOWN + 1]) {
    const shorter = { command: 'tx', payload: payload.subarray(0, length) }
    t.doing(`A peer sent a message with a payload of ${number(length)} bytes.`)
    await peer.write(house.encode(shorter))
    await house.expectMessage(shorter, {
      from: peer,
      about: `for the payload of ${number(length)} bytes`,
      hint: 'do you collect a payload until all of it is there, however many chunks it takes?',
    })
  }
  t.doing(`A peer sent a message with a payload of exactly ${number(MAX_PAYLOAD)} bytes.`)
  await peer.write(house.encode(message))
  await house.expectMessage(message, {
    from: peer,
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
      `Four peers each sent a header with the length ${number(length)}, and nothing more. The command of ${peers.at(-1)!.name} was malformed, too. A good peer went on sending messages.`,
    )
    for (const peer of peers) {
      const command = peer === peers.at(-1) ? 'blo\0ck' : 'block'
      void peer.write(header({ magic: house.magic, command, length }))
    }
    await expectAlive(t, house, good, 'do you keep serving other peers?')
    await judgeMemory()
    for (const peer of peers) {
      await expectClosed(t, peer, {
        expected: `that your program closes the connection: a payload has at most ${number(MAX_PAYLOAD)} bytes.`,
        hint:
          peer === peers.at(-1)
            ? 'do you look at the length before the command? A message that is too long ends the connection, malformed or not.'
            : length >= 2 ** 31
              ? 'do you read the length as an unsigned number, little-endian?'
              : BEFORE,
      })
    }
  }
  await expectAlive(t, house, good, 'do you close only the connections of those that announce too much?')
  if (await judgeMemory()) return
  t.inconclusive('this system does not say how much memory your program has.')
}
