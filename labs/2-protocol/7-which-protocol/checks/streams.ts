/** Where the stream is cut, and whose the bytes behind the agreed line are. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import { untilRead } from '../../shared/closing.ts'
import { HEADER, line, lines } from '../../shared/multistream.ts'
import { ECHO, SAME_CHUNK } from './answers.ts'
import { dialed, expectEcho, expectProposal } from './dialing.ts'
import { expectLines, expectOnProtocol, greet, listen, someProtocol } from './house.ts'

const IN_PARTS =
  'do you keep the bytes of a line that is not complete until the rest arrives? A cut can fall anywhere, also between the two bytes of a length, and one line can come together with a part of the next.'

const offsets = (length: number) => Array.from({ length: length - 1 }, (_, i) => i + 1)

export async function everyCut(t: CheckContext): Promise<void> {
  // Short ones, so that there are not too many cuts; and one whose length takes two bytes.
  const short = `/${t.random.bytes(2).toString('hex')}`
  const long = `/${t.random.bytes(70).toString('hex')}`
  const port = await listen(t, [short, long])
  const unknown = `/x${t.random.bytes(1).toString('hex')}`
  await eachCut(t, port, [unknown, short], undefined)
  const behind = line(HEADER).length
  // Only around the length: the rest of the line is like that of the others.
  await eachCut(t, port, [long], [behind + 1, behind + 2, behind + 3])
  await everyCutOfAnswers(t, short)
}

async function eachCut(
  t: CheckContext,
  port: number,
  proposals: readonly string[],
  cuts: readonly number[] | undefined,
): Promise<void> {
  const bytes = t.random.bytes(5)
  const stream = Buffer.concat([lines(HEADER, ...proposals), bytes])
  for (const cut of t.random.shuffle(cuts ?? offsets(stream.length))) {
    const peer = await t.sockets.connect(port)
    const sent = `A peer sent its header, ${proposals.length === 1 ? 'a proposal' : 'two proposals'} and ${bytes.length} bytes (${stream.length} bytes in all) in two parts, cut after byte ${cut}.`
    t.doing(sent)
    await peer.write(stream.subarray(0, cut))
    await untilRead(t)
    await peer.write(stream.subarray(cut))
    const answers = proposals.map((one, i) => (i < proposals.length - 1 ? 'na' : one))
    await expectLines(t, peer, [HEADER, ...answers], {
      op: 'listen',
      what: 'your header, and an answer to each proposal',
      hint: IN_PARTS,
    })
    await expectOnProtocol(t, peer, {
      what: `the ${bytes.length} bytes behind the agreed line`,
      bytes,
      op: 'listen',
      hint: () => SAME_CHUNK,
    })
    peer.destroy()
  }
}

/** What the checker says to a program that dials: its header, then the agreed line and bytes behind it. */
async function everyCutOfAnswers(t: CheckContext, protocol: string): Promise<void> {
  const header = line(HEADER)
  for (const cut of t.random.shuffle(offsets(header.length))) {
    const dial = await dialed(t, [protocol])
    t.doing(`${dial.did} It sent its header in two parts, cut after byte ${cut}.`)
    await dial.peer.write(header.subarray(0, cut))
    await untilRead(t)
    await dial.peer.write(header.subarray(cut))
    await expectProposal(t, dial, protocol, IN_PARTS)
    await dial.peer.write(line(protocol))
    await expectEcho(t, dial, protocol)
  }
  const agreed = line(protocol)
  for (const cut of t.random.shuffle(offsets(agreed.length + 4))) {
    const dial = await dialed(t, [protocol], t.random.bytes(4))
    const reply = t.random.bytes(4)
    const answer = Buffer.concat([agreed, reply])
    await dial.peer.write(header)
    await expectProposal(t, dial, protocol)
    t.doing(
      `${dial.did} It sent the agreed line and 4 bytes behind it in two parts, cut after byte ${cut} of ${answer.length}.`,
    )
    await dial.peer.write(answer.subarray(0, cut))
    await untilRead(t)
    await dial.peer.write(answer.subarray(cut))
    await expectEcho(t, dial, protocol, { reply, write: Buffer.alloc(0) })
  }
}

export async function behind(t: CheckContext): Promise<void> {
  const protocol = someProtocol(t)
  const unknown = someProtocol(t)
  const port = await listen(t, [protocol])
  // Bytes of the protocol that look like lines, that are none, and more than a socket gives at once.
  const lookalike = lines('na', HEADER, protocol, unknown, 'ls')
  const noLine = Buffer.concat([Buffer.alloc(12, 0xff), t.random.bytes(t.random.int(10, 50))])
  for (const [what, bytes] of [
    ['bytes that look like lines', lookalike],
    ['bytes that are not lines', noLine],
    [`100,000 bytes`, t.random.bytes(100_000)],
  ] as const) {
    const peer = await greet(t, port)
    t.doing(`A peer proposed ${protocol}, and sent ${what} right behind the proposal, in the same write.`)
    const answer = expectLines(t, peer, [protocol], { op: 'listen', what: `the line ${protocol}` })
    await peer.write(Buffer.concat([line(protocol), bytes]))
    await answer
    await expectOnProtocol(t, peer, {
      what: `these ${number(bytes.length)} bytes back, as they are`,
      bytes,
      op: 'listen',
      hint: actual => (actual.length < bytes.length ? SAME_CHUNK : ECHO),
    })
    t.doing(
      `A peer agreed with your program on ${protocol}, and used it. Then it sent bytes that look like lines.`,
    )
    await peer.write(lookalike)
    await peer.end()
    await expectOnProtocol(t, peer, {
      what: 'these bytes back, as they are',
      bytes: lookalike,
      thenEnd: true,
      op: 'listen',
      hint: () => ECHO,
    })
  }
  await behindTheAnswer(t, lookalike)
}

async function behindTheAnswer(t: CheckContext, lookalike: Buffer): Promise<void> {
  const protocol = someProtocol(t)
  const replies = t.random.shuffle([lookalike, t.random.bytes(t.random.int(100, 200)), Buffer.alloc(9, 0xff)])
  for (const [i, reply] of replies.entries()) {
    const dial = await dialed(t, [protocol, someProtocol(t)], t.random.bytes(reply.length))
    // Bytes behind the reply are not a part of it.
    const sent = Buffer.concat([reply, t.random.bytes(t.random.int(1, 9))])
    // At least one reply comes in parts, and at least one at once, with what is behind it.
    const part = t.random.int(1, reply.length - 1)
    const now = sent.subarray(0, [part, sent.length, t.random.pick([part, reply.length])][i])
    await dial.peer.write(line(HEADER))
    await expectProposal(t, dial, protocol)
    t.doing(
      `${dial.did} It sent the agreed line and, in the same write, ${now.length < reply.length ? `the first ${now.length}` : 'all'} of the ${reply.length} bytes of its reply${now.length > reply.length ? ', and more bytes behind them' : ''}.`,
    )
    await dial.peer.write(Buffer.concat([line(protocol), now]))
    await expectEcho(t, dial, protocol, { reply, write: sent.subarray(now.length) })
  }
}
