/** The memory of a program under watch, while clients ask for far more than they read. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { loopbackCapacity } from '../../../check/kit/capacity.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { inNode, number } from '../../../check/kit/finding.ts'
import { memoryOf } from '../../../check/kit/memory.ts'
import { watchMemory, type MemoryWatch } from '../../../check/kit/memory-watch.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { HEADER } from '../../shared/frames.ts'
import { listen } from '../../shared/listening.ts'
import { ANSWER, BLOCK, expectBlocks, FRAME, probe, request } from './blocks.ts'
import { MIB, OTHERS } from './stuck.ts'

/** What a client asks for: all of it in memory cannot be overlooked, and does no harm to a small computer either. */
export const ASKED = 512 * MIB
/** What it reads before it stops. */
const READ = 10 * MIB
/**
 * How much the program may grow: several times what a writer needs that waits, and what a garbage collector leaves
 * lying about (tens of MiB).
 */
const GROWTH = 128 * MIB

/** So many answers on another connection without progress show that a program takes no more. */
const QUIET_PROBES = 40

export const mib = (bytes: number): string => `${number(Math.round(bytes / MIB))} MiB`

const GO_ON = `do you go on when ${inNode('"drain" comes', 'there is room again')}? When the client reads again, you still have to send the rest of the answer.`
export const WAIT = `${inNode('do you check the result of write()? false means that the queue is full: wait for "drain" before you make the next block.', 'do you wait until the socket has taken a block before you make the next one?')} Blocks that the client has not read yet stay in your memory.`

/** A program that listens, a second connection to it that is fine, and its memory under watch. */
interface Watched {
  port: number
  other: Peer
  memory: MemoryWatch
  /** Resolves when the program is small now; stays pending when it has grown too much, which ends the check. */
  calm(): Promise<void>
}

/** Runs `body`, and fails as soon as the program has grown too much. */
export async function watched(
  t: CheckContext,
  hint: () => string,
  body: (w: Watched, capacity: number) => Promise<void>,
): Promise<void> {
  const capacity = await loopbackCapacity()
  if (capacity === undefined || READ + 2 * capacity + GROWTH > ASKED)
    return t.inconclusive(
      'this system buffers so much for a client that does not read that no writer has to wait.',
    )
  const port = await listen(t)
  const other = await t.sockets.connect(port, 'client 2')
  t.doing('The checker connected client 2, which asked for one block.')
  await probe(t, other, ANSWER)
  const before = (await memoryOf(t.program.pid))?.resident
  if (before === undefined)
    return t.inconclusive('the memory of your program cannot be measured on this system.')

  const limit = before + GROWTH
  const memory = watchMemory(t.program.pid, limit)
  const grown = memory.over.then(bytes => {
    // At once: it may be in a loop that ends only when the computer's memory does.
    void t.program.kill()
    return t.fail({
      op: 'listen',
      expected: `that your program makes a block only when the client has room for it. It may grow by ${mib(GROWTH)}, far more than waiting needs.`,
      got: `it grew from ${mib(before)} to ${mib(bytes)}, so the checker ended it.`,
      hint: hint(),
    })
  })
  grown.catch(() => {})
  try {
    const calm = async () => {
      if ((await memory.now()) > limit) await grown
    }
    await Promise.race([grown, body({ port, other, memory, calm }, capacity)])
  } finally {
    memory.stop()
  }
}

/** A look at the memory is worth something when the program got to run since the last one. */
const WINDOW = { probes: 15, everyMs: 10 }
/** A larger difference between two looks is more than the answers to the probes leave behind. */
const NOISE = 6 * MIB
/**
 * So many windows in a row without a difference: one could be a coincidence, when a garbage collector frees as much as
 * the program takes.
 */
const QUIET_WINDOWS = 3
/** Memory that goes up and down for so long and never over the limit is a garbage collector's way. */
const MOST_WINDOWS = 60

/** Returns when the program has had every chance to make more blocks, and did not. */
async function untilQuiet(t: CheckContext, { other, memory }: Watched): Promise<void> {
  let before = await memory.now()
  for (let i = 0, quiet = 0; i < MOST_WINDOWS && quiet < QUIET_WINDOWS; i++) {
    for (let n = 0; n < WINDOW.probes; n++) {
      await probe(t, other, OTHERS)
      await pause(WINDOW.everyMs)
    }
    const bytes = await memory.now()
    quiet = Math.abs(bytes - before) > NOISE ? 0 : quiet + 1
    before = bytes
  }
}

