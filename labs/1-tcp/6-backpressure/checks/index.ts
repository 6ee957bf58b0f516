/** The checks of exercise 1.6: a server that never holds more than its readers take, and that stops without loss. */
import type { CheckContext, Checks } from '../../../check/kit/check.ts'
import { count, inNode, number } from '../../../check/kit/finding.ts'
import { listen } from '../../shared/listening.ts'
import { ANSWER, BLOCK, ENDED, expectBlocks, firstOf, probe, request } from './blocks.ts'
import { halfClose } from './half-close.ts'
import { asksWithoutReading, mib, paused } from './memory.ts'
import { stopStuck } from './stop-stuck.ts'
import { stopDrains, stopIdle } from './stops.ts'
import { OTHERS, stuckReader, tooMany, untilStuck } from './stuck.ts'
import { vanished } from './vanished.ts'

/** Four requests in random order: one for a number with the sign bit, one for the last number of all, one for no block, and any. */
function four(t: CheckContext): { first: number; blocks: number }[] {
  const [some, last] = [t.random.int(2, 9), t.random.int(2, 9)]
  return t.random.shuffle([
    { first: t.random.int(2 ** 31, 2 ** 32 - some), blocks: some },
    { first: 2 ** 32 - last, blocks: last },
    { first: firstOf(t, 1), blocks: 0 },
    { first: firstOf(t, 9), blocks: t.random.int(2, 9) },
  ])
}

async function blocks(t: CheckContext): Promise<void> {
  const port = await listen(t)
  const other = await t.sockets.connect(port, 'client 2')
  const peer = await t.sockets.connect(port, 'client 1')
  // Half of a request, which must not get between those of the other client.
  const late = { first: firstOf(t, 3), blocks: t.random.int(2, 3) }
  const lateRequest = request(late.first, late.blocks)
  const half = t.random.int(1, lateRequest.length - 1)
  t.doing('Client 2 sent half of a request.')
  await other.write(lateRequest.subarray(0, half))
  for (let turn = 0; turn < 2; turn++) await t.program.signOfLife()
  const requests: ReturnType<typeof four> = []
  for (const pieces of [1, 5]) {
    const asked = four(t)
    requests.push(...asked)
    t.doing(
      `Client 2 sent half of a request. Client 1 sent four requests ${pieces === 1 ? 'in one write' : 'in pieces'}, for ${asked.map(({ blocks }) => blocks).join(', ')} blocks, and began to read the answers.`,
    )
    const bytes = Buffer.concat(asked.map(({ first, blocks }) => request(first, blocks)))
    for (const piece of t.random.cut(bytes, pieces)) void peer.write(piece)
    for (const { first, blocks } of asked) {
      await expectBlocks(t, peer, first, blocks, {
        hint: came => (came === 0 ? `${EVERY} And ${OWN}` : DRAIN),
        ended: `${ENDED} And ${OWN}`,
        asked: { requests, strange: OWN },
      })
    }
  }
  t.doing('Client 1 got all its blocks. Then client 2 sent the other half of its request.')
  void other.write(lateRequest.subarray(half))
  await expectBlocks(t, other, late.first, late.blocks, {
    hint: OWN,
  })
}

const OWN =
  'does each connection have its own decoder? Half of a request must not be mixed with the requests of another client.'
const EVERY = 'do you answer every request, one after another, also after one for 0 blocks?'
const DRAIN = `do you send all blocks of an answer?${inNode(' If you wait for "drain": it comes only after write() has returned false.')}`

async function slowReader(t: CheckContext): Promise<void> {
  const { blocks } = await tooMany(t)
  const first = firstOf(t, blocks)
  const more = { first: firstOf(t, 9), blocks: t.random.int(2, 9) }
  const port = await listen(t)
  const other = await t.sockets.connect(port, 'client 2')
  t.doing('The checker connected client 2, which asked for one block.')
  await probe(t, other, ANSWER)
  const peer = await t.sockets.connect(port, 'client 1')
  peer.pause()
  const sent = `Client 1 sent two requests in one write, for ${number(blocks)} blocks (${mib(blocks * BLOCK)}) and for ${more.blocks}.`
  t.doing(`${sent} It has not read any block yet. Client 2 asked for blocks.`)
  void peer.write(Buffer.concat([request(first, blocks), request(more.first, more.blocks)]))
  await untilStuck(t, other)
  t.doing(`${sent} It waited, then began to read the answers slowly, with a rest after every four blocks.`)
  await expectBlocks(t, peer, first, blocks, {
    hint: `do you go on when ${inNode('"drain" comes? After write() has returned false, the next blocks have to wait for it', 'there is room again? Until then, the next blocks have to wait')}, but you still have to send them.`,
    slowly: () => {},
  })
  await expectBlocks(t, peer, more.first, more.blocks, {
    hint: 'do you go on to the next request when an answer is finished?',
  })
}

async function others(t: CheckContext): Promise<void> {
  const stuck = 4
  const port = await listen(t)
  const { blocks } = await tooMany(t)
  const asked = (n: number) =>
    n === 0
      ? ''
      : `${count(n, 'client')} asked for more blocks than the system can buffer, read one and stopped reading. `
  for (let i = 1; i <= stuck; i++) {
    t.doing(`${asked(i - 1)}Client ${i} asked for more blocks than the system can buffer.`)
    await stuckReader(t, port, `client ${i}`, blocks, { hint: i === 1 ? ANSWER : OTHERS })
  }
  t.doing(`${asked(stuck)}Then another client asked for blocks.`)
  const good = await t.sockets.connect(port, 'client 5')
  for (let i = 0; i < 3; i++) {
    const blocks = t.random.int(5, 20)
    const first = firstOf(t, blocks)
    void good.write(request(first, blocks))
    await expectBlocks(t, good, first, blocks, { hint: OTHERS })
  }
}

export const checks: Checks = {
  blocks,
  'slow-reader': slowReader,
  'half-close': halfClose,
  paused,
  'asks-without-reading': asksWithoutReading,
  others,
  vanished,
  'stop-drains': stopDrains,
  'stop-idle': stopIdle,
  'stop-stuck': stopStuck,
}
