/** Who gets a slot, and who does not. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { someId } from './hello.ts'
import { openHouse, type Dial, type House } from './house.ts'

const FULL = 'are all max slots taken? Dials under way count, and so do connections in both directions.'
const FREE = 'does the end of a connection, or of a dial, free its slot?'

/** Of those that come at once, in any order: who was accepted, and who was refused. */
async function allCome(house: House, ids: readonly string[]): Promise<{ accepted: Peer[]; refused: number }> {
  const came = await Promise.all(ids.map((id, i) => house.comes(id, `newcomer ${i + 1}`)))
  const accepted: Peer[] = []
  for (const peer of came) if (await house.isAccepted(peer)) accepted.push(peer)
  return { accepted, refused: came.length - accepted.length }
}

async function expectAccepted(
  t: CheckContext,
  house: House,
  ids: readonly string[],
  { wanted, why, hint }: { wanted: number; why: string; hint: string },
): Promise<Peer[]> {
  const { accepted } = await allCome(house, ids)
  if (accepted.length !== wanted) {
    await house.untilRead()
    const closed = accepted.filter(peer => peer.stopped() !== undefined).length
    t.fail({
      op: 'start',
      expected: `that your program accepts ${wanted === 0 ? 'none' : `${wanted} and refuses the others`}: ${why}.`,
      got: `it accepted ${accepted.length === 0 ? 'none' : accepted.length}${closed > 0 ? `, and closed ${closed} of them afterwards` : ''}.`,
      hint: closed > 0 ? `your hello accepts a connection: decide before you send it. ${hint}` : hint,
    })
  }
  return accepted
}

const strangers = (t: CheckContext, n: number): string[] => Array.from({ length: n }, () => someId(t.random))

export async function cap(t: CheckContext): Promise<void> {
  const inbound = t.random.int(3, 6)
  const max = 2 + inbound
  const hanging: Dial[] = []
  const hangs = { does: (dial: Dial) => void hanging.push(dial) }
  const house = await openHouse(t, [hangs, hangs], { target: 2, max })
  const given = `With a max of ${max}, your program had dialed two peers, which did not answer yet.`
  await house.until(() => hanging.length === 2, {
    expected: 'two dials, the target.',
    got: () => `${hanging.length}.`,
    hint: 'do you dial until all slots of the target are taken?',
  })
  t.doing(`${given} ${inbound + 7} others dialed it at once, after 4 that say nothing.`)
  for (let i = 0; i < 4; i++) await t.sockets.connect(house.port, 'a peer that says nothing')
  const accepted = await expectAccepted(t, house, strangers(t, inbound + 7), {
    wanted: inbound,
    why: `two of ${max} slots are taken, and a connection without a hello has none`,
    hint: FULL,
  })
  await house.expectKept(
    [...accepted, ...hanging],
    'when all slots are taken, refuse the newcomer, not somebody else.',
  )

  t.doing(`${given} ${inbound} others were connected. Then one of the dials failed.`)
  hanging[0]!.close()
  const ALL = `all ${max} slots are taken`
  const next = await untilOneGetsIn(t, house, () => someId(t.random), 'one slot is free', FREE)
  await expectAccepted(t, house, strangers(t, 1), { wanted: 0, why: ALL, hint: FULL })
  t.doing(`${given} ${inbound} others were connected. Then one of them left.`)
  accepted[0]!.destroy()
  const last = await untilOneGetsIn(t, house, () => someId(t.random), 'one slot is free', FREE)
  await expectAccepted(t, house, strangers(t, 1), { wanted: 0, why: ALL, hint: FULL })
  hanging[1]!.accept()
  const kept = [...accepted.slice(1), next, last, hanging[1]!]
  await house.expectKept(kept, 'a dial has its slot from its beginning.')
}

/** Somebody tries again and again until a slot is free: a program may notice a little later than the checker that somebody has left. */
async function untilOneGetsIn(
  t: CheckContext,
  house: House,
  id: () => string,
  why: string,
  hint: string,
): Promise<Peer> {
  const until = performance.now() + 1_500
  for (let tries = 0; tries < 20 || performance.now() < until; tries++) {
    const peer = await house.comes(id(), 'a newcomer')
    if (await house.isAccepted(peer)) return peer
    await pause(10)
  }
  return t.fail({
    op: 'start',
    expected: `that your program accepts a newcomer: ${why}.`,
    got: 'it refused each one, again and again.',
    hint,
  })
}

