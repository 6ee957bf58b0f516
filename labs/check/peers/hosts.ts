/**
 * Addresses of the loopback network for the peers of a check. Linux and Windows have all of 127.0.0.0/8; macOS has 127.0.0.1 alone, until somebody
 * adds others by hand (RFC 1122, 3.2.1.3, only says that all of them are this computer).
 */
import dgram from 'node:dgram'
import { once } from 'node:events'
import type { Random } from '../kit/random.ts'

export interface Hosts {
  /** As many as were asked for. */
  hosts: readonly string[]
  /** Each is another one. Otherwise all are 127.0.0.1, and only ports tell the peers apart. */
  distinct: boolean
}

export const LOOPBACK = '127.0.0.1'

/** Addresses such as 127.83.4.17, decided by `random`, where the system lets a socket have them. `count`: 1 to 10,000. */
export async function loopbackHosts(random: Random, count: number): Promise<Hosts> {
  const hosts = new Set<string>()
  while (hosts.size < count)
    hosts.add(`127.${random.int(1, 254)}.${random.int(0, 255)}.${random.int(1, 254)}`)
  const all = [...hosts]
  // One stands for all: a system has the whole network, or single addresses of it.
  const distinct = await canBind(all[0]!)
  return { hosts: distinct ? all : all.map(() => LOOPBACK), distinct }
}

async function canBind(host: string): Promise<boolean> {
  const socket = dgram.createSocket('udp4')
  try {
    socket.bind(0, host)
    await once(socket, 'listening')
    return true
  } catch {
    return false
  } finally {
    socket.close()
  }
}
