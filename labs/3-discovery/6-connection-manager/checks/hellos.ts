/** Hellos that are late, and hellos that are wrong. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { unlessLate, watchLateness } from '../../../check/kit/lateness.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { happens, NEVER_MS, TooBusy, withTime } from '../../../check/kit/patience.ts'
import type { Program } from '../../../check/engine/program.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { encode } from '../../../1-tcp/shared/frames.ts'
import { frame, hello, someId } from './hello.ts'
import { openHouse, type Dial, type House } from './house.ts'

const CLOCK_MS = 2
/** What is due is given up after so many times helloMs. */
const OVERDUE = 4
const LIMIT =
  'is there one limit, helloMs, from the beginning of the dial or connection until the hello is complete? It does not start again with each byte.'
const CLEAR = 'do you stop the clock of a connection when its hello is complete?'

export async function hellos(t: CheckContext): Promise<void> {
  await withTime(t, async (helloMs, program) => {
    const lateness = watchLateness(program.signOfLife)
    try {
      // A hello of the checker's that is late by itself proves nothing.
      await unlessLate(helloMs / 4, program.signOfLife, () => late(t, helloMs, program))
      // Nor does a byte now and then that may have come after helloMs.
      if (lateness.most() > helloMs / 2) throw new TooBusy()
    } finally {
      lateness.stop()
    }
  })
  await wrong(t)
}

async function late(t: CheckContext, helloMs: number, program: Program): Promise<void> {
  const hanging: Dial[] = []
  /** The first two dials hang, whoever gets them. One of them gets a byte of a hello now and then. */
  const does = (dial: Dial) => {
    if (hanging.length >= 2) return dial.accept()
    hanging.push(dial)
    if (hanging.length === 2) void trickle(dial.peer, dial.member.id, helloMs)
  }
  const before = performance.now()
  const house = await openHouse(
    t,
    Array.from({ length: 3 }, () => ({ does, lingers: true })),
    { target: 2, max: 4, helloMs, program },
  )
  const given = `With a helloMs of ${helloMs}, your program dialed two peers.`
  t.doing(`${given} One sent nothing, the other a byte of its hello now and then.`)
  const good = await house.comes(someId(t.random), 'a good peer')
  await house.expectAccepted(good, 'an inbound connection does not have to wait for a dial.')
  const first = await endOf(t, house, hanging, (OVERDUE + 1) * helloMs)
  if (first - before < helloMs - CLOCK_MS) tooEarly(t, helloMs, first - before)
  await house.until(() => house.open().some(({ isAccepted }) => isAccepted), {
    expected: 'a dial to the third peer: two slots are free again.',
    got: () => `${house.dials.length} dials in all.`,
    hint: 'a dial that got no hello has failed. Does it free its slot, also if the peer never closes its own side?',
    ms: helloMs,
  })
  await house.untilRead()
  if (house.dials.length > 3) {
    t.fail({
      op: 'start',
      expected: 'no second dial to a peer that did not answer: it has to wait.',
      got: 'one at once.',
      hint: 'a hello that does not come in time is a failure like any other.',
    })
  }
  t.doing(
    `With a helloMs of ${helloMs}, a peer connected and sent nothing, another one a byte of its hello now and then.`,
  )
  const began = performance.now()
  const silent = await t.sockets.connect(house.port, 'a silent peer')
  const slow = await t.sockets.connect(house.port, 'a slow peer')
  void trickle(slow, someId(t.random), helloMs)
  for (const peer of [silent, slow]) {
    const end = peer.readToEnd(NEVER_MS)
    if (!(await happens(end, { ms: OVERDUE * helloMs, signOfLife: program.signOfLife }))) {
      t.fail({
        op: 'start',
        expected: `that your program closes the connection of ${peer.name} ${helloMs} ms after it accepted it.`,
        got: 'it is still open, although your program runs.',
        hint: LIMIT,
      })
    }
    const took = performance.now() - began
    if (took < helloMs - CLOCK_MS) tooEarly(t, helloMs, took)
  }
  await house.expectKept([good, ...house.dials.filter(({ isAccepted }) => isAccepted)], CLEAR)
}

/** Sends a hello byte by byte, slowly enough that it is never complete. */
async function trickle(peer: Peer, id: string, helloMs: number): Promise<void> {
  const bytes = hello(id)
  for (let at = 0; at < bytes.length - 1 && !peer.stopped(); at++) {
    await peer.write(bytes.subarray(at, at + 1))
    await pause(helloMs / 4)
  }
}

/** When the program closed the first of the dials, in ms of performance.now(). Fails when it does not close both. */
async function endOf(t: CheckContext, house: House, hanging: readonly Dial[], ms: number): Promise<number> {
  await house.until(() => hanging.length === 2, {
    expected: 'two dials, the target.',
    got: () => `${hanging.length}.`,
    hint: 'do you dial until all slots of the target are taken?',
  })
  const ends = hanging.map(({ ended }) => ended.then(() => performance.now()))
  for (const [i, end] of ends.entries()) {
    if (await happens(end, { ms, signOfLife: house.program.signOfLife })) continue
    t.fail({
      op: 'start',
      expected: `that your program closes its connection to ${hanging[i]!.member.name}, whose hello was not complete in time.`,
      got: 'it is still open, although your program runs.',
      hint: LIMIT,
    })
  }
  return Math.min(...(await Promise.all(ends)))
}

