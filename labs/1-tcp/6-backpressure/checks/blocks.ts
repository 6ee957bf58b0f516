/** Requests for blocks, the checker's side, and judging what is answered. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count, number } from '../../../check/kit/finding.ts'
import type { Peer, Stop } from '../../../check/peers/peer.ts'
import { encode, HEADER, readFrame, type FrameRead } from '../../shared/frames.ts'

/** Bytes of a block, and of the frame around it. */
export const BLOCK = 65_536
export const FRAME = HEADER + BLOCK

/** A program that sends nothing for so long, although something is due, sends nothing any more. */
export const SILENCE_MS = 20_000
/** After so long without a byte, the checker looks whether the program goes on elsewhere. */
const DOUBT_MS = 1_000
/** So many answers on another connection show that a program is not slow. */
const ANSWERS = 30

/** A length above this means that one side lost its place in the stream. */
const LONGEST = 1024 * 1024

/** A request: two numbers, u32 big-endian. */
export function request(first: number, blocks: number): Buffer {
  const body = Buffer.alloc(8)
  body.writeUInt32BE(first)
  body.writeUInt32BE(blocks, 4)
  return encode(body)
}

function block(n: number): Buffer {
  const value = Buffer.alloc(4)
  value.writeUInt32BE(n)
  return Buffer.alloc(BLOCK, value)
}

const STOPPED: Readonly<Record<Stop, string>> = {
  enough: '',
  end: 'then the end of the connection',
  reset: 'then the connection broke',
  silence: 'then nothing more',
}

/**
 * The next frame. A program that has sent nothing for a while and answers others is not slow: then nothing more is
 * waited for. (`port` is where it listens; when it refuses, only time can tell.)
 */
async function nextFrame(t: CheckContext, peer: Peer, port: number): Promise<FrameRead> {
  const silent = Promise.withResolvers<FrameRead>()
  let waiting = true
  const doubt = async () => {
    const other = await t.sockets.tryConnect(port, 'probe')
    if (other === 'refused') return
    for (let answers = 0, before = peer.waiting(); waiting && answers < ANSWERS; answers++) {
      void other.write(request(answers, 1))
      if (!(await readFrame(other, LONGEST, SILENCE_MS)).body) return
      if (peer.waiting() !== before) answers = 0
      before = peer.waiting()
    }
    other.destroy()
    silent.resolve({ stop: 'silence', partial: Buffer.alloc(peer.waiting()) })
  }
  const timer = setTimeout(() => doubt().catch(() => {}), DOUBT_MS)
  try {
    return await Promise.race([readFrame(peer, LONGEST, SILENCE_MS), silent.promise])
  } finally {
    waiting = false
    clearTimeout(timer)
  }
}

export interface Expected {
  /** Where the program listens. */
  port: number
  /** The likely misconception when nothing fits better. */
  hint: string
  op?: 'listen' | 'stop'
  /** Rests after every few blocks and takes nothing meanwhile. `resting` is called before each rest. */
  slowly?: (left: number) => void
}

/** Fails unless exactly these blocks come next. */
export async function expectBlocks(
  t: CheckContext,
  peer: Peer,
  first: number,
  blocks: number,
  { port, hint, op = 'listen', slowly }: Expected,
): Promise<void> {
  const expected = `on ${peer.name}, ${blocks === 1 ? `block ${number(first)}` : `${number(blocks)} blocks starting at number ${number(first)}, each`} in a frame.`
  const fail = (got: string, why: string, lost = false) =>
    t.fail({ op, expected, got, hint: why, ...(lost && { lost }) })
  for (let i = 0; i < blocks; i++) {
    if (slowly && i % 4 === 0) {
      peer.pause()
      slowly(blocks - i)
      await pause(1)
      peer.resume()
    }
    const frame = await nextFrame(t, peer, port)
    if (!frame.body) {
      const { stop, partial, length = 0 } = frame
      if (length > LONGEST) return fail(`${partial.toString('hex')} in place of a length.`, MIXED)
      const whole = i === 0 ? 'no block' : count(i, 'block')
      const part = partial.length > 0 ? ` and ${count(partial.length, 'byte')} of the next` : ''
      return fail(`${whole}${part}, ${STOPPED[stop]}.`, hint, stop !== 'silence')
    }
    const wanted = block(first + i)
    if (frame.body.equals(wanted)) continue
    if (frame.body.length !== BLOCK) return fail(`a frame of ${count(frame.body.length, 'byte')}.`, MIXED)
    const other = frame.body.readUInt32BE()
    if (!frame.body.equals(block(other))) {
      t.fail({
        op,
        expected,
        got: `a frame that is not a block, in place of block ${number(first + i)}.`,
        hint: 'does each block consist of its number in 4 bytes, over and over? In the TypeScript track, block(n) makes it.',
        bytes: { expected: wanted, actual: frame.body },
      })
    }
    if (other >= first && other < first + i) return fail(`block ${number(other)} a second time.`, TWICE)
    return fail(`block ${number(other)} in place of block ${number(first + i)}.`, ORDER)
  }
}

const MIXED = 'do you write each block whole, as one frame, with its length in front?'
const TWICE =
  'do you write a block again when write() has returned false? false does not mean "not written": the block is in the queue. Write the next one after "drain".'
const ORDER =
  'do you finish one answer before you begin the next, without leaving out a block? write() keeps the bytes even when it returns false: wait for "drain", then go on with the next block.'

/** One request on a connection that is fine: shows that the program still answers. */
export async function probe(t: CheckContext, peer: Peer, port: number, hint: string): Promise<void> {
  const n = t.random.int(0, 2 ** 32 - 1)
  void peer.write(request(n, 1))
  await expectBlocks(t, peer, n, 1, { port, hint })
}
