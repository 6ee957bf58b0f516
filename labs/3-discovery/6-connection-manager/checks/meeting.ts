/** Two connections between the program and one peer: which of them stays. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { watchLateness } from '../../../check/kit/lateness.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { happens, NEVER_MS, TooBusy, withTime } from '../../../check/kit/patience.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import type { Random } from '../../../check/kit/random.ts'
import { HOST } from '../../../1-tcp/shared/listening.ts'
import exercise from '../exercise.ts'
import { begins, hello, readHello, someId } from './hello.ts'
import { openHouse, type Dial, type Direction, type House } from './house.ts'

const DIGITS = '0123456789abcdef'

/** Ids that only their last digit tells apart: two smaller ones, the program's own, and two greater ones. */
function neighbors(random: Random): { smaller: string[]; own: string; greater: string[] } {
  const prefix = someId(random).slice(1)
  const last = random.int(2, 13)
  const of = (from: number, to: number) =>
    random
      .shuffle([...DIGITS].slice(from, to))
      .slice(0, 2)
      .map(digit => prefix + digit)
  return { own: prefix + DIGITS[last]!, smaller: of(0, last), greater: of(last + 1, 16) }
}

const THEIRS_WINS =
  'the id of the peer is greater (compare all of both texts), so its dial wins: answer it with your hello, and close your own connection.'
const YOURS_WINS =
  'your id is greater (compare all of both texts), so your dial wins: close the new connection, and keep your own.'
const SLOT =
  'does the connection that lost leave the slot alone when it ends? The slot belongs to the other one by now.'

export async function collision(t: CheckContext): Promise<void> {
  const { own, smaller, greater } = neighbors(t.random)
  const waiting = new Map<string, Dial>()
  const ids = t.random.shuffle([...smaller, ...greater])
  const does = (dial: Dial) => void waiting.set(dial.member.id, dial)
  const house = await openHouse(
    t,
    ids.map(id => ({ id, does })),
    { id: own, target: 4, max: 4, maxPerGroup: 1 },
  )
  t.doing('Your program was started with four known peers and a target of 4.')
  await house.until(() => waiting.size === 4, {
    expected: 'a dial to each of four peers.',
    got: () => `${waiting.size}.`,
    hint: 'do you dial until all slots of the target are taken?',
  })
  const ends: [string, Direction][] = []
  for (const [group, isGreater] of [
    [smaller, false],
    [greater, true],
  ] as const) {
    for (const [id, isConnected] of [
      [group[0]!, false],
      [group[1]!, true],
    ] as const) {
      const dial = waiting.get(id)!
      await meet(t, house, dial, { isGreater, isConnected })
      ends.push([id, isGreater ? 'inbound' : 'outbound'])
      await house.expectPeers(ends, SLOT)
    }
  }
}

/** The program has dialed a peer, which now dials the program. */
async function meet(
  t: CheckContext,
  house: House,
  dial: Dial,
  { isGreater, isConnected }: { isGreater: boolean; isConnected: boolean },
): Promise<void> {
  const { member } = dial
  const relation = `The id of your program is ${house.id}, that of ${member.name} ${member.id}.`
  if (isConnected) {
    t.doing(`${relation} Your program dialed it, and it accepted.`)
    dial.accept()
    await house.untilRead()
  }
  const state = isConnected
    ? 'after it had accepted a dial of your program'
    : 'before it answered a dial of your program'
  t.doing(`${relation} ${capital(member.name)} dialed your program ${state}.`)
  const peer = await house.comes(member.id, member.name, member.host)
  if (isGreater) {
    await house.expectAccepted(peer, `${THEIRS_WINS} If both sides close their own, none is left.`)
    await house.expectGivenUp(dial, 'two connections to one peer are one too many', THEIRS_WINS)
    await house.expectKept([peer], SLOT)
    return
  }
  await house.expectRefused(peer, 'the dial of your program wins', YOURS_WINS)
  await house.expectKept([dial], YOURS_WINS)
  if (!isConnected) dial.accept()
}

const capital = (name: string): string => name[0]!.toUpperCase() + name.slice(1)

