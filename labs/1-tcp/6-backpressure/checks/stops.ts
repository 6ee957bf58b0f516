/** What stop does to answers in progress and to idle connections. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count, inNode, number } from '../../../check/kit/finding.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { listen } from '../../shared/listening.ts'
import { ABORTS, ANSWER, expectBlocks, firstOf, FRAME, probe, request } from './blocks.ts'
import { readToEnd } from './reading.ts'
import { callStop, PATIENT_MS, untilRefused } from './stopping.ts'
import { MIB, stuckReader, tooMany } from './stuck.ts'

const WAITS_FOR_ALL = `does stop wait for the end of all connections before it returns?${inNode(' The "close" event of the server comes after the last of them.')}`

/**
 * For each byte that a client reads, a system lets so many more wait for it. Linux doubles what was read in a round trip, and once more while that grows
 * (tcp_rcvbuf_grow in net/ipv4/tcp_input.c): with its newer limit of 32 MB, 7 MB waited for a client that had read 3.
 */
const GROWTH = 4

/** So many turns after the end of one connection, with some time between them, a program that waits for one only has replied. */
const TURNS = 5
const BETWEEN_MS = 20

export async function stopDrains(t: CheckContext): Promise<void> {
  const port = await listen(t)
  const further = t.random.int(2, 9)
  const { blocks, capacity } = await tooMany(t)
  t.doing(`Client 1 sent two requests in one write, for ${number(blocks)} blocks and for ${further}.`)
  const clients = [
    await stuckReader(t, port, 'client 1', blocks, { further: request(firstOf(t, further), further) }),
  ]
  const did = `Client 1 sent two requests in one write, for ${number(blocks)} blocks and for ${further}. Client 2 asked for ${number(blocks)} blocks, and for ${further} more once it had read the first.`
  t.doing(did)
  const second = await stuckReader(t, port, 'client 2', blocks)
  clients.push(second)
  // Unlike that of client 1, this request may never have been read: its FIN is behind it.
  void second.peer.write(request(firstOf(t, further), further))
  const called = `${did} Both read one block. Then the checker called stop with a graceMs of ${number(PATIENT_MS)}.`
  t.doing(called)
  const stopping = callStop(t, port, PATIENT_MS)
  await untilRefused(t, port)
  const expected = 'that stop returns when all answers are read to their end and every connection has ended.'
  for (const [i, { peer, first, asked }] of t.random.shuffle(clients).entries()) {
    t.doing(`${called} ${i === 0 ? 'First, ' : 'Afterwards, '}${peer.name} began to read the rest slowly.`)
    let tooEarly: number | undefined
    await expectBlocks(t, peer, first + 1, asked - 1, {
      op: 'stop',
      hint: 'does stop let the answers that have started finish? After stop is called, the rest of their blocks is still due.',
      ended: `does stop let the answers that have started finish? ${inNode('destroy() discards the bytes that wait in the socket, and after end()', 'After a FIN')} in the middle of an answer you cannot send the rest of it.`,
      slowly(left) {
        // So much the system cannot hold: it is in the program, which therefore is not done.
        const most = capacity + MIB + GROWTH * (asked - left) * FRAME
        if (stopping.repliedAfter() !== undefined && left * FRAME > most) tooEarly ??= left
      },
    })
    if (tooEarly !== undefined) {
      t.fail({
        op: 'stop',
        expected,
        got: `stop returned ${count(tooEarly, 'block')} before the end of the answer to ${peer.name}.`,
        hint: WAITS_FOR_ALL,
      })
    }
    await expectEndOfAnswer(t, peer)
    await peer.end()
    if (i > 0) break
    t.doing(`${called} First, ${peer.name} read the rest and ended its side.`)
    for (let turn = 0; turn < TURNS; turn++) {
      await pause(BETWEEN_MS)
      await t.program.signOfLife()
    }
    if (stopping.repliedAfter() === undefined) continue
    t.fail({
      op: 'stop',
      expected,
      got: 'stop had returned when only the first of two answers was read.',
      hint: WAITS_FOR_ALL,
    })
  }
  t.doing(`${called} Both read the rest and ended their side.`)
  await stopping.returns({
    expected,
    hint: 'what does stop still wait for? It has to return when the last connection has closed, however much of graceMs is left. Read on after your FIN: the FIN of a client comes after its last request, even if you do not answer that one.',
  })
}

async function expectEndOfAnswer(t: CheckContext, peer: Peer): Promise<void> {
  const { bytes, stop } = await readToEnd(t, peer)
  if (bytes > 0) {
    t.fail({
      op: 'stop',
      expected: `the end of the connection (FIN) after the answer that had started on ${peer.name}.`,
      got: `${count(bytes, 'byte')} after that answer.`,
      hint: 'do you begin another answer after stop was called? Requests that you have read but not begun to answer get no answer.',
    })
  }
  if (stop === 'end') return
  t.fail({
    op: 'stop',
    expected: `the end of the connection (FIN) on ${peer.name} after the last block.`,
    got:
      stop === 'silence'
        ? 'no end: the connection is still open.'
        : 'the connection broke (RST) instead of ending.',
    hint:
      stop === 'reset'
        ? ABORTS
        : `do you end${inNode('()')} a connection when its answer is finished and stop was called in the meantime?`,
    lost: stop === 'reset',
  })
}

export async function stopIdle(t: CheckContext): Promise<void> {
  const port = await listen(t)
  const idle = await t.sockets.connect(port, 'client 1')
  const half = await t.sockets.connect(port, 'client 2')
  const served = await t.sockets.connect(port, 'client 3')
  const connected =
    'Client 1 asked for nothing, client 2 sent half of a request, and client 3 asked for one block.'
  t.doing(connected)
  void half.write(request(firstOf(t, 1), 1).subarray(0, t.random.int(1, 11)))
  await probe(t, served, ANSWER)
  for (let turn = 0; turn < 2; turn++) await t.program.signOfLife()
  t.doing(
    `${connected} It got the block. Then the checker called stop with a graceMs of ${number(PATIENT_MS)}.`,
  )
  const stopping = callStop(t, port, PATIENT_MS)
  await untilRefused(t, port)
  // The one with half of a request last: what is wrong with it alone shows there.
  const clients = [...t.random.shuffle([idle, served]), half]
  for (const peer of clients) {
    const { stop } = await readToEnd(t, peer)
    if (stop === 'end') continue
    t.fail({
      op: 'stop',
      expected: `that stop ends the connection of ${peer.name} (FIN), because no answer is in progress there.`,
      got: stop === 'silence' ? 'no end: the connection is still open.' : 'the connection broke (RST).',
      hint:
        stop === 'reset'
          ? ABORTS
          : peer === half
            ? 'when is a connection busy? Only while you answer a request. Half of a request is not an answer in progress.'
            : `do you end${inNode('()')} the idle connections?${inNode(' server.close() only stops listening.')}`,
    })
  }
  await Promise.all(clients.map(peer => peer.end()))
  t.doing(
    `${connected} The checker called stop with a graceMs of ${number(PATIENT_MS)}. All connections have ended on both sides.`,
  )
  await stopping.returns({
    expected: 'that stop returns when every connection has ended.',
    hint: 'what does stop still wait for? No answer was in progress, and no client is connected any longer.',
  })
}
