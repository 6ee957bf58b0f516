/** The checks of exercise 1.4: a server that no client can take for itself. */
import type { CheckContext, Checks } from '../../../check/kit/check.ts'
import { count, inNode, number } from '../../../check/kit/finding.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import { expectNoMore } from '../../2-frames/checks/answers.ts'
import { encode } from '../../shared/frames.ts'
import { AT_ONCE_MS, connectAll, header, notEarly, numbered, openHouse, OVERDUE, PACE } from './clients.ts'
import { idle } from './idle.ts'
import { memoryJudge } from './memory-judge.ts'
import { cap, countsDown } from './places.ts'
import { siege } from './siege.ts'

async function upToTheLimit(t: CheckContext): Promise<void> {
  const maxFrame = t.random.int(300, 3000)
  const house = await openHouse(t, { maxFrame })
  const client = await house.greet('the client')
  // Clearly shorter: a program that takes the limit for a few bytes less hears so in the next step.
  const short = Array.from({ length: 8 }, () => t.random.bytes(t.random.int(1, maxFrame - 10)))
  t.doing(`With a maxFrame of ${maxFrame}, a client sent ${short.length} shorter frames, in ten pieces.`)
  for (const piece of t.random.cut(Buffer.concat(short.map(encode)), 10)) void client.peer.write(piece)
  const asBefore = 'do you answer each frame as in exercise 1.2, even if it arrives in pieces?'
  await house.expectAnswers(
    client,
    short,
    asBefore,
    'all of these frames are within the limit: do you compare maxFrame with the length of each frame, and not with what has arrived?',
  )
  t.doing(
    `With a maxFrame of ${maxFrame}, a client sent three frames in one write, each with a body of exactly that length.`,
  )
  const longest = Array.from({ length: 3 }, () => t.random.bytes(maxFrame))
  void client.peer.write(Buffer.concat(longest.map(encode)))
  await house.expectAnswers(
    client,
    longest,
    'a body of maxFrame bytes is allowed, one byte more is not: do you compare with >, not >=? The 4 bytes of the length itself do not count, and neither do the frames around it.',
  )
  expectNoMore(t, client.peer)
}

async function empty(t: CheckContext): Promise<void> {
  const house = await openHouse(t, {})
  const client = await house.greet('the client')
  t.doing('A client sent a short frame, 30 empty frames (length 0) and another short frame, in one write.')
  const bodies = [t.random.bytes(5), ...Array.from({ length: 30 }, () => Buffer.alloc(0)), t.random.bytes(5)]
  void client.peer.write(Buffer.concat(bodies.map(encode)))
  await house.expectAnswers(
    client,
    bodies,
    'do you treat a length of 0 like any other? The answer to an empty frame is 00 00 00 00, and the connection stays open.',
  )
  expectNoMore(t, client.peer)
}

async function tooLong(t: CheckContext): Promise<void> {
  const maxFrame = t.random.int(300, 3000)
  const house = await openHouse(t, { maxFrame })
  const good = await house.welcome()
  for (const length of [maxFrame + 1, maxFrame + t.random.int(2, 100_000)]) {
    const bad = await house.greet('the second client')
    const sent = `With a maxFrame of ${maxFrame}, a client sent a frame, then`
    const [first, second] = t.random.cut(header(length), 2) as [Buffer, Buffer]
    t.doing(`${sent} ${count(first.length, 'byte')} of the 4 of a length.`)
    void bad.peer.write(first)
    await house.ask(good)
    await house.stillOpen([bad], 'do you wait until all 4 bytes of the length are there before you read it?')
    t.doing(
      `${sent} the length ${number(length)} and not a single byte after it. A good client went on sending frames.`,
    )
    void bad.peer.write(second)
    await house.untilClosed([bad], good, {
      ms: AT_ONCE_MS,
      expected: 'that your program closes the connection as soon as it has read the length.',
      hint: 'do you compare the length with maxFrame before you wait for the body? While you wait, you have to keep all bytes that arrive.',
    })
    await house.ask(good)
  }
}

async function hugeLength(t: CheckContext): Promise<void> {
  const clients = numbered('attacker', 8)
  const house = await openHouse(t, {})
  const good = await house.welcome()
  for (let i = 0; i < 5; i++) await house.ask(good)
  const attackers = await connectAll(house, clients)
  t.doing(`The checker connected ${clients.length} more clients, each of which sent a short frame.`)
  for (const client of attackers) await house.ask(client)
  const judgeMemory = await memoryJudge(t)
  t.doing(
    `${clients.length} clients sent the length ff ff ff ff (${number(2 ** 32 - 1)}) and nothing more. A good client went on sending frames.`,
  )
  for (const { peer } of attackers) void peer.write(header(2 ** 32 - 1))
  for (let i = 0; i < 5; i++) await house.ask(good)
  await judgeMemory()
  const closed = await house.untilClosed(attackers, good, {
    ms: AT_ONCE_MS,
    expected: 'that your program closes each of these connections as soon as it has read the length.',
    hint: `do you close the connection when the length is over maxFrame, and read it as an unsigned number${inNode(' (readUInt32BE)')}? As a signed number, ff ff ff ff is -1, which is not over any limit.`,
  })
  await house.ask(good)
  const answered = closed.find(({ bytes }) => bytes.length > 0)
  if (answered) {
    t.fail({
      op: 'listen',
      expected: 'no answer to a frame that is too long and never arrived.',
      got: `${count(answered.bytes.length, 'byte')} to ${answered.client.name}.`,
      hint: `do you write something before you close? If it is an answer: do you read the length as an unsigned number${inNode(' (readUInt32BE)')}? As a signed number, ff ff ff ff is -1.`,
    })
  }
  if (await judgeMemory()) return
  t.inconclusive('this system does not say how much memory your program has.')
}