/** Two copies of the program know each other, through relays of the checker, which hold both dials until both are there. */
export async function twoCopies(t: CheckContext): Promise<void> {
  const other = await t.another()
  const [a, b] = [t.program, other].map(program => ({ program, id: someId(t.random) })) as [Copy, Copy]
  const toA = await t.sockets.serve(begins(b.id), { called: 'the relay to the first copy' })
  const toB = await t.sockets.serve(begins(a.id), { called: 'the relay to the second copy' })
  const startCopy = ({ program, id }: Copy, peer: Copy, address: string) =>
    t.call(
      exercise.ops.start,
      {
        id,
        host: HOST,
        port: 0,
        peers: [{ id: peer.id, address, group: 'both' }],
        target: 2,
        max: 2,
        maxPerGroup: 2,
        protectedIds: [],
        backoffMs: NEVER_MS,
        maxBackoffMs: NEVER_MS,
        helloMs: NEVER_MS,
      },
      { program },
    )
  t.doing('The checker started two copies of your program that know each other.')
  const { port: portA } = await startCopy(a, b, toB.address)
  const { port: portB } = await startCopy(b, a, toA.address)
  // Held here, so neither copy knows of the other's dial yet.
  const [fromA, fromB] = [await toB.accept(), await toA.accept()]
  await Promise.all([readHello(fromA), readHello(fromB)])
  t.doing('Two copies of your program dialed each other. Then both dials arrived.')
  const ways: [Peer, number, string, string][] = [
    [fromA, portB, a.id, 'the dial of the first copy'],
    [fromB, portA, b.id, 'the dial of the second copy'],
  ]
  for (const [from, port, id, name] of t.random.shuffle(ways)) {
    const to = await t.sockets.connect(port, name)
    void to.write(hello(id))
    void relay(from, to)
    void relay(to, from)
  }
  const winner: Direction = a.id > b.id ? 'outbound' : 'inbound'
  const loser: Direction = winner === 'outbound' ? 'inbound' : 'outbound'
  for (const [copy, peer, direction, name] of [
    [a, b, winner, 'first'],
    [b, a, loser, 'second'],
  ] as const) {
    await expectOnly(t, copy, peer.id, direction, name)
  }
}

interface Copy {
  program: CheckContext['program']
  id: string
}

/** Passes bytes on, and the end. */
async function relay(from: Peer, to: Peer): Promise<void> {
  for (;;) {
    const { bytes, stop } = await from.read(1, NEVER_MS)
    if (bytes.length > 0)
      await to.write(Buffer.concat([bytes, (await from.read(from.waiting(), NEVER_MS)).bytes]))
    if (stop !== 'enough') return to.destroy()
  }
}

async function expectOnly(
  t: CheckContext,
  { program }: Copy,
  id: string,
  direction: Direction,
  name: string,
): Promise<void> {
  let got = ''
  const told = async () => {
    for (;;) {
      const { peers } = await t.call(exercise.ops.peers, {}, { program })
      got = peers.length === 0 ? 'nobody' : peers.map(peer => `${peer.id} (${peer.direction})`).join(', ')
      if (peers.length === 1 && peers[0]!.id === id && peers[0]!.direction === direction) return
      await pause(5)
    }
  }
  const due = told()
  if (await happens(due, { ms: 1_500, signOfLife: program.signOfLife })) return
  t.fail({
    op: 'peers',
    expected: `that the ${name} copy is connected to ${id}, ${direction}: the dial of the greater id wins, on both sides.`,
    got: `${got}.`,
    hint:
      got === 'nobody'
        ? 'none is left when each side closes another connection. Do both apply the rule to the same two ids?'
        : 'do both sides apply the same rule to the same two ids, and keep the slot when the connection that lost ends?',
  })
}

/** Clocks in whole milliseconds, and timers that fire a little early. */
const CLOCK_MS = 2
const AGAIN =
  'a peer that dials you again has restarted: accept the new connection, close the old one, and keep the slot.'

/** So many waits in a row must be too long: of one, a thread of the program that got to run late may be the reason, of which a sign of life knows nothing. */
const TOO_LONG = 3

