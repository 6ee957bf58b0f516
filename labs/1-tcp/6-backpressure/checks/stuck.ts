/** Clients that ask for more than the system can buffer, and stop reading. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { loopbackCapacity } from '../../../check/kit/capacity.ts'
import { inNode } from '../../../check/kit/finding.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { ANSWER, BLOCK, expectBlocks, firstOf, probe, request } from './blocks.ts'

export const MIB = 1024 * 1024

export const OTHERS = `does a client that does not read block the others? Each connection waits for ${inNode('the "drain" of', 'room in')} its own socket.`

/** How many blocks are certainly more than the system holds between program and reader, twice. */
export async function tooMany(t: CheckContext): Promise<{ blocks: number; capacity: number }> {
  const capacity = await loopbackCapacity()
  if (capacity === undefined)
    return t.inconclusive(
      'this system buffers so much for a client that does not read that no writer has to wait.',
    )
  return { blocks: Math.ceil((2 * capacity + 2 * MIB) / BLOCK) + t.random.int(0, 9), capacity }
}

export interface Stuck {
  peer: Peer
  first: number
  /** The blocks it asked for; it has read one. */
  asked: number
}

/** Asks for `blocks`, reads one, and then nothing more. `further` requests go out with the same write. */
export async function stuckReader(
  t: CheckContext,
  port: number,
  name: string,
  blocks: number,
  { hint = ANSWER, further = Buffer.alloc(0) }: { hint?: string; further?: Buffer } = {},
): Promise<Stuck> {
  const first = firstOf(t, blocks)
  const peer = await t.sockets.connect(port, name)
  void peer.write(Buffer.concat([request(first, blocks), further]))
  await expectBlocks(t, peer, first, 1, { hint })
  peer.pause()
  return { peer, first, asked: blocks }
}

/** Gives a program time to write until the system takes no more, measured by what it does and not by a clock. */
export async function untilStuck(t: CheckContext, other: Peer): Promise<void> {
  for (let i = 0; i < 30; i++) await probe(t, other, OTHERS)
}
