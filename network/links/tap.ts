/** What the sockets of a link do, byte by byte: for a packet capture. A connection through a link has two sides, each a TCP connection of its own. */
import type net from 'node:net'

export interface LinkTap {
  /** The dialer has connected. */
  dialer(socket: net.Socket): SideTap
  /** The link asks for a connection to the target. */
  target(port: number): { made(socket: net.Socket): SideTap; refused(): void }
}

/** One side, as the link sees it. */
export interface SideTap {
  read(bytes: Buffer): void
  /** Handed to the system. */
  wrote(bytes: Buffer): void
  /** A FIN came. */
  readEnd(): void
  /** The link sends a FIN. */
  wroteEnd(): void
  /** It is over; where a direction has not ended, by a reset. */
  broke(by: 'program' | 'link'): void
}

const nothing = (): void => {}
const NO_SIDE: SideTap = {
  read: nothing,
  wrote: nothing,
  readEnd: nothing,
  wroteEnd: nothing,
  broke: nothing,
}
export const NO_TAP: LinkTap = {
  dialer: () => NO_SIDE,
  target: () => ({ made: () => NO_SIDE, refused: nothing }),
}
