/** The checks of exercise 1.6: a server that never holds more than its readers take, and that stops without loss. */
import type { CheckContext, Checks } from '../../../check/kit/check.ts'
import { loopbackCapacity } from '../../../check/kit/capacity.ts'
import { count, number } from '../../../check/kit/finding.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { listen } from '../../shared/listening.ts'
import { BLOCK, expectBlocks, FRAME, probe, request, SILENCE_MS } from './blocks.ts'
import { asksWithoutReading, paused } from './memory.ts'
import { callStop, PATIENT_MS, untilRefused } from './stopping.ts'

const MIB = 1024 * 1024

/** A number from which on `blocks` blocks can be asked for: any u32, so that the sign bit is in it half of the time. */
const firstOf = (t: CheckContext, blocks: number): number => t.random.int(0, 2 ** 32 - blocks)

const mib = (bytes: number): string => `${number(Math.round(bytes / MIB))} MiB`

/** How many blocks are certainly more than the system holds between program and reader, twice. */
async function tooMany(t: CheckContext): Promise<{ blocks: number; capacity: number }> {
  const capacity = await loopbackCapacity()
  if (capacity === undefined)
    return t.inconclusive(
      'this system takes so much for a reader that does not read that no writer has to wait.',
    )
  return { blocks: Math.ceil((2 * capacity + 2 * MIB) / BLOCK) + t.random.int(0, 9), capacity }
}

const ANSWER = 'does listen answer each request with its blocks?'

/** Asks for more than the system holds, reads one block, and then nothing more. */
async function stuckReader(t: CheckContext, port: number, name: string, hint = ANSWER) {
  const { blocks: asked, capacity } = await tooMany(t)
  const first = firstOf(t, asked)
  const peer = await t.sockets.connect(port, name)
  void peer.write(request(first, asked))
  await expectBlocks(t, peer, first, 1, { port, hint })
  peer.pause()
  return { peer, first, asked, capacity }
}

async function blocks(t: CheckContext): Promise<void> {
  const port = await listen(t)
  const peer = await t.sockets.connect(port)
  for (const pieces of [1, 5]) {
    const asked = Array.from({ length: 3 }, () => {
      const blocks = t.random.int(2, 9)
      return { first: firstOf(t, blocks), blocks }
    })
    t.doing(
      `The checker sent three requests on one connection, ${pieces === 1 ? 'with one write' : 'in pieces'}, and then read the answers.`,
    )
    const bytes = Buffer.concat(asked.map(({ first, blocks }) => request(first, blocks)))
    for (const piece of t.random.cut(bytes, pieces)) void peer.write(piece)
    for (const { first, blocks } of asked) {
      await expectBlocks(t, peer, first, blocks, {
        port,
        hint: 'is every request answered, one after another? If you wait for "drain": it comes only after write() has returned false.',
      })
    }
  }
}

async function slowReader(t: CheckContext): Promise<void> {
  const { blocks } = await tooMany(t)
  const first = firstOf(t, blocks)
  const more = { first: firstOf(t, 9), blocks: t.random.int(2, 9) }
  t.doing(
    `The checker sent two requests with one write, for ${number(blocks)} blocks (${mib(blocks * BLOCK)}) and for ${more.blocks}. It waited, then read the answers slowly, with a rest after every four blocks.`,
  )
  const port = await listen(t)
  const other = await t.sockets.connect(port, 'connection 2')
  const peer = await t.sockets.connect(port, 'connection 1')
  peer.pause()
  void peer.write(Buffer.concat([request(first, blocks), request(more.first, more.blocks)]))
  await untilStuck(t, other, port)
  await expectBlocks(t, peer, first, blocks, {
    port,
    hint: 'do you go on when "drain" comes? After write() has returned false, the next blocks wait for it, and they are still due.',
    slowly: () => {},
  })
  await expectBlocks(t, peer, more.first, more.blocks, {
    port,
    hint: 'do you turn to the next request when an answer is finished?',
  })
}

/** Gives a program time to write until the system takes no more, measured by what it does and not by a clock. */
async function untilStuck(t: CheckContext, other: Peer, port: number): Promise<void> {
  for (let i = 0; i < 30; i++) await probe(t, other, port, OTHERS)
}

