/** Multicast that stays on this machine: the group, and where its sockets are bound. */

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
