/** The checks of exercise 1.4: a server that no client can take for itself. */
import type { CheckContext, Checks } from '../../../check/kit/check.ts'
import { count, number } from '../../../check/kit/finding.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import { expectNoMore } from '../../2-frames/checks/answers.ts'
import { encode } from '../../shared/frames.ts'
import { AT_ONCE_MS, connectAll, header, numbered, openHouse, OVERDUE, PACE, type Closed } from './clients.ts'
import { memoryJudge } from './memory-judge.ts'
import { cap, countsDown } from './places.ts'
import { siege } from './siege.ts'

async function upToTheLimit(t: CheckContext): Promise<void> {
  const maxFrame = t.random.int(300, 3000)
  const house = await openHouse(t, { maxFrame })
  const client = await house.connect('the client')
  // Clearly shorter: whoever takes the limit for a few bytes less is told so by the next step.
  const short = Array.from({ length: 8 }, () => t.random.bytes(t.random.int(1, maxFrame - 10)))
  t.doing(
    `The checker asked for a maxFrame of ${maxFrame}. A client sent ${short.length} shorter frames, in ten pieces.`,
  )
  for (const piece of t.random.cut(Buffer.concat(short.map(encode)), 10)) void client.peer.write(piece)
  const asBefore = 'is each frame answered as in exercise 1.2, also when it comes in pieces?'
  await house.expectAnswers(client, short, asBefore)
  t.doing(
    `The checker asked for a maxFrame of ${maxFrame}. A client sent a frame with a body of exactly that length.`,
  )
  const longest = t.random.bytes(maxFrame)
  void client.peer.write(encode(longest))
  await house.expectAnswers(
    client,
    [longest],
    'maxFrame bytes are allowed, one more is not: is it > and not >=? The 4 bytes of the length itself do not count.',
  )
  expectNoMore(t, client.peer)
}

async function empty(t: CheckContext): Promise<void> {
  t.doing('A client sent a short frame, 30 empty ones (length 0) and a short one, with one write.')
  const house = await openHouse(t, {})
  const client = await house.connect('the client')
  const bodies = [t.random.bytes(5), ...Array.from({ length: 30 }, () => Buffer.alloc(0)), t.random.bytes(5)]
  void client.peer.write(Buffer.concat(bodies.map(encode)))
  await house.expectAnswers(
    client,
    bodies,
    'is a length of 0 a frame like any other? Its answer is 00 00 00 00, and the connection stays open.',
  )
  expectNoMore(t, client.peer)
}

async function tooLong(t: CheckContext): Promise<void> {
  const maxFrame = t.random.int(300, 3000)
  const house = await openHouse(t, { maxFrame })
  const good = await house.welcome()
  for (const length of [maxFrame + 1, maxFrame + t.random.int(2, 100_000)]) {
    const bad = await house.connect(`the client of ${number(length)} bytes`)
    await house.ask(bad)
    t.doing(
      `The checker asked for a maxFrame of ${maxFrame}. A client sent a frame, then the length ${number(length)} and not one byte after it. A good client went on.`,
    )
    const [first, second] = t.random.cut(header(length), 2)
    void bad.peer.write(first!)
    await house.ask(good)
    if (second) void bad.peer.write(second)
    await house.untilClosed([bad], good, {
      ms: AT_ONCE_MS,
      expected: 'that the connection is closed as soon as the length is there.',
      hint: 'is the length compared with maxFrame before you wait for the body? Whoever waits first has to keep what comes.',
    })
    await house.ask(good)
  }
}

async function hugeLength(t: CheckContext): Promise<void> {
  const clients = numbered('attacker', 8)
  t.doing(
    `The checker opened ${clients.length} connections, and each sent the length ff ff ff ff (${number(2 ** 32 - 1)}) and nothing more. A good client went on.`,
  )
  const house = await openHouse(t, {})
  const good = await house.welcome()
  for (let i = 0; i < 5; i++) await house.ask(good)
  const judgeMemory = await memoryJudge(t)
  const attackers = await connectAll(house, clients)
  for (const { peer } of attackers) void peer.write(header(2 ** 32 - 1))
  for (let i = 0; i < 5; i++) await house.ask(good)
  await judgeMemory()
  const closed = await house.untilClosed(attackers, good, {
    ms: AT_ONCE_MS,
    expected: 'that each of these connections is closed as soon as the length is there.',
    hint: 'is the length read as an unsigned number (readUInt32BE)? Signed, ff ff ff ff is -1, and not over any limit.',
  })
  await house.ask(good)
  const answered = closed.find(({ bytes }) => bytes.length > 0)
  if (answered) {
    t.fail({
      op: 'listen',
      expected: 'no answer to a frame that is too long and never came.',
      got: `${count(answered.bytes.length, 'byte')} on ${answered.client.name}.`,
      hint: 'is the length read as an unsigned number (readUInt32BE)? Signed, ff ff ff ff is -1.',
    })
  }
  if (await judgeMemory()) return
  t.inconclusive('this system does not say how much memory your program has.')
}

