/**
 * Pauses a node that shares its process with others: its sockets are not read and what it writes is held back, so that to its peers
 * it looks like a stopped process. Its own timers go on.
 *
 * libp2p's connections do not give their socket to others: the name `socket` used here is not public, the version is
 * pinned, and a contract test fails when it moves.
 */
import type { Socket } from 'node:net'
import type { MultiaddrConnection } from '@libp2p/interface'

export interface Freezer {
  /** Call for every connection, when it is made. */
  watch(connection: MultiaddrConnection): void
  freeze(): void
  thaw(): void
}

export function createFreezer(): Freezer {
  const sockets = new Set<Socket>()
  let frozen = false
  const freezeOne = (socket: Socket) => {
    socket.pause()
    socket.cork()
    // libp2p resumes a socket when there is room again: not this one, not yet.
    socket.resume = () => socket
  }
  const thawOne = (socket: Socket) => {
    Reflect.deleteProperty(socket, 'resume')
    socket.uncork()
    socket.resume()
  }
  return {
    watch(connection) {
      const { socket } = connection as unknown as { socket?: Socket }
      if (!socket)
        throw new Error('a connection of @libp2p/tcp has no socket: is its version the pinned one?')
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      if (frozen) freezeOne(socket)
    },
    freeze() {
      if (frozen) return
      frozen = true
      sockets.forEach(freezeOne)
    },
    thaw() {
      if (!frozen) return
      frozen = false
      sockets.forEach(thawOne)
    },
  }
}
