/** Whether the program ends a connection that it must end, and keeps one that it must keep. */
import type { CheckContext } from '../../check/kit/check.ts'
import { count } from '../../check/kit/finding.ts'
import type { Program } from '../../check/engine/program.ts'
import { happens, NEVER_MS } from '../../check/kit/patience.ts'
import type { Peer } from '../../check/peers/peer.ts'

const AT_ONCE_MS = 1_500

/** Fails unless the program ends the connection, without a byte on it. */
export async function expectClosed(
  t: CheckContext,
  peer: Peer,
  {
    expected,
    hint,
    op = 'listen',
    silent,
    program = t.program,
  }: {
    expected: string
    hint: string
    op?: string
    /** The likely misconception when bytes come. */
    silent?: string
    program?: Program
  },
): Promise<void> {
  const reading = peer.readToEnd(NEVER_MS)
  const closed = await happens(reading, { ms: AT_ONCE_MS, signOfLife: program.signOfLife })
  if (!closed) {
    const waiting = peer.waiting()
    t.fail({
      op,
      expected,
      got:
        waiting > 0
          ? `${count(waiting, 'byte')}, and an open connection.`
          : `${peer.name} is still connected, long after that.`,
      hint,
    })
  }
  const { bytes } = await reading
  if (bytes.length === 0) return
  t.fail({
    op,
    expected: 'no bytes from your program on this connection.',
    got: `${count(bytes.length, 'byte')}.`,
    ...(silent !== undefined && { hint: silent }),
    bytes: { expected: Buffer.alloc(0), actual: bytes },
  })
}

/** Returns when the program has read what was written before, however busy it is, and what it sent then has arrived. */
export async function untilRead(t: CheckContext, program = t.program): Promise<void> {
  // Three turns of its event loop: it accepts a connection, reads from it, and closes it.
  for (let i = 0; i < 3; i++) await program.signOfLife()
  // Its answer to us may have been read before what it sent over a socket, in the same turn of our event loop.
  await new Promise(resolve => setImmediate(resolve))
}
