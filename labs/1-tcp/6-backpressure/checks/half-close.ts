/** A client that says at once that it will ask for nothing more. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, inNode, number } from '../../../check/kit/finding.ts'
import { listen } from '../../shared/listening.ts'
import { ABORTS, ANSWER, expectBlocks, firstOf, probe, request } from './blocks.ts'
import { readToEnd } from './reading.ts'
import { tooMany, untilStuck } from './stuck.ts'

const HALF = `do you end the connection, or give up its answers, when the client ends its side? It still reads.${inNode(' A server with allowHalfOpen: true leaves your side open until you end it.')}`

export async function halfClose(t: CheckContext): Promise<void> {
  const { blocks } = await tooMany(t)
  const all = [blocks, t.random.int(2, 9)].map(blocks => ({ first: firstOf(t, blocks), blocks }))
  const port = await listen(t)
  const other = await t.sockets.connect(port, 'client 2')
  t.doing('The checker connected client 2, which asked for one block.')
  await probe(t, other, ANSWER)
  const peer = await t.sockets.connect(port, 'client 1')
  peer.pause()
  const sent = `Client 1 sent two requests in one write, for ${number(all[0]!.blocks)} blocks and for ${all[1]!.blocks}, and ended its side (FIN).`
  t.doing(`${sent} It has not read any block yet.`)
  void peer.write(Buffer.concat(all.map(({ first, blocks }) => request(first, blocks))))
  void peer.end()
  await untilStuck(t, other)
  t.doing(`${sent} Then it began to read.`)
  peer.resume()
  for (const { first, blocks } of all) {
    await expectBlocks(t, peer, first, blocks, { hint: HALF, ended: HALF })
  }
  await expectEnd(t, peer, 'after the last block')
  t.doing('Client 2 got all blocks that it asked for. Then it ended its side (FIN).')
  void other.end()
  await expectEnd(t, other, 'when a client that waits for nothing has ended its side')
}

async function expectEnd(
  t: CheckContext,
  peer: Parameters<typeof readToEnd>[1],
  when: string,
): Promise<void> {
  const { bytes, stop } = await readToEnd(t, peer)
  if (bytes === 0 && stop === 'end') return
  t.fail({
    op: 'listen',
    expected: `the end of the connection (FIN) on ${peer.name} ${when}.`,
    got:
      bytes > 0
        ? `${count(bytes, 'byte')} more.`
        : stop === 'silence'
          ? 'no end: the connection is still open.'
          : 'the connection broke (RST) instead of ending.',
    hint:
      bytes > 0
        ? 'do you answer each request once?'
        : stop === 'silence'
          ? `do you end${inNode('()')} your side when the client has ended its own and has all answers? Otherwise, the connection stays open forever.`
          : ABORTS,
    lost: stop === 'reset',
  })
}
