/** Requests for blocks, the checker's side, and judging what is answered. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count, inNode, number } from '../../../check/kit/finding.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { encode, HEADER } from '../../shared/frames.ts'
import { nextFrame, type NoFrame } from './reading.ts'

/** Bytes of a block, and of the frame around it. */
export const BLOCK = 65_536
export const FRAME = HEADER + BLOCK

/** A request: two numbers, u32 big-endian. */
export function request(first: number, blocks: number): Buffer {
  const body = Buffer.alloc(8)
  body.writeUInt32BE(first)
  body.writeUInt32BE(blocks, 4)
  return encode(body)
}

/** A number from which on `blocks` blocks can be asked for: any u32, so that the sign bit is in it half of the time. */
export const firstOf = (t: CheckContext, blocks: number): number => t.random.int(0, 2 ** 32 - blocks)

function block(n: number): Buffer {
  const value = Buffer.alloc(4)
  value.writeUInt32BE(n)
  return Buffer.alloc(BLOCK, value)
}

const STOPPED: Readonly<Record<NoFrame['stop'], string>> = {
  enough: '',
  end: 'then the end of the connection',
  reset: 'then the connection broke',
  silence: 'then nothing more',
  hangs: 'then nothing more. Your program does not answer the checker any more, either',
}

export interface Expected {
  /** The likely misconception when blocks are missing and the connection is open; by how many came. */
  hint: string | ((came: number) => string)
  /** The same when the program ended the connection. Left out: an error that it caught. */
  ended?: string
  op?: 'listen' | 'stop'
  /** All that this client asks for, with what is likely when another block comes. */
  asked?: { requests: readonly { first: number; blocks: number }[]; strange: string }
  /** Rests after every few blocks and takes nothing meanwhile. `resting` is called before each rest. */
  slowly?: (left: number) => void
}

/** Fails unless exactly these blocks come next. */
export async function expectBlocks(
  t: CheckContext,
  peer: Peer,
  first: number,
  blocks: number,
  { hint, ended = ENDED, op = 'listen', asked, slowly }: Expected,
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
    const frame = await nextFrame(t, peer)
    if (!Buffer.isBuffer(frame)) {
      const { stop, partial, badLength } = frame
      if (badLength) return fail(`${badLength.toString('hex')} in place of a length.`, MIXED)
      const whole = i === 0 ? 'no block' : count(i, 'block')
      const part = partial > 0 ? ' and part of the next' : ''
      const lost = stop === 'end' || stop === 'reset'
      return fail(
        `${whole}${part}, ${STOPPED[stop]}.`,
        lost ? ended : stop === 'hangs' ? LOOP : typeof hint === 'string' ? hint : hint(i),
        lost,
      )
    }
    const wanted = block(first + i)
    if (frame.equals(wanted)) continue
    if (frame.length !== BLOCK) return fail(`a frame of ${count(frame.length, 'byte')}.`, MIXED)
    const other = frame.readUInt32BE()
    if (!frame.equals(block(other))) {
      t.fail({
        op,
        expected,
        got: `a frame that is not a block, in place of block ${number(first + i)}.`,
        hint: OVERWRITTEN,
        bytes: { expected: wanted, actual: frame },
      })
    }
    if (asked?.requests.some(({ first, blocks }) => blocks === 0 && first === other))
      return fail(`block ${number(other)}, where a request for 0 blocks starts.`, NONE)
    if (asked && !asked.requests.some(({ first, blocks }) => other >= first && other < first + blocks))
      return fail(`block ${number(other)}, which this client has not asked for.`, asked.strange)
    if (other >= first && other < first + i) return fail(`block ${number(other)} a second time.`, TWICE)
    return fail(`block ${number(other)} in place of block ${number(first + i)}.`, ORDER)
  }
}

export const ENDED =
  'why does your program end this connection? The client has not ended it. If your code catches an error and closes the socket, print the error.'
const LOOP =
  'is there a loop that waits for nothing? A loop that goes on making blocks for a client that is gone, or that never awaits, keeps your program from everything else.'
const MIXED = 'do you write each block whole, as one frame, with its length in front?'
const OVERWRITTEN = `does each block consist of its number in 4 bytes, big-endian, over and over? ${inNode('write() keeps your buffer until it is sent, so each block needs a buffer of its own: block(n) makes it.', 'While a buffer waits to be sent, do not overwrite it: each block needs a buffer of its own.')}`
const NONE = 'what does your loop do when a client asks for 0 blocks? Compare before you send the first.'
const TWICE = inNode(
  'do you write a block again when write() has returned false? false does not mean "not written": the block is in the queue. Write the next one after "drain".',
  'do you write a block again when the socket took only part of it? Only what it has not taken is still to be sent.',
)
const ORDER = `do you finish one answer before you begin the next, without leaving out a block? ${inNode('write() keeps the bytes even when it returns false: wait for "drain", then go on with the next block.', 'When there is no room, wait, then go on where you stopped.')}`

export const ABORTS = inNode(
  'do you destroy() a connection that you could end()?',
  'do you abort a connection that you could end with a FIN? A socket that you close while it holds unread bytes sends an RST instead.',
)

export const ANSWER = 'does your server answer each request with its blocks?'

/** One request on a connection that is fine: shows that the program still answers. */
export async function probe(t: CheckContext, peer: Peer, hint: string, ended?: string): Promise<void> {
  const n = t.random.int(0, 2 ** 32 - 1)
  void peer.write(request(n, 1))
  await expectBlocks(t, peer, n, 1, { hint, ...(ended !== undefined && { ended }) })
}
