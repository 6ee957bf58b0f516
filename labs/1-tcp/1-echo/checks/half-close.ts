/** What a server owes a client that has ended its side: everything it sent, then the end. */
import { loopbackCapacity } from '../../../check/kit/capacity.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { expectBytes, judgeBytes, STOPPED } from '../../../check/kit/expect.ts'
import { count, inNode, number } from '../../../check/kit/finding.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { listen } from '../../shared/listening.ts'
import { echoHint, textHint } from './misconceptions.ts'

const KIB = 1024
const MIB = 1024 * KIB
/** What Node reads at once, UV_STREAM's suggested size; others read no less. */
const READ = 64 * KIB

export async function halfClose(t: CheckContext): Promise<void> {
  // More than the operating system can hold on the way: at the FIN the rest can only be in the program, or before it.
  const capacity = await loopbackCapacity()
  if (capacity === undefined) {
    return t.inconclusive('this system buffers so much that nothing has to wait in your program.')
  }
  const bytes = t.random.bytes(2 * capacity + MIB)
  const port = await listen(t)
  const probe = await t.sockets.probe(port)
  t.doing('The checker connected and sent 16 bytes.')
  await echoes(t, probe, 'these 16 bytes back')
  const peer = await t.sockets.connect(port)
  const given = `The checker wrote ${number(bytes.length)} bytes and then its end (FIN) to a second connection`
  t.doing(
    `${given}, from which it did not read yet. Meanwhile it sent 16 bytes at a time on the first connection.`,
  )
  peer.pause()
  void peer.write(bytes)
  void peer.end()
  // Time to read what is on its way, and the FIN behind it, measured by what the program does and not by a clock: one that reads on without
  // sending has read READ bytes at least between two of its answers.
  for (let i = 0; i < bytes.length / READ + 20; i++) {
    await echoes(t, probe, 'these 16 bytes back on the first connection', 'does one client block the others?')
  }
  t.doing(`${given}, and then read from it slowly.`)
  const { received, stop } = await readSlowly(peer, bytes.length)
  const missing = bytes.length - received.length
  if (missing > 0 && stop !== 'silence') {
    t.fail({
      op: 'listen',
      expected: `all ${number(bytes.length)} bytes back, then the end of the connection.`,
      got: `${count(received.length, 'byte')}${STOPPED[stop]}: ${count(missing, 'byte')} were lost.`,
      hint: `do you close the socket as soon as the other side has ended? Bytes that you wrote may still be waiting in your program${inNode(': end() sends them first, destroy() discards them', ', and go out first')}.`,
      lost: true,
    })
  }
  judgeBytes(t, received, stop, {
    what: `all ${number(bytes.length)} bytes back, then the end of the connection`,
    bytes,
    thenEnd: true,
    op: 'listen',
    hint: echoHint(bytes),
  })
}

/** `blocked` is the hint for no answer at all, where the program has answered before. */
async function echoes(t: CheckContext, probe: Peer, what: string, blocked?: string): Promise<void> {
  const bytes = t.random.bytes(16)
  void probe.write(bytes)
  await expectBytes(t, probe, {
    what,
    bytes,
    op: 'listen',
    hint: (actual, stop) =>
      textHint(bytes, actual) ?? ((stop === 'silence' && blocked) || echoHint(bytes)(actual, stop)),
  })
}

/** Slower than a program writes, so that its last bytes still wait in the program when it sees the FIN. */
async function readSlowly(peer: Peer, length: number) {
  const parts: Buffer[] = []
  let left = length
  for (;;) {
    peer.resume()
    const { bytes, stop } = await peer.read(Math.max(1, Math.min(left, 64 * KIB)))
    parts.push(bytes)
    left -= bytes.length
    if (stop !== 'enough') return { received: Buffer.concat(parts), stop }
    if (peer.waiting() < 256 * KIB) await pause(1)
    peer.pause()
  }
}
