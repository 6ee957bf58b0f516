/** The checks of exercise 1.6: a server that never holds more than its readers take, and that stops without loss. */
import type { CheckContext, Checks } from '../../../check/kit/check.ts'
import { loopbackCapacity } from '../../../check/kit/capacity.ts'
import { count, number } from '../../../check/kit/finding.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { explainEnd } from '../../shared/explain-end.ts'
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
      'this system buffers so much for a client that does not read that no writer has to wait.',
    )
  return { blocks: Math.ceil((2 * capacity + 2 * MIB) / BLOCK) + t.random.int(0, 9), capacity }
}

const ANSWER = 'does your server answer each request with its blocks?'

/** Asks for more than the system holds, reads one block, and then nothing more. `further` requests go out with the same write. */
async function stuckReader(
  t: CheckContext,
  port: number,
  name: string,
  { hint = ANSWER, further = Buffer.alloc(0) }: { hint?: string; further?: Buffer } = {},
) {
  const { blocks: asked, capacity } = await tooMany(t)
  const first = firstOf(t, asked)
  const peer = await t.sockets.connect(port, name)
  void peer.write(Buffer.concat([request(first, asked), further]))
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
      `The checker sent three requests on one connection, ${pieces === 1 ? 'in one write' : 'in pieces'}, and then read the answers.`,
    )
    const bytes = Buffer.concat(asked.map(({ first, blocks }) => request(first, blocks)))
    for (const piece of t.random.cut(bytes, pieces)) void peer.write(piece)
    for (const { first, blocks } of asked) {
      await expectBlocks(t, peer, first, blocks, {
        port,
        hint: 'do you answer every request, one after another? If you wait for "drain": it comes only after write() has returned false.',
      })
    }
  }
}

async function slowReader(t: CheckContext): Promise<void> {
  const { blocks } = await tooMany(t)
  const first = firstOf(t, blocks)
  const more = { first: firstOf(t, 9), blocks: t.random.int(2, 9) }
  const port = await listen(t)
  const other = await t.sockets.connect(port, 'connection 2')
  const peer = await t.sockets.connect(port, 'connection 1')
  peer.pause()
  const sent = `The checker sent two requests in one write, for ${number(blocks)} blocks (${mib(blocks * BLOCK)}) and for ${more.blocks}.`
  t.doing(`${sent} It has not read any block yet.`)
  void peer.write(Buffer.concat([request(first, blocks), request(more.first, more.blocks)]))
  await untilStuck(t, other, port)
  t.doing(`${sent} It waited, then read the answers slowly, with a rest after every four blocks.`)
  await expectBlocks(t, peer, first, blocks, {
    port,
    hint: 'do you go on when "drain" comes? After write() has returned false, the next blocks have to wait for it, but you still have to send them.',
    slowly: () => {},
  })
  await expectBlocks(t, peer, more.first, more.blocks, {
    port,
    hint: 'do you go on to the next request when an answer is finished?',
  })
}

/** Gives a program time to write until the system takes no more, measured by what it does and not by a clock. */
async function untilStuck(t: CheckContext, other: Peer, port: number): Promise<void> {
  for (let i = 0; i < 30; i++) await probe(t, other, port, OTHERS)
}

const OTHERS =
  'does a client that does not read block the others? Each connection waits for the "drain" of its own socket.'

async function others(t: CheckContext): Promise<void> {
  const stuck = 4
  const port = await listen(t)
  const asked = (n: number) =>
    `${count(n, 'client')} asked for more blocks than the system can buffer, read one and stopped reading.`
  for (let i = 1; i <= stuck; i++) {
    t.doing(asked(i))
    await stuckReader(t, port, `client ${i}`, { hint: OTHERS })
  }
  t.doing(`${asked(stuck)} Then another client asked for blocks.`)
  const good = await t.sockets.connect(port, 'client 5')
  for (let i = 0; i < 3; i++) {
    const blocks = t.random.int(5, 20)
    const first = firstOf(t, blocks)
    void good.write(request(first, blocks))
    await expectBlocks(t, good, first, blocks, { port, hint: OTHERS })
  }
}