export const once = async (t: CheckContext): Promise<void> => {
  let tooLong = 0
  await withTime(t, async (ms, program) => {
    const backoffMs = ms / 4
    let others = 0
    // The peer that dials is greater: a program that has not noticed yet that its own dial is over accepts it, too.
    const [id, greater] = [someId(t.random), someId(t.random)].sort() as [string, string]
    const house = await openHouse(
      t,
      [{ id: greater, does: dial => dial.close() }, { does: dial => (others++, dial.close()) }],
      // A slot is free all the time, so nothing but its own slot keeps the program from a second dial.
      { id, target: 3, max: 4, backoffMs, maxBackoffMs: 2 * backoffMs, program },
    )
    const [member] = house.members as [House['members'][number]]
    const given = `With a backoffMs of ${backoffMs}, your program dialed ${member.name}, which closed the connection.`
    await house.until(() => member.connections > 0, {
      expected: `a dial to ${member.name}.`,
      got: () => 'none.',
      hint: 'do you dial until all slots of the target are taken?',
    })
    t.doing(`${given} Then it dialed your program.`)
    const first = await house.comes(member.id, member.name, member.host)
    const isAccepted = await house.isAccepted(first)
    await house.untilRead()
    // It was not there yet when the program dialed again: another story.
    if (member.connections > 1) throw new TooBusy()
    if (!isAccepted) {
      t.fail({
        op: 'start',
        expected: `that your program accepts ${member.name}, which has no slot.`,
        got: 'it closed the connection.',
        hint: 'a peer that has to wait for your dial may dial you.',
        lost: true,
      })
    }
    const isAgain = (dial: Dial) => dial.member === member && dial.number > 1
    const before = others
    t.doing(`${given} Then it dialed your program, until long after its back-off.`)
    await house.until(() => others >= before + 3, {
      expected: 'further dials to the other peer, which closes each.',
      got: () => `${others - before}.`,
      hint: 'do you dial a peer again when its wait is over?',
      ms: 2 * backoffMs * 6,
    })
    if (member.connections > 1) {
      t.fail({
        op: 'start',
        expected: `no dial to ${member.name} while it is connected.`,
        got: 'one.',
        hint: 'when a wait is over, do you look whether the peer has a slot by now?',
      })
    }
    await house.expectPeers([[member.id, 'inbound']], 'a peer that dialed you is a peer, too.')

    t.doing(`${given} Then it dialed your program twice, as after a restart.`)
    const second = await house.comes(member.id, member.name, member.host)
    await house.expectAccepted(second, AGAIN)
    await expectGone(t, house, first)
    await house.expectKept([second], AGAIN)
    await house.expectPeers([[member.id, 'inbound']], SLOT)
    t.doing(`${given} Then it dialed your program twice, and left.`)
    const lateness = watchLateness(program.signOfLife)
    const left = performance.now()
    second.destroy()
    await house.until(() => house.dials.some(isAgain), {
      expected: `a dial to ${member.name}, whose address you know.`,
      got: () => 'none.',
      hint: 'a peer that dialed you and left may be dialed after its wait, if you know its address.',
      ms: 4 * backoffMs,
    })
    const wait = house.dials.find(isAgain)!.peer.since - left
    lateness.stop()
    const late = lateness.most()
    const isTooShort = wait < backoffMs / 2 - CLOCK_MS
    if (!isTooShort && wait <= backoffMs + 2 * (late + CLOCK_MS)) return
    if (!isTooShort && ++tooLong < TOO_LONG) throw new TooBusy()
    t.fail({
      op: 'start',
      expected: `a wait of ${backoffMs / 2} to ${backoffMs} ms, as after a first failure.`,
      got: `${Math.floor(wait)} ms.`,
      hint: 'does the hello of an inbound connection end a row of failures, too, and does its end count as the first failure of a new row?',
    })
  })
}

async function expectGone(t: CheckContext, { program }: House, peer: Peer): Promise<void> {
  if (await happens(peer.readToEnd(NEVER_MS), { ms: 1_500, signOfLife: program.signOfLife })) return
  t.fail({
    op: 'start',
    expected: 'that your program closes the older of two connections.',
    got: 'both are open.',
    hint: AGAIN,
  })
}
