/** A flood of invented addresses does not push out those that have answered. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import { addressOf, invented, MAX_ADDR } from './addr.ts'
import { askForAddresses } from './answer.ts'
import { expectFound } from './found.ts'
import { openHouse } from './house.ts'
import { told } from './members.ts'
import { shown } from './tables.ts'

const FLOOD = 10_000

export async function eclipse(t: CheckContext): Promise<void> {
  const maxHeard = t.random.int(1_100, 2_500)
  const house = await openHouse(t, {
    members: [
      { name: 'peer A' },
      { name: 'peer B' },
      { name: 'peer C', blurts: ['peer D'] },
      { name: 'peer D' },
    ],
    seeds: ['peer A', 'peer B', 'peer C'],
    maxPeers: 3,
    maxHeard,
  })
  const [a, b, c, d] = house.members
  for (const member of [a!, b!, c!])
    await expectFound(t, house, member, 'do you dial the seeds, all of them at the same time?')
  t.doing(
    'One of the peers that your program had dialed closed its connection. There is room for another one, of which a peer had told.',
  )
  await a!.contacts[0]!.peer.end()
  await expectFound(
    t,
    house,
    d!,
    'as soon as a connection that you dialed ends, there is room for the next address.',
  )
  const answered = house.members.map(({ address }) => address)

  const sent = `With maxHeard ${number(maxHeard)}, a peer sent ${number(FLOOD)} invented addresses in ten messages, and then those of four peers that had answered`
  t.doing(`${sent}.`)
  const attacker = await house.dial('the attacker')
  const flood = invented(t.random, FLOOD)
  for (let at = 0; at < FLOOD; at += MAX_ADDR) await house.tell(attacker, flood.slice(at, at + MAX_ADDR))
  const again = house.members.map(({ name }) => told(t, house.members, name))
  await house.tell(attacker, again)
  // Its own getaddr comes behind the flood, and its answer shows that the program has handled all of it.
  const answer = await askForAddresses(t, house, attacker)
  const known = await house.known()
  const lost = answered.find(address => !known.answered.includes(address))
  if (lost !== undefined) {
    t.fail({
      op: 'known',
      expected: `${lost} in answered: it is a node that your program has shaken hands with.`,
      got: `answered: ${shown(known.answered)}.`,
      hint: 'what you have heard of and what has answered are two tables. Only heard has a limit, and an address stays in answered when its connection ends.',
    })
  }
  const both = answered.find(address => known.heard.includes(address))
  if (both !== undefined) {
    t.fail({
      op: 'known',
      expected: `${both} in answered only.`,
      got: 'it in heard, too.',
      hint: 'do you look in both tables before you note an address?',
    })
  }
  if (known.heard.length !== maxHeard) {
    t.fail({
      op: 'known',
      expected: `${number(maxHeard)} addresses in heard: it is full.`,
      got: `${number(known.heard.length)}.`,
      hint:
        known.heard.length > maxHeard
          ? 'heard holds at most maxHeard addresses, or a peer can fill your memory.'
          : 'when heard is full, a new address stays out, or takes the place of one other.',
    })
  }
  const real = new Set(flood.map(addressOf))
  const strange = known.heard.find(address => !real.has(address))
  if (strange !== undefined) {
    t.fail({
      op: 'known',
      expected: 'only addresses in heard that your program was told.',
      got: `${strange}.`,
    })
  }
  t.doing(`${sent}. Then it sent getaddr.`)
  const got = answer.entries.map(addressOf)
  if (got.length !== MAX_ADDR) {
    t.fail({
      op: 'start',
      expected: 'an answer with 1,000 entries: that is the most, and your program knows more.',
      got: `${number(got.length)}.`,
      hint: 'fill the answer up from heard, to 1,000 entries.',
    })
  }
  const missing = answered.find(address => !got.slice(0, answered.length).includes(address))
  if (missing === undefined) return
  t.fail({
    op: 'start',
    expected: `an answer that begins with the ${answered.length} addresses that have answered: ${missing} is one of them.`,
    got: `${shown(got)}.`,
    hint: 'first all of answered, then as many of heard as there is room for.',
  })
}