async function vanished(t: CheckContext): Promise<void> {
  const port = await listen(t)
  const good = await t.sockets.connect(port, 'client 3')
  const hint =
    'do you give up the answer when its connection is gone? Then "drain" never comes: "close" has to end the wait, and every "error" event needs a listener.'
  t.doing(
    'The checker connected three clients. Clients 1 and 2 asked for more blocks than the system can buffer, and read one.',
  )
  const first = await stuckReader(t, port, 'client 1')
  const second = await stuckReader(t, port, 'client 2')
  await untilStuck(t, good, port)
  const leave: [string, () => void][] = [
    ['Client 1 broke its connection (RST)', () => first.peer.reset()],
    ['Client 2 closed its connection', () => second.peer.destroy()],
  ]
  explainEnd(
    t,
    'do you catch the error of an answer whose connection breaks? A client can vanish at any moment.',
  )
  for (const [what, go] of t.random.shuffle(leave)) {
    t.doing(
      `The checker connected three clients. ${what} in the middle of an answer. Then client 3 asked for blocks.`,
    )
    go()
    for (let i = 0; i < 5; i++) await probe(t, good, port, hint)
  }
  await good.end()
  await good.readToEnd(SILENCE_MS)
  t.doing(
    `Two clients vanished in the middle of an answer, and the third closed its connection. Then the checker called stop with a graceMs of ${number(PATIENT_MS)}.`,
  )
  await callStop(t, PATIENT_MS, {
    expected: 'that stop returns soon, because no client is connected any longer.',
    hint: 'does stop wait for an answer whose client is gone? Take such a client out of your list on "close", which comes after every kind of ending.',
  })
}

async function stopDrains(t: CheckContext): Promise<void> {
  const port = await listen(t)
  const further = t.random.int(2, 9)
  t.doing(
    'The checker sent two requests in one write, the first for more blocks than the system can buffer, and read one block.',
  )
  const { peer, first, asked, capacity } = await stuckReader(t, port, 'connection 1', {
    further: request(firstOf(t, further), further),
  })
  const did = `The checker sent two requests in one write, for ${number(asked)} blocks and for ${further}, and read one block. Then it called stop with a graceMs of ${number(PATIENT_MS)}`
  t.doing(`${did}.`)
  let replied = false
  let tooEarly: number | undefined
  const stopped = callStop(t, PATIENT_MS, {
    expected: 'that stop returns when the answer is read to its end and every connection has ended.',
    hint: 'what does stop still wait for? It has to return when the last connection has closed.',
  })
  stopped.then(
    () => (replied = true),
    () => {},
  )
  await untilRefused(t, port)
  t.doing(`${did}, and read the rest slowly.`)
  await expectBlocks(t, peer, first + 1, asked - 1, {
    port,
    op: 'stop',
    hint: 'does stop let the answers that have started finish? destroy() discards the bytes that wait in the socket, and after end() in the middle of an answer you cannot send the rest of it.',
    slowly(left) {
      // So much the system cannot hold: it is in the program, which therefore is not done.
      if (replied && left * FRAME > capacity + MIB) tooEarly ??= left
    },
  })
  if (tooEarly !== undefined) {
    t.fail({
      op: 'stop',
      expected: 'that stop returns when the answer is read to its end and every connection has ended.',
      got: `stop returned ${count(tooEarly, 'block')} before the end of the answer.`,
      hint: 'does stop wait for the end of all connections before it returns? The "close" event of the server comes after the last of them.',
    })
  }
  const { bytes, stop } = await peer.readToEnd(SILENCE_MS)
  if (bytes.length > 0) {
    t.fail({
      op: 'stop',
      expected:
        'the end of the connection (FIN) after the first answer. The second one had not started when stop was called.',
      got: `${count(bytes.length, 'byte')} after the first answer.`,
      hint: 'do you begin another answer after stop was called? Requests that you have read but not begun to answer get no answer.',
    })
  }
  if (stop !== 'end') {
    t.fail({
      op: 'stop',
      expected: 'the end of the connection (FIN) after the last block.',
      got:
        stop === 'silence'
          ? 'no end: the connection is still open.'
          : 'the connection broke (RST) instead of ending.',
      hint: 'do you end() a connection when its answer is finished and stop was called in the meantime?',
      lost: stop === 'reset',
    })
  }
  await peer.end()
  await stopped
}

