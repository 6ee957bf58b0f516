import type { Socket } from 'node:net'
import type { MultiaddrConnection } from '@libp2p/interface'

/**
 * libp2p's connections do not give their socket to others: the name `socket` used here is not public, the version is pinned, and a contract test
 * fails when it moves.
 *
 * @throws when it has moved.
 */
export function socketOf(connection: MultiaddrConnection): Socket {
  const { socket } = connection as unknown as { socket?: Socket }
  if (!socket) throw new Error('a connection of @libp2p/tcp has no socket: is its version the pinned one?')
  return socket
}
