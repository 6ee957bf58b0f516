/** How many connections the program makes by itself, and keeps making. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { someId } from './hello.ts'
import { openHouse, type Dial, type House } from './house.ts'

const PEERS = 20

const NO_FURTHER = 'do you count dials under way, and inbound connections, before you dial one more?'
const REFILL = 'does the end of a connection free its slot, and do you then look for somebody else to dial?'

const outbound = (house: House) =>
  house
    .open()
    .filter(({ isAccepted }) => isAccepted)
    .map(({ member }) => [member.id, 'outbound'] as const)

/** Fails when the program has made other than so many connections in all. */
async function expectDials(t: CheckContext, house: House, wanted: number, hint: string): Promise<void> {
  await house.untilRead()
  if (house.dials.length === wanted) return
  t.fail({
    op: 'start',
    expected: `${count(wanted, 'dial')} in all.`,
    got: `${count(house.dials.length, 'dial')}.`,
    hint,
  })
}

export async function target(t: CheckContext): Promise<void> {
  const wanted = t.random.int(4, 7)
  const own = someId(t.random)
  const waiting: Dial[] = []
  const specs = Array.from({ length: PEERS }, () => ({ does: (dial: Dial) => void waiting.push(dial) }))
  const yourself = t.random.int(0, 2)
  const house = await openHouse(
    t,
    specs.map((spec, i) => (i === yourself ? { ...spec, id: own } : spec)),
    { id: own, target: wanted, max: wanted + 2 },
  )
  const given = `With a target of ${wanted} and ${PEERS} known peers, one of them the program itself,`
  t.doing(`${given} the checker waited for all dials before it answered one.`)
  await house.until(() => waiting.length >= wanted, {
    expected: `${wanted} dials, each with a hello, before any of them is answered.`,
    got: () => `${count(house.dials.length, 'dial')}.`,
    hint: 'do you dial until all slots of the target are taken, without waiting for one dial before the next?',
  })
  await expectDials(t, house, wanted, NO_FURTHER)
  if (house.dials.some(({ member }) => member.id === own)) {
    t.fail({
      op: 'start',
      expected: 'no dial to the peer that has the id of your program.',
      got: 'one.',
      hint: 'a node hears its own address from others. Do you skip your own id?',
    })
  }
  await house.expectPeers([], 'a dial under way is not a connection: the peer has not accepted it yet.')
  for (const dial of waiting) dial.accept()
  await house.expectPeers(outbound(house), 'a peer is connected when both hellos are there.')

  t.doing(`${given} two more peers connected to the program.`)
  const [a, b] = [someId(t.random), someId(t.random)]
  const guests: Peer[] = []
  for (const id of [a, b]) {
    const peer = await house.comes(id)
    guests.push(peer)
    await house.expectAccepted(peer, 'the target is for your dials. Up to max, do you accept others?')
  }
  const inbound = [a, b].map(id => [id, 'inbound'] as const)
  await house.expectPeers([...outbound(house), ...inbound], 'peers tells of both directions.')
  t.doing(`${given} two peers connected to the program, and then three of those that it had dialed left.`)
  const leavers = t.random.shuffle(house.open()).slice(0, 3)
  for (const dial of leavers) dial.close()
  // Now one is missing.
  await house.until(() => waiting.length > wanted, {
    expected: `one more dial: ${wanted - 1} connections are left, two of them inbound.`,
    got: () => 'none.',
    hint: REFILL,
  })
  await expectDials(t, house, wanted + 1, NO_FURTHER)
  waiting.at(-1)!.accept()
  await house.expectPeers([...outbound(house), ...inbound], REFILL)
  t.doing(`${given} it had ${wanted} connections, two of them inbound. Then one of the inbound ones ended.`)
  guests[0]!.destroy()
  await house.until(() => waiting.length > wanted + 1, {
    expected: `one more dial: ${wanted - 1} connections are left.`,
    got: () => 'none.',
    hint: 'does the end of an inbound connection lead to a dial, too?',
  })
  await expectDials(t, house, wanted + 2, NO_FURTHER)
}

/** Rounds of the churn, and how long the program waits for a peer that failed, in ms. */
const ROUNDS = 6
const BACKOFF_MS = 20
const MAX_BACKOFF_MS = 60

export async function churn(t: CheckContext): Promise<void> {
  const wanted = t.random.int(5, 8)
  const turned = new Set<number>()
  const specs = Array.from({ length: PEERS }, (_, i) => ({
    does(dial: Dial) {
      if (house.open().length > wanted) {
        t.fail({
          op: 'start',
          expected: `at most ${wanted} connections and dials at a time, the target.`,
          got: `${house.open().length}.`,
          hint: NO_FURTHER,
        })
      }
      if (turned.has(i)) dial.close()
      else dial.accept()
    },
    dead: i < 3,
  }))
  const options = { target: wanted, max: wanted, backoffMs: BACKOFF_MS, maxBackoffMs: MAX_BACKOFF_MS }
  // The first dials come before openHouse returns.
  const house: House = { open: () => [] } as unknown as House
  Object.assign(house, await openHouse(t, specs, options))
  const given = `With a target of ${wanted}, 3 of ${PEERS} known peers refused connections.`
  let left = 0
  for (let round = 1; round <= ROUNDS; round++) {
    await house.until(() => outbound(house).length === wanted, {
      expected: `${wanted} connections, the target, in round ${round} of ${ROUNDS}: enough of the peers accept them.`,
      got: () => `${outbound(house).length}.`,
      hint: `${REFILL} A peer that fails must not be forgotten: it is due again after its back-off.`,
    })
    await house.expectPeers(outbound(house), 'is a peer that left no longer in peers?')
    if (round === ROUNDS) break
    // In one round all leave.
    const leavers = t.random
      .shuffle(house.open())
      .slice(0, round === 3 ? wanted : t.random.int(1, wanted - 1))
    left += leavers.length
    turned.clear()
    for (const i of t.random.shuffle(Array.from({ length: PEERS - 3 }, (_, n) => n + 3)).slice(0, 4))
      turned.add(i)
    t.doing(
      `${given} In round ${round}, ${count(leavers.length, 'connected peer')} left, and 4 others closed each dial.`,
    )
    for (const dial of leavers) {
      if (t.random.int(0, 1) === 0) dial.close()
      else dial.break()
    }
  }
  if (left < ROUNDS) t.inconclusive('too few peers left.')
}