/** Nobody may be closed long before the time-out: half of it is far from any rounding. */
function notEarly(t: CheckContext, closed: readonly Closed[], limit: string, ms: number): void {
  const early = closed.find(({ client, at }) => at - client.since < ms / 2)
  if (!early) return
  const after = Math.round(early.at - early.client.since)
  t.fail({
    op: 'listen',
    expected: `that ${early.client.name} has ${ms} ms (${limit}).`,
    got: `its connection was closed after ${after} ms.`,
    hint: `are the milliseconds in ${limit} passed to the timer as they are?`,
    lost: true,
  })
}

const handshake = (t: CheckContext): Promise<void> =>
  withTime(t, async (ms, program) => {
    t.doing(
      `The checker asked for a handshakeMs of ${ms}. Three clients sent nothing, one half a frame. A good client sent its first frame at once, and then went on.`,
    )
    const house = await openHouse(t, { handshakeMs: ms }, program)
    const good = await house.welcome()
    const late = await connectAll(house, [...numbered('silent client', 3), 'the client of half a frame'])
    void late.at(-1)!.peer.write(encode(t.random.bytes(20)).subarray(0, t.random.int(1, 20)))
    const closed = await house.untilClosed(late, good, {
      ms: OVERDUE * ms,
      everyMs: ms / PACE,
      expected: `that a client whose first frame has not come ${ms} ms after it connected is closed.`,
      hint: 'does a timer start when the connection is made, and not only with the first bytes? A client that never speaks sends no event.',
    })
    notEarly(t, closed, 'handshakeMs', ms)
    await house.ask(good)
  })

const idle = (t: CheckContext): Promise<void> =>
  withTime(t, async (ms, program) => {
    t.doing(
      `The checker asked for an idleMs of ${ms}. Three clients sent one or two frames and then nothing. A good client sent a frame about every ${ms / PACE} ms.`,
    )
    const house = await openHouse(t, { idleMs: ms }, program)
    const good = await house.welcome()
    const quiet = await connectAll(house, numbered('idle client', 3))
    for (const client of [...quiet, ...t.random.shuffle(quiet).slice(1)]) {
      await house.ask(client)
      await house.ask(good)
    }
    const closed = await house.untilClosed(quiet, good, {
      ms: OVERDUE * ms,
      everyMs: ms / PACE,
      expected: `that a client is closed when no frame has come from it for ${ms} ms.`,
      hint: 'does each whole frame start a timer of idleMs, for its own connection?',
    })
    notEarly(t, closed, 'idleMs', ms)
    await house.ask(good)
  })

const slowLoris = (t: CheckContext): Promise<void> =>
  withTime(t, async (ms, program) => {
    t.doing(
      `The checker asked for a handshakeMs and an idleMs of ${ms}. Four clients sent one byte about every ${ms / PACE} ms, two of them after a first frame: a frame that never gets complete. A good client sent whole frames.`,
    )
    const house = await openHouse(t, { handshakeMs: ms, idleMs: ms }, program)
    const good = await house.welcome()
    const lorises = await connectAll(house, numbered('slow client', 4))
    for (const loris of lorises.slice(2)) await house.ask(loris)
    // It is not complete before all is over: one byte a step.
    const frame = encode(t.random.bytes(house.limits.maxFrame))
    let next = 0
    let stepped = performance.now()
    let longestGap = 0
    await house.untilClosed(lorises, good, {
      ms: OVERDUE * ms,
      everyMs: ms / PACE,
      expected: `that each of the slow clients is closed ${ms} ms after its last whole frame, or after it connected.`,
      hint: 'does each byte start the timer again? Only a whole frame may: socket.setTimeout() starts again with every byte.',
      step() {
        // Called when `good` was answered after the step before: that step's bytes have been read by then.
        longestGap = Math.max(longestGap, performance.now() - stepped)
        stepped = performance.now()
        for (const { peer } of lorises) if (!peer.stopped()) void peer.write(frame.subarray(next, next + 1))
        next++
      },
    })
    await house.ask(good)
    // With a pause of that length, a timer that every byte starts again would have run out too.
    if (longestGap > ms / 2 || next < PACE / 2) throw new TooBusy()
  })

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
