/** A UDP socket of the learner's that reaches the world through a gateway (exercise 3.7). Its documentation is in p2plab.d.ts. */
import dgram from 'node:dgram'
import { once } from 'node:events'
import { unwrapUdp, wrapUdp } from '../exercise/socks-udp.ts'

export interface NatSocket {
  send(bytes: Uint8Array, address: string): void
  onDatagram(listener: (bytes: Buffer, from: string) => void): void
  close(): void
}

/** Not parseAddress of p2plab.ts, which imports this file. */
const GATEWAY = /^(\d[\d.]*):(\d{1,5})$/

/** Rejects when `gateway` is no address of IPv4 with a port, or this computer has no socket left. */
export async function openBehindNat(gateway: string): Promise<NatSocket> {
  const [, host, digits] = GATEWAY.exec(gateway) ?? []
  if (host === undefined)
    throw new Error(`${JSON.stringify(gateway)} is not the address of a gateway, such as 127.0.0.1:4001.`)
  const port = Number(digits)
  const socket = dgram.createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  // Where nobody listens any more, some systems report it as an error of the next call.
  socket.on('error', error => console.error(error.message))
  const listeners: ((bytes: Buffer, from: string) => void)[] = []
  socket.on('message', (datagram, from) => {
    if (from.address !== host || from.port !== port) return
    const unwrapped = unwrapUdp(datagram)
    if (!unwrapped) return
    for (const listener of listeners) listener(unwrapped.bytes, unwrapped.address)
  })
  return {
    send: (bytes, address) => socket.send(wrapUdp(address, bytes), port, host, () => {}),
    onDatagram: listener => void listeners.push(listener),
    close: () => void socket.close(),
  }
}