const SHARE = 'before you accept or dial, do you count the slots of the group that the peer belongs to?'
const DIALS_YOU = 'a protected peer gets a slot of a full group only when it dials you. Do not dial it.'
const UNKNOWN = 'ids that are not in peers form a group of their own, all of them together.'

export async function groups(t: CheckContext): Promise<void> {
  const share = t.random.int(2, 3)
  const flood = 12
  const target = share + 4
  // Two connections short of it: those of the last group, whose peers are dead when they are dialed.
  const max = 2 * share + 6
  // The last of the large group. They never dial the program, so nobody has to go for them.
  const guarded = strangers(t, 2)
  const specs = [
    ...Array.from({ length: flood }, () => ({ group: 'flood' })),
    ...guarded.map(id => ({ group: 'flood', id })),
    ...['b', 'b', 'c', 'c'].map(group => ({ group })),
    ...['d', 'd'].map(group => ({ group, dead: true })),
  ]
  const house = await openHouse(t, specs, { target, max, maxPerGroup: share, protectedIds: guarded })
  const given = `With a maxPerGroup of ${share}, your program knew ${flood + guarded.length} peers of one group, ${guarded.length} of them protected, and few of others.`
  t.doing(given)
  const of = (group: string) => house.open().filter(({ member }) => member.group === group)
  await house.until(() => house.open().length >= target, {
    expected: `${target} connections, the target: ${share} to the large group, and the others to others.`,
    got: () => `${house.open().length}, ${of('flood').length} of them to the large group.`,
    hint: 'when a group is full, do you go on with the peers of other groups?',
  })
  await house.untilRead()
  const judgeDials = (): void => {
    if (of('flood').length <= share) return
    t.fail({
      op: 'start',
      expected: `at most ${share} connections to peers of one group.`,
      got: `${of('flood').length}.`,
      hint: of('flood').some(({ member }) => guarded.includes(member.id)) ? DIALS_YOU : SHARE,
    })
  }
  judgeDials()

  t.doing(`${given} Then the others of this group dialed your program.`)
  const dialed = new Set(house.dials.map(({ member }) => member))
  const rest = house.members
    .filter(member => member.group === 'flood' && !dialed.has(member) && !guarded.includes(member.id))
    .map(({ id }) => id)
  await expectAccepted(t, house, rest, {
    wanted: 0,
    why: `${share} peers of their group have slots already, and where they dial from does not matter`,
    hint: SHARE,
  })
  t.doing(`${given} Then 8 peers with ids that it did not know dialed it.`)
  const unknown = await expectAccepted(t, house, strangers(t, 8), {
    wanted: share,
    why: 'they form a group, too',
    hint: UNKNOWN,
  })
  t.doing(`${given} Then two peers of a group that has no slot yet dialed it.`)
  const late = house.members.filter(({ group }) => group === 'd').map(({ id }) => id)
  await expectAccepted(t, house, late, {
    wanted: 2,
    why: `their group has no slot yet, and 2 of ${max} slots are free`,
    hint: 'does a full group leave the slots to other groups?',
  })
  t.doing(`${given} Then one of this group left, and others of it dialed your program.`)
  const leaver = t.random.pick(of('flood'))
  leaver.close()
  const others = t.random.shuffle(rest)
  const AGAIN = 'does a slot that is free no longer count for its group?'
  await untilOneGetsIn(
    t,
    house,
    () => others.shift() ?? rest[0]!,
    'one slot of their group is free again',
    AGAIN,
  )
  await expectAccepted(t, house, strangers(t, 1), {
    wanted: 0,
    why: `all ${max} slots are taken`,
    hint: FULL,
  })
  await house.expectKept([...unknown], "a newcomer that is not protected takes nobody else's place.")
}

const YOUNGEST = 'the connection to close is the one with the youngest slot that is not protected.'
const AGE =
  'a connection that takes the place of another one of the same peer has its slot, and the age of it.'
const PROTECTED =
  'do you look whether a peer is protected before you close its connection, and before you refuse it?'

