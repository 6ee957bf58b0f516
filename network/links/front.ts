/**
 * The address of a node that others find by themselves: a socket in front of the watched links that lead to it. A connection says in its
 * first bytes whose it is; from there on, it is carried as it is to the link from that dialer. So nodes may tell each other one address for
 * each node, and every pair still has a link of its own.
 *
 *     const front = await openFront({ format: jsonFrames, links: new Map([['n2', link.port]]) })
 */
import net from 'node:net'
import { once } from 'node:events'
import type { WireFormat } from './unit.ts'

export interface FrontOptions {
  format: WireFormat
  /** The ports on 127.0.0.1 of the links to this node, by the ID of the dialer. Looked at for each connection, so it may change. */
  links: ReadonlyMap<string, number>
  /** A connection that none of the dialers opened, or that did not say so in time. It is closed. */
  onStranger?(bytes: Buffer): void
  /** How long a connection may take to say whose it is, in ms. Left out: 5 s. */
  unknownMs?: number
}

export interface Front {
  /** Where the node is found, on 127.0.0.1. */
  readonly port: number
  /** Closes all connections, too. */
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const UNKNOWN_MS = 5_000
/** What of a connection's beginning is looked at. Bytes. */
const MOST_UNKNOWN = 64 * 1024

/** Rejects when no port can be had. */
export async function openFront({
  format,
  links,
  onStranger,
  unknownMs = UNKNOWN_MS,
}: FrontOptions): Promise<Front> {
  const sockets = new Set<net.Socket>()
  const kept = (socket: net.Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  }

  const carry = (dialer: net.Socket, first: Buffer, port: number) => {
    const link = net.connect({ host: HOST, port, allowHalfOpen: true, noDelay: true })
    kept(link)
    link.write(first)
    // What ends in a reset on one side must not look like an orderly end on the other.
    joinFate(dialer, link)
    joinFate(link, dialer)
    dialer.pipe(link)
    link.pipe(dialer)
  }

  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, dialer => {
    kept(dialer)
    let first: Buffer = Buffer.alloc(0)
    const onError = () => {}
    const stranger = () => {
      done()
      dialer.on('error', onError)
      dialer.destroy()
      onStranger?.(first)
    }
    const late = setTimeout(stranger, unknownMs)
    const done = () => {
      clearTimeout(late)
      dialer.off('data', onData)
      dialer.off('end', stranger)
      dialer.off('close', done)
      dialer.off('error', onError)
    }
    const onData = (chunk: Buffer) => {
      first = Buffer.concat([first, chunk])
      const answers = [...links].map(([id, port]) => ({ port, is: format.begins(first, id) }))
      const found = answers.find(({ is }) => is === true)
      if (found) {
        done()
        return carry(dialer, first, found.port)
      }
      if (first.length > MOST_UNKNOWN || answers.every(({ is }) => is === false)) stranger()
    }
    dialer.on('error', onError)
    dialer.on('data', onData)
    dialer.on('end', stranger)
    dialer.on('close', done)
  })
  server.listen(0, HOST)
  await once(server, 'listening')
  return {
    port: (server.address() as net.AddressInfo).port,
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      if (server.listening) await once(server, 'close')
    },
  }
}

/** A side that breaks, or is gone before it has sent all, breaks the other. */
function joinFate(side: net.Socket, other: net.Socket): void {
  const reset = () => {
    if (!other.destroyed) other.resetAndDestroy()
  }
  side.on('error', reset)
  side.on('close', hadError => {
    if (hadError || !side.readableEnded) reset()
  })
}
