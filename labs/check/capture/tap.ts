/**
 * A link of a cluster in a capture: both of its sides, as each is a TCP connection of its own. So a message that the link delays or holds is there
 * when it is sent, and when it arrives.
 */
import type { LinkTap, SideTap } from '../../../network/links/tap.ts'
import type { Capture, Wire } from './capture.ts'

/** Of the link that `from` dials and that leads to `to`. */
export function tapOf({ from, to }: { from: string; to: string }, capture: Capture): LinkTap {
  const name = (node: string) => `${from} → ${to}, between ${node} and the checker`
  return {
    dialer(socket) {
      const wire = capture.accepted(socket, name(from))
      return sideOf(wire)
    },
    target(port) {
      const asked = capture.asks(port)
      return {
        made: socket => sideOf(asked.made(socket, name(to))),
        refused: () => asked.refused(`${name(to)}: refused`),
      }
    },
  }
}

const END = 'end (FIN)'

const sideOf = (wire: Wire): SideTap => ({
  read: bytes => void wire.data('from program', bytes),
  wrote: bytes => wire.data('to program', bytes)(),
  readEnd: () => void wire.fin('from program', END),
  wroteEnd: () => wire.fin('to program', END)(),
  broke: by =>
    by === 'program'
      ? wire.rst('from program', 'connection broken (RST)')
      : wire.rst('to program', 'connection broken by the checker (RST)'),
})