export async function protectedPeers(t: CheckContext): Promise<void> {
  const [own, guard, p, q, r, s, u] = strangers(t, 7) as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  let dial: Dial | undefined
  const house = await openHouse(t, [{ id: guard }, { does: hangs => void (dial = hangs) }], {
    id: own,
    target: 2,
    max: 5,
    maxPerGroup: 2,
    protectedIds: t.random.shuffle([guard, p, q, r, s, u]),
  })
  const given =
    'With a max of 5 and a maxPerGroup of 2, your program dialed a protected peer and one that did not answer.'
  await house.until(() => dial !== undefined && house.dials.length === 2, {
    expected: 'two dials, the target.',
    got: () => `${house.dials.length}.`,
    hint: 'do you dial until all slots of the target are taken?',
  })
  t.doing(`${given} Then two peers of an unknown group dialed it.`)
  const idOfA = someId(t.random)
  const old = await house.comes(idOfA, 'peer A')
  await house.expectAccepted(old, FULL)
  const b = await house.comes(someId(t.random), 'peer B')
  await house.expectAccepted(b, FULL)
  t.doing(
    `${given} Then peer A and peer B of an unknown group dialed it, and peer A once more, as after a restart.`,
  )
  const a = await house.comes(idOfA, 'peer A, restarted')
  await house.expectAccepted(a, AGE)
  await house.expectClosed(old, 'peer A has restarted', AGE)

  const keeps: (Peer | Dial)[] = [house.dials.find(({ member }) => member.id === guard)!]
  const full = 'a protected peer gets a slot even if its group is full.'
  t.doing(
    `${given} Two peers of an unknown group were connected. Then a protected one of this group dialed it.`,
  )
  const first = await house.comes(p, 'a protected peer')
  await house.expectAccepted(first, full)
  keeps.push(first)
  const inbound: Peer[] = [first]
  await house.expectKept([a, b, dial!, ...keeps], 'one slot was free, so nobody has to go.')

  const victims: [string, Peer | Dial, string][] = [
    [q, b, 'peer B'],
    [r, a, 'peer A'],
    [s, dial!, 'the peer that did not answer'],
  ]
  for (const [i, [id, victim, name]] of victims.entries()) {
    t.doing(`${given} All 5 slots were taken. Then ${i === 0 ? 'a' : 'another'} protected peer dialed it.`)
    const peer = await house.comes(id, `protected peer ${i + 2}`)
    await house.expectAccepted(peer, `a protected peer gets a slot: close somebody else. ${YOUNGEST}`)
    const others = victims.slice(i + 1).map(([, one]) => one)
    await house.expectKept(
      [...keeps, ...others],
      i === 0 ? `${YOUNGEST} And ${AGE}` : `${PROTECTED} And ${YOUNGEST}`,
    )
    const why = `${name} has the youngest slot of those that are not protected`
    if ('member' in victim) await house.expectGivenUp(victim, why, YOUNGEST)
    else await house.expectClosed(victim, why, YOUNGEST)
    keeps.push(peer)
    inbound.push(peer)
  }
  t.doing(
    `${given} All 5 slots belonged to protected peers. Then one more dialed it, and one that is not protected.`,
  )
  for (const [id, name] of t.random.shuffle([
    [u, 'one more protected peer'],
    [someId(t.random), 'a peer that is not protected'],
  ] as const)) {
    const peer = await house.comes(id, name)
    await house.expectRefused(
      peer,
      'all 5 slots belong to protected peers',
      'max holds for protected peers, too. A protected peer is never closed to make room.',
    )
  }
  await house.expectKept(keeps, PROTECTED)
  await house.expectPeers(
    [[guard, 'outbound'], ...[p, q, r, s].map(id => [id, 'inbound'] as const)],
    'is a peer whose connection you closed no longer in peers?',
  )
  t.doing(`${given} It closed that dial for a protected peer, and later all peers that had dialed it left.`)
  for (const peer of inbound) peer.destroy()
  await house.expectPeers([[guard, 'outbound']], FREE)
  // It has noticed, so it has looked whom it can dial.
  for (let i = 0; i < 2; i++) await house.untilRead()
  if (house.dials.length === 2) return
  t.fail({
    op: 'start',
    expected: 'no dial yet to the peer whose connection your program closed: it has to wait.',
    got: 'one at once.',
    hint: 'when you give a slot away, it becomes free, and its peer has to wait, as after any other end.',
  })
}
