/**
 * Pauses a node that shares its process with others: its sockets are not read and what it writes is held back, so that to its peers
 * it looks like a stopped process. Its own timers go on.
 *
 * libp2p's connections do not give their socket to others: the name `socket` used here is not public, the version is
 * pinned, and a contract test fails when it moves.
 */
import type { Socket } from 'node:net'
import type { MultiaddrConnection } from '@libp2p/interface'

export interface SocketPauser {
  /** Call for every connection, when it is made. */
  watch(connection: MultiaddrConnection): void
  pause(): void
  resume(): void
}

export function createSocketPauser(): SocketPauser {
  const sockets = new Set<Socket>()
  let paused = false
  const pauseOne = (socket: Socket) => {
    socket.pause()
    socket.cork()
    // libp2p resumes a socket when there is room again: not this one, not yet.
    socket.resume = () => socket
  }
  const resumeOne = (socket: Socket) => {
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
      if (paused) pauseOne(socket)
    },
    pause() {
      if (paused) return
      paused = true
      sockets.forEach(pauseOne)
    },
    resume() {
      if (!paused) return
      paused = false
      sockets.forEach(resumeOne)
    },
  }
}