const OTHERS =
  'does a client that does not read keep the others waiting? Each connection waits for the "drain" of its own socket.'

async function others(t: CheckContext): Promise<void> {
  const stuck = 4
  t.doing(
    `The checker connected five clients. ${stuck} of them asked for more than the system can hold and stopped reading. Then the fifth asked for blocks.`,
  )
  const port = await listen(t)
  for (let i = 1; i <= stuck; i++) await stuckReader(t, port, `client ${i}`, OTHERS)
  const good = await t.sockets.connect(port, 'client 5')
  for (let i = 0; i < 3; i++) {
    const blocks = t.random.int(5, 20)
    const first = firstOf(t, blocks)
    void good.write(request(first, blocks))
    await expectBlocks(t, good, first, blocks, { port, hint: OTHERS })
  }
}

async function vanished(t: CheckContext): Promise<void> {
  t.doing('The checker connected three clients, two of them to vanish in the middle of an answer.')
  const port = await listen(t)
  const good = await t.sockets.connect(port, 'client 3')
  const hint =
    'is the answer given up when its connection is gone? Then "drain" never comes: "close" has to end the waiting, and no error may stay without a listener.'
  const first = await stuckReader(t, port, 'client 1')
  const second = await stuckReader(t, port, 'client 2')
  await untilStuck(t, good, port)
  const leave: [string, () => void][] = [
    ['Client 1 broke its connection (RST)', () => first.peer.reset()],
    ['Client 2 closed its connection', () => second.peer.destroy()],
  ]
  for (const [what, go] of t.random.shuffle(leave)) {
    t.doing(
      `The checker connected three clients. ${what} in the middle of an answer; then client 3 asked for blocks.`,
    )
    go()
    for (let i = 0; i < 5; i++) await probe(t, good, port, hint)
  }
  t.doing(
    `Two clients had vanished in the middle of an answer, and the third closed its connection. Then the checker called stop, with ${number(PATIENT_MS)} ms of patience.`,
  )
  await good.end()
  await good.readToEnd(SILENCE_MS)
  await callStop(t, PATIENT_MS, {
    expected: 'that stop replies soon: nobody is connected any more.',
    hint: 'does stop wait for an answer whose client is gone? Such a client must leave the list, too: "close" comes after every kind of ending.',
  })
}

async function stopDrains(t: CheckContext): Promise<void> {
  t.doing('The checker asked for more than the system can hold, to call stop in the middle of the answer.')
  const port = await listen(t)
  const { peer, first, asked, capacity } = await stuckReader(t, port, 'connection 1')
  t.doing(
    `The checker asked for ${number(asked)} blocks, read one, called stop with ${number(PATIENT_MS)} ms of patience, and read the rest slowly.`,
  )
  let replied = false
  let tooEarly: number | undefined
  const stopped = callStop(t, PATIENT_MS, {
    expected: 'that stop replies when the last answer is read and every connection has ended.',
    hint: 'what does stop still wait for? The reply is due when the last connection has closed.',
  })
  stopped.then(
    () => (replied = true),
    () => {},
  )
  await untilRefused(t, port)
  await expectBlocks(t, peer, first + 1, asked - 1, {
    port,
    op: 'stop',
    hint: 'does stop finish the answers that have begun? destroy() throws away what waits in the socket, and end() in the middle of an answer leaves the rest of it without a way out.',
    slowly(left) {
      // So much the system cannot hold: it is in the program, which therefore is not done.
      if (replied && left * FRAME > capacity + MIB) tooEarly ??= left
    },
  })
  if (tooEarly !== undefined) {
    t.fail({
      op: 'stop',
      expected: 'that stop replies when the last answer is read and every connection has ended.',
      got: `a reply while ${count(tooEarly, 'block')} had still to be read.`,
      hint: 'does stop wait for the end of all connections before it returns? The event "close" of the server comes after the last of them.',
    })
  }
  const { bytes, stop } = await peer.readToEnd(SILENCE_MS)
  if (stop !== 'end' || bytes.length > 0) {
    t.fail({
      op: 'stop',
      expected: 'the end of the connection (FIN) after the last block.',
      got: bytes.length > 0 ? `${count(bytes.length, 'byte')} more.` : 'no end: the connection stays open.',
      hint: 'do you end() a connection whose answer was finished after stop had been called?',
    })
  }
  await peer.end()
  await stopped
}

