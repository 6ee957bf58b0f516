/**
 * Whether multicast works between two sockets on this machine's loopback interface. Asked before mDNS is chosen: where a firewall
 * or a missing permission swallows multicast, @libp2p/mdns only logs it and nodes would wait for ever.
 */
import { createSocket, type Socket } from 'node:dgram'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { GROUP, LOOPBACK, multicastBind } from '../loopback-multicast.ts'

/** A packet over loopback takes well under a millisecond; this allows for a machine that is busy starting things. */
const DEADLINE_MS = 1_000
/** The packet is sent this often, because UDP may drop one. Milliseconds. */
const REPEAT_MS = 100

/**
 * Resolves to undefined when multicast works on `port`, otherwise to the reason in plain words. Never rejects. The sockets are those
 * that nodes have on `platform`.
 */
export async function multicastProblem(
  port: number,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const token = randomBytes(16)
  const sockets: Socket[] = []
  let repeat: NodeJS.Timeout | undefined
  try {
    const bind = multicastBind(platform)
    const [receiver, sender] = await Promise.all([join(port, bind, sockets), join(port, bind, sockets)])
    const heard = new Promise<true>(resolve => {
      receiver.on('message', message => message.equals(token) && resolve(true))
    })
    const send = () => sender.send(token, port, GROUP, () => undefined)
    send()
    repeat = setInterval(send, REPEAT_MS)
    const result = await Promise.race([heard, delay(DEADLINE_MS)])
    return result ? undefined : 'a multicast packet sent on this machine did not arrive on this machine'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    clearInterval(repeat)
    for (const socket of sockets) socket.close()
  }
}

async function join(port: number, address: string, sockets: Socket[]): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  sockets.push(socket)
  const failed = once(socket, 'error').then(([error]) => Promise.reject(error as Error))
  socket.bind(port, address)
  await Promise.race([once(socket, 'listening'), failed])
  failed.catch(() => undefined)
  socket.addMembership(GROUP, LOOPBACK)
  socket.setMulticastInterface(LOOPBACK)
  socket.setMulticastLoopback(true)
  return socket
}

const delay = (ms: number) => new Promise<false>(resolve => setTimeout(resolve, ms, false).unref())
