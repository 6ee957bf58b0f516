/** Whom the program dials, and how many at a time. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { expectFound, expectIntroduced } from './found.ts'
import { openHouse, type House } from './house.ts'
import { memberOf, told, type Member, type MemberSpec } from './members.ts'
import { expectKnown } from './tables.ts'

const CHAIN = 12
const nameOf = (i: number) => `peer ${i + 1}`

export async function chain(t: CheckContext): Promise<void> {
  // In the middle two that tell what they know before they are asked.
  const eager = new Set([t.random.int(2, 5), t.random.int(6, 9)])
  const specs = Array.from({ length: CHAIN }, (_, i): MemberSpec => {
    const neighbors = [i - 1, i, i + 1].filter(at => at >= 0 && at < CHAIN).map(nameOf)
    return { name: nameOf(i), [eager.has(i) ? 'blurts' : 'tells']: t.random.shuffle(neighbors) }
  })
  const house = await openHouse(t, { members: specs, seeds: [nameOf(0)], maxPeers: CHAIN })
  const did = `The checker played a chain of ${CHAIN} peers, each of which knows the one before and the one behind it. It called start with the address of the first one`
  t.doing(`${did}.`)
  for (const [i, member] of house.members.entries()) {
    if (i > 0) {
      const how = eager.has(i - 1) ? 'in an addr right after the handshake' : 'in its answer to getaddr'
      t.doing(`${did}. Peer ${i} told your program of peer ${i + 1}, ${how}.`)
    }
    const contact = await expectFound(
      t,
      house,
      member,
      i === 0
        ? 'do you dial the seeds?'
        : 'ask each peer that you dialed with getaddr, and dial the addresses in each addr at once, asked for or not.',
    )
    // Without a getaddr, those behind it are never found.
    await expectIntroduced(t, house, contact)
  }
  t.doing(`${did}. Your program found all of them.`)
  await expectKnown(t, house, {
    soon: true,
    heard: [],
    answered: house.members.map(({ address }) => address),
    missing: (_address, table) =>
      table === 'answered' ? 'an address stays in answered, also when others tell it again.' : undefined,
    extra: () => 'when the handshake with an address is complete, it moves from heard to answered.',
  })
  for (const member of house.members) expectOnce(t, member)
}

function expectOnce(t: CheckContext, { name, connections }: Member): void {
  if (connections <= 1) return
  t.fail({
    op: 'start',
    expected: `one connection from your program to ${name}.`,
    got: `${connections} of them.`,
    hint: 'several peers tell the same address. Do not dial one that you are dialing, are connected to, or that has answered.',
  })
}

const AT_ONCE =
  'dial several addresses at the same time, without waiting for a handshake. And connections of peers that dialed you do not count.'
const NEXT = 'as soon as a connection that you dialed ends, there is room for the next address in heard.'

const PEERS = 9
const LATE = 'a late peer'
const MOST = 3

export async function maxPeers(t: CheckContext): Promise<void> {
  const names = Array.from({ length: PEERS }, (_, i) => nameOf(i))
  // All know all, and say so as soon as they can. All are slow: start must return although no seed has answered.
  const house = await openHouse(t, {
    members: [...names.map(name => ({ name, blurts: names, manner: 'slow' as const })), { name: LATE }],
    seeds: [nameOf(0)],
    maxPeers: MOST,
  })
  const did = `With maxPeers ${MOST}, a seed told your program ${PEERS} addresses`
  t.doing(`Two peers connected to your program. ${did}.`)
  const guests = [await house.dial('a guest'), await house.dial('another guest')]
  house.members[0]!.release()
  const seed = await expectFound(
    t,
    house,
    house.members[0]!,
    'do you dial the seeds, also when others have connected to you? Only connections that you dialed count.',
  )
  await expectDialed(t, house, MOST)
  t.doing(
    `${did}. It dialed two of them, which do not answer yet. Then the seed sent the same addresses again.`,
  )
  await house.tell(
    seed,
    names.map(name => told(t, house.members, name)),
  )
  // A round trip with each connection, in the order in which the program has to handle them.
  for (const guest of guests)
    await house.tell(
      guest,
      names.map(name => told(t, house.members, name)),
    )
  await expectDialed(t, house, MOST)

  const over = new Set<string>()
  const isOpen = (name: string) => !over.has(name) && memberOf(house.members, name).connections > 0
  for (let dialed = MOST; dialed < PEERS; dialed++) {
    const [next] = t.random.shuffle(house.members.filter(({ name }) => isOpen(name) && name !== nameOf(0)))
    t.doing(
      `${did}. Of the ${MOST} that it has dialed, ${next!.name} completed the handshake, and told it all addresses again. Then that connection ended.`,
    )
    next!.release()
    const contact = await expectFound(
      t,
      house,
      next!,
      'does your program go on with a handshake that takes long?',
    )
    await expectIntroduced(t, house, contact)
    await expectDialed(t, house, dialed)
    over.add(next!.name)
    await contact.peer.end()
    await expectDialed(t, house, dialed + 1)
  }
  t.doing(`${did}. It dialed them all, one after the other, and each told it the same addresses again.`)
  for (const member of house.members.filter(({ name }) => isOpen(name))) {
    if (member.manner === undefined || member.name === nameOf(0)) continue
    member.release()
    await expectFound(t, house, member, 'does your program go on with a handshake that takes long?')
  }
  await expectKnown(t, house, {
    soon: true,
    heard: [],
    answered: names.map(name => memberOf(house.members, name).address),
    missing: (_address, table) =>
      table === 'answered' ? 'an address stays in answered when its connection ends.' : undefined,
  })
  t.doing(
    `${did}. When all had answered, the connection of the seed ended. Then a peer told your program of all of them again, and of one more.`,
  )
  await seed.peer.end()
  await house.until(() => seed.stopped() !== undefined)
  // There is room now, and nobody to dial.
  for (let i = 0; i < 3; i++) await house.program.signOfLife()
  for (const member of house.members) expectOnce(t, member)
  await house.tell(
    guests[0]!,
    [...names, LATE].map(name => told(t, house.members, name)),
  )
  await expectFound(t, house, memberOf(house.members, LATE), NEXT)
  for (const member of house.members) expectOnce(t, member)
}

/** So many connections in all, and no more. */
async function expectDialed(t: CheckContext, house: House, total: number): Promise<void> {
  const dialed = () => house.members.reduce((sum, { connections }) => sum + connections, 0)
  for (const member of house.members) expectOnce(t, member)
  if (!(await house.until(() => dialed() >= total))) {
    t.fail({
      op: 'start',
      expected: `connections from your program to ${total} of ${PEERS} peers so far: there is room for ${MOST} at a time.`,
      got: `${count(dialed(), 'connection')}.`,
      hint: total > MOST ? NEXT : AT_ONCE,
    })
  }
  // Whatever it was about to do, it has done by then.
  for (let i = 0; i < 3; i++) await house.program.signOfLife()
  for (const member of house.members) expectOnce(t, member)
  if (dialed() === total) return
  t.fail({
    op: 'start',
    expected: `at most ${MOST} connections at a time that your program has dialed, so ${total} so far.`,
    got: `${dialed()}.`,
    hint: 'a connection counts from the dial to its end, also before the handshake is complete.',
  })
}
