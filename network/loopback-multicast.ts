/** Multicast that stays on this machine: the group, and how its sockets are opened. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

/** RFC 6762, 3: the IPv4 group of multicast DNS. */
export const GROUP = '224.0.0.251'
export const LOOPBACK = '127.0.0.1'

/**
 * The address to bind a socket to that is to hear the group on the loopback interface.
 *
 * Linux and macOS hand a packet of the group only to sockets that are bound to the group or to every address. Windows hands it to a
 * socket of the interface that joined, and its firewall asks the user about each program that binds to every address.
 */
export const multicastBind = (platform: NodeJS.Platform = process.platform): string =>
  platform === 'win32' ? LOOPBACK : '0.0.0.0'

/**
 * A socket that hears what is sent to `group` on `port` of the loopback interface, its own datagrams too, and sends there only. Others may
 * have the same port, in this group or another. Rejects when the system refuses; nothing is open then. What comes from elsewhere (see isFromHere) is for the caller to leave out.
 */
export async function joinLoopbackGroup(
  group: string,
  port: number,
  platform: NodeJS.Platform = process.platform,
): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  try {
    // On Linux, a socket that is bound to every address hears all groups that anybody on this machine has joined.
    socket.bind(port, platform === 'linux' ? group : multicastBind(platform))
    await once(socket, 'listening')
    socket.addMembership(group, LOOPBACK)
    socket.setMulticastInterface(LOOPBACK)
    socket.setMulticastLoopback(true)
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

/** A socket that is bound to every address hears what reaches its port from anywhere; only the loopback interface's own counts. */
export const isFromHere = ({ address }: { address: string }): boolean => address.startsWith('127.')