const tooEarly = (t: CheckContext, helloMs: number, ms: number): never =>
  t.fail({
    op: 'start',
    expected: `that your program waits for a hello for ${helloMs} ms (helloMs).`,
    got: `it closed the connection within ${Math.ceil(ms)} ms.`,
    hint: 'is helloMs in milliseconds, and does a connection wait for all of it?',
    lost: true,
  })

const PIECES =
  'a hello can come in pieces. Ignore keys that you do not know, and all frames behind the hello.'

async function wrong(t: CheckContext): Promise<void> {
  const program = await t.another()
  const own = someId(t.random)
  const [somebody, good] = [someId(t.random), someId(t.random)]
  const bad: ((dial: Dial) => void)[] = [
    dial => dial.accept(somebody),
    dial => dial.accept(own),
    dial => void dial.peer.write(frame({ type: 'welcome', id: dial.member.id })),
  ]
  const right = (dial: Dial) =>
    void dial.peer.write(Buffer.concat([hello(dial.member.id, { version: 2 }), frame({ type: 'ping' })]))
  const whats = ['the id of somebody else', 'the id of your program', 'another type']
  const house = await openHouse(
    t,
    [...bad, right].map(does => ({ does })),
    { id: own, target: 4, max: 6, program },
  )
  t.doing('Your program dialed four peers. Three of them answered with a hello that is wrong.')
  await house.until(() => house.dials.length === 4, {
    expected: 'four dials, the target.',
    got: () => `${house.dials.length}.`,
    hint: 'do you dial until all slots of the target are taken?',
  })
  for (const dial of house.dials) {
    const what = whats[house.members.indexOf(dial.member)]
    if (what === undefined) continue
    await house.expectGivenUp(
      dial,
      `its hello has ${what}`,
      'whom did you dial? Only a hello with that id accepts your connection.',
    )
  }
  const fourth = house.members[3]!.id
  await house.expectPeers(
    [[fourth, 'outbound']],
    `is a peer connected when its hello is right, and only then? ${PIECES}`,
  )
  if (house.dials.length > 4) {
    t.fail({
      op: 'start',
      expected: 'no second dial to a peer whose hello was wrong: it has to wait.',
      got: 'one at once.',
      hint: 'a hello that is wrong is a failure like any other.',
    })
  }

  const id = someId(t.random)
  const firsts: [string, Buffer][] = [
    ['that is not JSON', encode(Buffer.from(`hello ${id}`))],
    ['that is null', frame(null)],
    ['of another type', frame({ type: 'ping', id })],
    ['without an id', frame({ type: 'hello' })],
    ['whose id is a number', frame({ type: 'hello', id: t.random.int(0, 1e9) })],
    ['whose id has 15 digits', hello(id.slice(1))],
    ['whose id has 17 digits', hello(`${id}0`)],
    ['whose id has an upper-case digit', hello(`${id.slice(0, 15)}F`)],
    ['that is empty', encode(Buffer.alloc(0))],
    ['with your own id', hello(own)],
  ]
  for (const [what, bytes] of t.random.shuffle(firsts)) {
    t.doing(`A peer connected to your program and sent a first frame ${what}.`)
    const peer = await t.sockets.connect(house.port, 'a wrong peer')
    await peer.write(bytes)
    await house.expectRefused(
      peer,
      'its first frame is not the hello of another node',
      'do you look at the type and at all of the id, before you answer?',
    )
  }
  t.doing('A peer sent its hello in pieces, with a key that nobody knows, and more frames behind it.')
  const peer = await t.sockets.connect(house.port, 'a good peer')
  const frames = [
    frame({ type: 'ping', n: 1 }),
    encode(t.random.bytes(20)),
    hello(somebody),
    encode(Buffer.alloc(0)),
  ]
  const [more, rest] = [Buffer.concat(frames.slice(0, 2)), Buffer.concat(frames.slice(2))]
  for (const piece of t.random.cut(Buffer.concat([hello(good, { version: 2 }), more]), 6)) {
    await peer.write(piece)
    await house.untilRead()
  }
  await house.expectAccepted(peer, PIECES)
  await peer.write(rest)
  await house.expectKept([peer], PIECES)
  if (peer.waiting() > 0) {
    t.fail({
      op: 'start',
      expected: 'one frame from your program on this connection: its hello.',
      got: 'more bytes.',
      hint: PIECES,
    })
  }
  await house.expectPeers(
    [
      [good, 'inbound'],
      [fourth, 'outbound'],
    ],
    PIECES,
  )
}