async function stopIdle(t: CheckContext): Promise<void> {
  t.doing(
    `The checker connected two clients. One got a block, the other asked for nothing. Then the checker called stop, with ${number(PATIENT_MS)} ms of patience.`,
  )
  const port = await listen(t)
  const idle = await t.sockets.connect(port, 'client 1')
  const served = await t.sockets.connect(port, 'client 2')
  await probe(t, served, port, ANSWER)
  const stopped = callStop(t, PATIENT_MS, {
    expected: 'that stop replies when every connection has ended.',
    hint: 'what does stop still wait for? Nothing was being sent, and both clients have closed.',
  })
  stopped.catch(() => {})
  await untilRefused(t, port)
  for (const peer of t.random.shuffle([idle, served])) {
    const { stop } = await peer.readToEnd(SILENCE_MS)
    if (stop === 'end') continue
    t.fail({
      op: 'stop',
      expected: `that stop ends (FIN) the connection of ${peer.name}: no answer is due there.`,
      got: stop === 'silence' ? 'no end.' : 'a broken connection (RST).',
      hint:
        stop === 'silence'
          ? 'server.close() only stops listening. Connections on which nothing is being sent are yours to end().'
          : 'do you destroy() what could have been ended with end()?',
    })
  }
  await Promise.all([idle.end(), served.end()])
  await stopped
}

/** Answers that are timed to know how busy the machine is. */
const TIMED_PROBES = 20
/** A program that cuts at once looks patient when its reply comes this much later than the slowest of those answers. */
const SLOWER = 10

/** 250 to 350 ms of patience, doubled until it is long beside what this machine needs for an answer. At most 5.6 s. */
async function graceFor(t: CheckContext, peer: Peer, port: number): Promise<number> {
  let slowest = 0
  for (let i = 0; i < TIMED_PROBES; i++) {
    const asked = performance.now()
    await probe(t, peer, port, ANSWER)
    slowest = Math.max(slowest, performance.now() - asked)
  }
  let graceMs = t.random.int(250, 350)
  for (let i = 0; i < 4 && graceMs < SLOWER * slowest; i++) graceMs *= 2
  return graceMs
}

async function stopStuck(t: CheckContext): Promise<void> {
  t.doing('The checker connected two clients, one of them to stop reading and the other to stay connected.')
  const port = await listen(t)
  const idle = await t.sockets.connect(port, 'client 2')
  const graceMs = await graceFor(t, idle, port)
  const { peer, asked } = await stuckReader(t, port, 'client 1')
  t.doing(
    `The checker connected two clients. One asked for more than the system can hold and stopped reading, the other got its blocks and never closes. Then the checker called stop, with ${graceMs} ms of patience.`,
  )
  const called = performance.now()
  await callStop(t, graceMs, {
    expected: `that stop gives up after ${graceMs} ms, cuts what is left, and replies.`,
    hint: 'does stop wait for ever? A peer that never reads must not keep your program alive: after graceMs destroy() its socket.',
  })
  // Measured here it can only come out too long: the program cannot have waited longer than this.
  const waited = performance.now() - called
  if (waited < graceMs * 0.8) {
    t.fail({
      op: 'stop',
      expected: `that stop gives the reader ${graceMs} ms to read the rest.`,
      got: `a reply after ${Math.round(waited)} ms, with the answer not yet read.`,
      hint: 'are the connections cut at once? Only what is left after graceMs is cut.',
    })
  }
  peer.resume()
  const { bytes, stop } = await peer.readToEnd(SILENCE_MS)
  const whole = (asked - 1) * FRAME
  if (stop === 'silence' || bytes.length >= whole) {
    t.fail({
      op: 'stop',
      expected: 'that the connection of the client that did not read is cut when stop replies.',
      got:
        bytes.length >= whole
          ? 'all the rest of the answer, sent after the reply.'
          : 'a connection that is still open.',
      hint: 'after graceMs, destroy() every socket that is left, then reply.',
    })
  }
}

export const checks: Checks = {
  blocks,
  'slow-reader': slowReader,
  paused,
  'asks-without-reading': asksWithoutReading,
  others,
  vanished,
  'stop-drains': stopDrains,
  'stop-idle': stopIdle,
  'stop-stuck': stopStuck,
}
