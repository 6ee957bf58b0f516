import type { Socket } from 'node:net'

/**
 * Has the socket write at once, in the same order, what it is given in one turn of the event loop. libp2p gives it each part of a message alone, and
 * several messages in a turn: that was a system call each, a packet each, as its sockets do not wait for more (TCP_NODELAY), and a read each on the
 * other side.
 */
export function writeTogether(socket: Socket): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean
  let waits = false
  const send = () => {
    waits = false
    socket.uncork()
  }
  socket.write = (...args: unknown[]) => {
    if (!waits) {
      waits = true
      socket.cork()
      process.nextTick(send)
    }
    return write(...args)
  }
}
