/**
 * Pauses a node that shares its process with others: its sockets are not read and what it writes is held back, so that to its peers
 * it looks like a stopped process. Its own timers go on.
 */
import type { Socket } from 'node:net'

export interface SocketPauser {
  /** Call for the socket of every connection, when it is made. */
  watch(socket: Socket): void
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
    watch(socket) {
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