/** A client reads 10 MiB and pauses: the program must stop making blocks, and go on when the client reads again. */
export async function paused(t: CheckContext): Promise<void> {
  const did = `Client 1 asked for ${number(ASKED / BLOCK)} blocks (${mib(ASKED)}), read the first ${mib(READ)}, and stopped reading`
  await watched(
    t,
    () => WAIT,
    async w => {
      const { port } = w
      const first = t.random.int(0, 2 ** 32 - ASKED / BLOCK)
      const peer = await t.sockets.connect(port, 'client 1')
      t.doing(`Client 1 asked for ${number(ASKED / BLOCK)} blocks (${mib(ASKED)}), and started to read.`)
      void peer.write(request(first, ASKED / BLOCK))
      await expectBlocks(t, peer, first, READ / BLOCK, { hint: GO_ON })
      peer.pause()
      t.doing(`${did}.`)
      await untilQuiet(t, w)
      t.doing(`${did} for a while. Then it continued to read.`)
      peer.resume()
      await expectBlocks(t, peer, first + READ / BLOCK, 64, { hint: GO_ON })
    },
  )
}

/** One request for each of these blocks. */
function requestsFor(first: number, blocks: number): Buffer {
  const one = request(0, 1)
  const all = Buffer.alloc(blocks * one.length, one)
  for (let i = 0; i < blocks; i++) all.writeUInt32BE(first + i, i * one.length + HEADER)
  return all
}

/** Requests in one piece of the flood: their answers are twice what the program may grow by, and not more. */
const PIECE = (2 * GROWTH) / BLOCK

/** A client that sends requests and never reads: sooner or later the program must stop taking them. */
export async function asksWithoutReading(t: CheckContext): Promise<void> {
  let hint =
    'do you begin the next answer before the client has taken the previous one? Await each answer before you go on to the next request.'
  await watched(
    t,
    () => hint,
    async (w, capacity) => {
      const { port, other } = w
      const peer = await t.sockets.connect(port, 'client 1')
      peer.pause()
      t.doing(`Client 1 sent ${number(PIECE)} requests for one block each, and read no answer.`)
      // One piece first. A program that answers all requests at once is found out by it, and does no harm yet.
      await peer.write(requestsFor(0, PIECE))
      await untilQuiet(t, w)

      const pieces = Math.ceil((2 * capacity + 4 * MIB) / (PIECE * request(0, 1).length))
      const total = (pieces + 1) * PIECE
      t.doing(
        `Client 1 sent more and more requests for one block each, up to ${number(total)}, and read no answer.`,
      )
      hint = `do you continue to read while an answer waits for room?${inNode(' In a "data" handler, pause() the socket until the answer is written. A for await loop that awaits the answer pauses by itself.', ' Read the next request when the answer is written.')}`
      let taken = 0
      const send = async () => {
        for (; taken < pieces; taken++) await peer.write(requestsFor((taken + 1) * PIECE, PIECE))
      }
      void send()
      const gone = () => peer.stopped() !== undefined
      for (let quiet = 0, before = 0; quiet < QUIET_PROBES && taken < pieces && !gone(); quiet++) {
        await probe(t, other, OTHERS)
        if (taken > before) quiet = 0
        before = taken
      }
      const expected =
        'that your program takes no more requests while the client does not read the answers to the first.'
      // A write to a connection that is gone is over at once: nobody took those requests.
      if (gone()) {
        t.fail({
          op: 'listen',
          expected,
          got: 'the connection broke.',
          hint: 'do you cut off a client because it asks for too much? Stop reading instead: its requests wait until it reads. If your code catches an error and closes the socket, print the error.',
          lost: true,
        })
      }
      if (taken === pieces) {
        t.fail({
          op: 'listen',
          expected,
          got: `of ${number(total)} requests, your program took all but the few that the system holds. Their answers amount to ${mib(total * FRAME)}.`,
          hint,
        })
      }
      peer.resume()
      await expectBlocks(t, peer, 0, 50, {
        hint: 'when the client reads again, do you answer the requests one after another?',
      })
    },
  )
}
