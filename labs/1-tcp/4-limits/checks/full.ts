/** Whether a server that is full stays so: whoever comes now finds no place, and nobody loses theirs. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { happens, NEVER_MS } from '../../../check/kit/patience.ts'
import { encode } from '../../shared/frames.ts'
import { AT_ONCE_MS, numbered, type Client, type House } from './clients.ts'

export const FIRST_COME = 'do you close the new connection, and none of those that were there before?'
export const EXACTLY =
  'do you count the open connections exactly? Count up once for each connection that you accept, and down once when that one closes: not for a connection that you refused, and not twice.'
const AT_ONCE =
  'do you close a connection for which there is no place as soon as you accept it? It may never send anything.'

/**
 * `surplus` more clients, of which the second says nothing, find no place. `hint` is for the first of them, when it is served: where only a
 * later one is, the program miscounts.
 */
export async function expectFull(
  t: CheckContext,
  house: House,
  inside: readonly Client[],
  surplus: number,
  hint: string,
): Promise<void> {
  const { maxConnections } = house.limits
  const fail = (got: string, hint: string, lost = false) =>
    t.fail({
      op: 'listen',
      expected: `that at most ${maxConnections} connections are open: your program closes each further connection at once, and no other.`,
      got,
      hint,
      lost,
    })

  for (const [i, name] of numbered('surplus client', surplus).entries()) {
    const peer = await t.sockets.tryConnect(house.port, name)
    if (peer === 'refused') continue
    const silent = i === 1
    const speak = () => void peer.write(encode(t.random.bytes(10)))
    const seen = peer.read(1, NEVER_MS)
    if (!silent) speak()
    let became = await whatBecame(house, seen)
    if (became === 'closed') continue
    const waited = became === 'nothing' && silent
    if (waited) {
      // Whether it has a place shows when it says something after all.
      speak()
      became = await whatBecame(house, seen)
    }
    await house.program.signOfLife()
    const out = inside.find(client => client.peer.stopped())
    const did =
      became === 'served'
        ? `your program served ${name}`
        : waited && became === 'closed'
          ? `your program closed the connection of ${name} only when it sent something`
          : `your program neither served ${name} nor closed its connection`
    if (out) fail(`${did}, and it closed the connection of ${out.name}.`, FIRST_COME, true)
    fail(`${did}.`, became !== 'served' ? AT_ONCE : i === 0 ? hint : EXACTLY)
  }
}

/** `seen` resolves with what a client reads first. */
async function whatBecame(
  { program: { signOfLife } }: House,
  seen: Promise<{ bytes: Buffer }>,
): Promise<'served' | 'closed' | 'nothing'> {
  if (!(await happens(seen, { ms: AT_ONCE_MS, signOfLife }))) return 'nothing'
  return (await seen).bytes.length > 0 ? 'served' : 'closed'
}