const handshake = (t: CheckContext): Promise<void> =>
  withTime(t, async (ms, program) => {
    const house = await openHouse(t, { handshakeMs: ms }, program)
    const good = await house.welcome()
    // A silent one comes last: in a variable that all share, its timer is the one that gets lost.
    const half = 'the client with half a frame'
    const late = await connectAll(house, [half, ...numbered('silent client', 3)])
    const silent = late.slice(1)
    t.doing(
      `With a handshakeMs of ${ms}, three clients sent nothing, and one sent half a frame. A good client sent its first frame at once, and then more frames.`,
    )
    void late[0]!.peer.write(encode(t.random.bytes(20)).subarray(0, t.random.int(1, 20)))
    const closed = await house.untilClosed(late, good, {
      ms: OVERDUE * ms,
      everyMs: ms / PACE,
      expected: `that your program closes the connection of a client whose first frame has not arrived ${ms} ms after it connected.`,
      // Where one silent client was closed in time, timers start as they should: those of the others got lost.
      hint(open) {
        if (silent.every(client => open.includes(client))) return FROM_THE_START
        return open.length === 1 && !silent.includes(open[0]!) ? WHOLE_FRAMES : OWN_TIMER
      },
    })
    notEarly(t, closed, 'handshakeMs', ms)
    await house.ask(good)
  })

const slowLoris = (t: CheckContext): Promise<void> =>
  withTime(t, async (ms, program) => {
    const house = await openHouse(t, { handshakeMs: ms, idleMs: ms }, program)
    const good = await house.welcome()
    const lorises = await connectAll(house, numbered('slow client', 4))
    t.doing(`The checker connected four more clients. Two of them sent a whole frame.`)
    const framed = lorises.slice(2)
    for (const loris of framed) await house.ask(loris)
    t.doing(
      `With a handshakeMs and an idleMs of ${ms}, four clients sent a byte about every ${ms / PACE} ms of a frame that never became complete, two of them after a first whole frame. A good client sent whole frames.`,
    )
    // It is not complete before all is over: one byte a step.
    const frame = encode(t.random.bytes(house.limits.maxFrame))
    let next = 0
    let stepped = performance.now()
    let longestGap = 0
    const closed = await house.untilClosed(lorises, good, {
      ms: OVERDUE * ms,
      everyMs: ms / PACE,
      expected: `that your program closes the connection of each slow client ${ms} ms after its last whole frame, or after it connected.`,
      hint(open) {
        if (open.every(client => !framed.includes(client))) return FROM_THE_START
        return open.every(client => framed.includes(client)) ? FROM_THE_FIRST : PER_BYTE
      },
      step() {
        // Called when `good` was answered after the step before: that step's bytes have been read by then.
        longestGap = Math.max(longestGap, performance.now() - stepped)
        stepped = performance.now()
        for (const { peer } of lorises) if (!peer.stopped()) void peer.write(frame.subarray(next, next + 1))
        next++
      },
    })
    notEarly(
      t,
      closed,
      'handshakeMs, idleMs',
      ms,
      'does a client have all of its time, in milliseconds, even if only a part of a frame has arrived?',
    )
    await house.ask(good)
    // With a pause of that length, a timer that every byte restarts would have run out, too.
    if (longestGap > ms / 2 || next < PACE / 2) throw new TooBusy()
  })

const FROM_THE_START =
  'does a timer start when the client connects, not only when its first bytes arrive? A client that never sends anything causes no event. It is a timer of handshakeMs, in milliseconds.'
const WHOLE_FRAMES =
  'does only a whole frame stop the timer of handshakeMs? The client that sent half a frame kept its connection, and the silent ones did not.'
const FROM_THE_FIRST =
  'does a timer of idleMs start with the first whole frame, and does only the next whole frame restart it?'
const PER_BYTE = `does each byte restart the timer? Only a whole frame may.${inNode(' In Node, every byte restarts the timer of socket.setTimeout().')}`
const OWN_TIMER =
  'does each connection have a timer of its own? In a variable that all connections share, each new timer replaces the one before.'

export const checks: Checks = {
  'up-to-the-limit': upToTheLimit,
  empty,
  'too-long': tooLong,
  'huge-length': hugeLength,
  handshake,
  idle,
  'slow-loris': slowLoris,
  cap,
  'counts-down': countsDown,
  siege,
}
