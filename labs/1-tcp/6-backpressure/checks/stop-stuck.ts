/** What stop does to clients that never read, or read too slowly: one graceMs for all of them, then the end. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, inNode } from '../../../check/kit/finding.ts'
import { pause } from '../../../check/kit/deadline.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { listen } from '../../shared/listening.ts'
import { ANSWER, BLOCK, FRAME, probe } from './blocks.ts'
import { readToEnd } from './reading.ts'
import { callStop, expectRefused, untilRefused } from './stopping.ts'
import { MIB, stuckReader, tooMany } from './stuck.ts'

/** Answers that are timed to know how busy the machine is. */
const TIMED_PROBES = 20
/** A program that cuts at once looks patient when its reply comes this much later than the slowest of those answers. */
const SLOWER = 10

/** 250 to 350 ms of patience, doubled until it is long beside what this machine needs for an answer. At most 5.6 s. */
async function graceFor(t: CheckContext, peer: Peer): Promise<number> {
  let slowest = 0
  for (let i = 0; i < TIMED_PROBES; i++) {
    const asked = performance.now()
    await probe(t, peer, ANSWER)
    slowest = Math.max(slowest, performance.now() - asked)
  }
  let graceMs = t.random.int(250, 350)
  for (let i = 0; i < 4 && graceMs < SLOWER * slowest; i++) graceMs *= 2
  return graceMs
}

/** Clients that do not read. One graceMs for each of them, one after another, is far more than OVERDUE. */
const STUCK = 3
/** By then, in graces, one graceMs for all is over. */
const OVERDUE = 2
/** By then, in graces, one graceMs for each connection is over, too. */
const ONE_EACH = STUCK + 3

export async function stopStuck(t: CheckContext): Promise<void> {
  const port = await listen(t)
  const { blocks, capacity } = await tooMany(t)
  const idle = await t.sockets.connect(port, 'client 1')
  t.doing('The checker connected client 1, which asked for blocks.')
  const graceMs = await graceFor(t, idle)
  const clients = []
  for (let i = 1; i <= STUCK; i++) {
    t.doing(
      `Client 1 got its blocks and stays connected. ${count(i, 'other client')} asked for more blocks than the system can buffer.`,
    )
    // The first of them reads on slowly, and has not read all when every time is over.
    const step = capacity + MIB
    const all = i === 1 ? Math.ceil((step * (STEPS * OVERDUE + 2)) / BLOCK) : 0
    clients.push(await stuckReader(t, port, `client ${i + 1}`, blocks + all))
  }
  const did = `Client 1 got its blocks and stays connected. ${STUCK} other clients asked for more blocks than the system can buffer. Client 2 read on slowly, the others stopped reading. Then the checker called stop with a graceMs of ${graceMs}.`
  t.doing(did)
  const stopping = callStop(t, port, graceMs)
  await untilRefused(t, port)
  const slow = readSlowly(clients[0]!.peer, capacity + MIB, graceMs / STEPS)
  const inTime = await stopping.replies(OVERDUE * graceMs)
  await slow.stop()
  if (!inTime) {
    const late = await stopping.replies((ONE_EACH - OVERDUE) * graceMs)
    t.fail({
      op: 'stop',
      expected: `that stop gives up after ${graceMs} ms, cuts all remaining connections, and returns.`,
      got: late
        ? `stop returned after ${Math.round(stopping.repliedAfter()!)} ms.`
        : 'no reply: stop is still waiting.',
      hint: late
        ? 'does graceMs begin anew for each connection, or with each block that goes out? It begins once, when stop is called, and counts for all of them.'
        : 'does stop wait forever? A peer that never reads must not keep your program alive: after graceMs, cut every connection that is left.',
    })
  }
  // Measured here it can only come out too long: the program cannot have waited longer than this.
  const waited = stopping.repliedAfter()!
  if (waited < graceMs * 0.8) {
    t.fail({
      op: 'stop',
      expected: `that stop gives the clients ${graceMs} ms to read the rest.`,
      got: `stop returned after ${Math.round(waited)} ms, before the clients had read their answers.`,
      hint: 'do you cut the connections at once? Cut only those that remain after graceMs, which is in milliseconds.',
    })
  }
  await expectRefused(t, port)
  t.doing(`${did} Stop returned. Then the checker looked at the connections.`)
  for (const { peer, asked } of clients) {
    peer.resume()
    const { bytes, stop } = await readToEnd(t, peer)
    const whole = bytes >= (asked - 1) * FRAME
    if (stop !== 'silence' && !whole) continue
    t.fail({
      op: 'stop',
      expected: `that stop cuts the connection of ${peer.name}, which did not read, before it returns.`,
      got: whole
        ? 'the connection was still open, and the client received the rest of the answer.'
        : 'the connection is still open.',
      hint: `do you cut every connection that is left after graceMs${inNode(' with destroy()')}, before stop returns?`,
    })
  }
  if ((await readToEnd(t, idle)).stop === 'silence') {
    t.fail({
      op: 'stop',
      expected: 'that stop ends the connection of client 1, too, on which no answer was in progress.',
      got: 'the connection is still open.',
      hint: `do you end${inNode('()')} the idle connections when stop is called?`,
    })
  }
  t.doing(`${did} Stop returned. Then client 1 sent bytes.`)
  if (await isGone(t, idle)) return
  t.fail({
    op: 'stop',
    expected: 'that no connection is left when stop has returned.',
    got: 'the connection of client 1 is still half open: your program has ended its side, but still takes what client 1 sends.',
    hint: `does stop forget a connection once you have ended your side? It is left until the client has ended its own side, too. After graceMs, cut it${inNode(' with destroy()')}.`,
  })
}

/** So many times in each graceMs, a client that reads slowly reads on. */
const STEPS = 4
/** So long without a byte, and nothing more comes: the program has cut the connection, or waits for something else. Milliseconds. */
const PATIENCE_MS = 2_000

/** Reads `bytes`, which is more than the system holds, every so many milliseconds: so the program has sent something each time. */
function readSlowly(peer: Peer, bytes: number, everyMs: number): { stop(): Promise<void> } {
  let going = true
  const read = async () => {
    while (going && peer.stopped() === undefined) {
      peer.resume()
      // Until they are there, however busy the machine is: only then has the program surely sent on.
      await peer.read(bytes, PATIENCE_MS)
      peer.pause()
      await pause(everyMs)
    }
  }
  const done = read()
  return {
    stop() {
      going = false
      return done
    },
  }
}

/** So many writes show whether a connection is gone on the other side: the first is answered with an RST, and a later one hears of it. */
const WRITES = 20

async function isGone(t: CheckContext, peer: Peer): Promise<boolean> {
  let closed = false
  void peer.closed.then(() => (closed = true))
  for (let i = 0; i < WRITES && !closed; i++) {
    void peer.write(Buffer.of(0))
    await t.program.signOfLife()
    await pause(10)
  }
  return closed
}
