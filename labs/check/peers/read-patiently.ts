/** Reading from a libp2p stream of a program that may only be slow. */
import type { CheckContext } from '../kit/check.ts'
import type { Libp2pStream } from './libp2p.ts'
import type { Stop } from './peer.ts'

/** After so long without a byte, the checker looks whether the program runs. */
const DOUBT_MS = 3_000
/** So many turns of the program's event loop without a byte, and nothing more comes. */
const TURNS = 10

/**
 * `length` bytes, or what came until the end, or until the program was seen running without sending more. `doubtMs`: DOUBT_MS when left out.
 */
export async function readPatiently(
  t: CheckContext,
  stream: Libp2pStream,
  length: number,
  doubtMs = DOUBT_MS,
): Promise<{ bytes: Buffer; stop: Stop }> {
  const parts: Buffer[] = []
  for (let left = length; ;) {
    const { bytes, stop } = await stream.read(left, doubtMs)
    parts.push(bytes)
    left -= bytes.length
    if (stop === 'silence') for (let turn = 0; turn < TURNS; turn++) await t.program.signOfLife()
    const more = stop === 'silence' && (stream.waiting() > 0 || stream.stopped() !== undefined)
    if (!more) return { bytes: Buffer.concat(parts), stop }
  }
}