async function stopIdle(t: CheckContext): Promise<void> {
  const port = await listen(t)
  const idle = await t.sockets.connect(port, 'client 1')
  const served = await t.sockets.connect(port, 'client 2')
  const connected = 'The checker connected two clients. Client 1 asked for nothing, client 2 for one block.'
  t.doing(connected)
  await probe(t, served, port, ANSWER)
  t.doing(`${connected} Then the checker called stop with a graceMs of ${number(PATIENT_MS)}.`)
  const stopped = callStop(t, PATIENT_MS, {
    expected: 'that stop returns when every connection has ended.',
    hint: 'what does stop still wait for? No answer was in progress, and both clients have closed.',
  })
  stopped.catch(() => {})
  await untilRefused(t, port)
  for (const peer of t.random.shuffle([idle, served])) {
    const { stop } = await peer.readToEnd(SILENCE_MS)
    if (stop === 'end') continue
    t.fail({
      op: 'stop',
      expected: `that stop ends the connection of ${peer.name} (FIN), because no answer is in progress there.`,
      got: stop === 'silence' ? 'no end: the connection is still open.' : 'the connection broke (RST).',
      hint:
        stop === 'silence'
          ? 'do you end() the idle connections? In Node, server.close() only stops listening.'
          : 'do you destroy() a connection that you could end()?',
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
  const port = await listen(t)
  const idle = await t.sockets.connect(port, 'client 2')
  t.doing('The checker connected client 2, which asked for blocks.')
  const graceMs = await graceFor(t, idle, port)
  const stuck =
    'Client 1 asked for more blocks than the system can buffer and stopped reading. Client 2 got its blocks and stays connected.'
  t.doing(stuck)
  const { peer, asked } = await stuckReader(t, port, 'client 1')
  t.doing(`${stuck} Then the checker called stop with a graceMs of ${graceMs}.`)
  const called = performance.now()
  await callStop(t, graceMs, {
    expected: `that stop gives up after ${graceMs} ms, cuts the remaining connections, and returns.`,
    hint: 'does stop wait forever? A peer that never reads must not keep your program alive: after graceMs, destroy() its socket.',
  })
  // Measured here it can only come out too long: the program cannot have waited longer than this.
  const waited = performance.now() - called
  if (waited < graceMs * 0.8) {
    t.fail({
      op: 'stop',
      expected: `that stop gives the client ${graceMs} ms to read the rest.`,
      got: `stop returned after ${Math.round(waited)} ms, before the client had read the answer.`,
      hint: 'do you cut the connections at once? Cut only those that remain after graceMs, which is in milliseconds.',
    })
  }
  peer.resume()
  const { bytes, stop } = await peer.readToEnd(SILENCE_MS)
  const whole = (asked - 1) * FRAME
  if (stop === 'silence' || bytes.length >= whole) {
    t.fail({
      op: 'stop',
      expected: 'that stop cuts the connection of the client that did not read before it returns.',
      got:
        bytes.length >= whole
          ? 'the connection was still open, and the client received the rest of the answer.'
          : 'the connection is still open.',
      hint: 'do you destroy() every socket that is left after graceMs, before stop returns?',
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
