/** What many calls of `request` show together: how their ids are made, and what is left of their sockets. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count, inNode } from '../../../check/kit/finding.ts'
import { happens } from '../../../check/kit/patience.ts'
import { openUdpPorts } from '../../../check/peers/open-udp-ports.ts'

/**
 * Fails when the ids, at least 12 in hex, have the same byte in one place. Random ones do so about once in 10^25 times, and those that are
 * random but for the four bits of a UUID's version once in 10^13.
 */
export function judgeIds(t: CheckContext, ids: readonly string[]): void {
  const all = ids.map(id => Buffer.from(id, 'hex'))
  const [first, second] = all as [Buffer, Buffer]
  const fixed = [...first.keys()].filter(i => all.every(id => id[i] === first[i]))
  if (fixed.length === 0) return
  t.fail({
    op: 'request',
    expected: 'that each request has an id of 8 random bytes.',
    got: `${count(all.length, 'id')} with ${fixed.length === 1 ? 'one byte' : `${fixed.length} bytes`} that never change, such as ${first.toString('hex')} and ${second.toString('hex')}.`,
    hint: `do you draw all 8 bytes of each id at random${inNode(' (randomBytes)')}? A stranger who can guess an id, as from a counter or the time, can send a false reply.`,
  })
}

/** Fewer ports than that for all calls: they share sockets. */
const MOST_SHARED = 6
/** A call that has returned may close its socket a little later. */
const CLOSING_MS = 1_000

/** Fails when most of the calls that had a port of their own have not closed their socket, although they have returned. */
export async function judgeClosed(t: CheckContext, ports: readonly number[]): Promise<void> {
  if (ports.length < MOST_SHARED) return
  let over = false
  let open: readonly number[] = []
  const closed = async () => {
    for (;;) {
      // Ports are given out again: some may be another program's by now.
      open = await openUdpPorts(ports)
      if (over || open.length <= ports.length / 2) return
      await pause(50)
    }
  }
  const patience = { ms: CLOSING_MS, signOfLife: t.program.signOfLife }
  if (await happens(closed(), patience).finally(() => (over = true))) return
  t.fail({
    op: 'request',
    expected: 'that nothing is left of a call that has returned, neither a timer nor a socket.',
    got: `${open.length} sockets of ${ports.length} are still open, although all calls have returned.`,
    hint: 'do you close the socket of each call at its end, also after a reply? Each takes a port until your program ends. One socket that all calls share may stay open.',
  })
}
