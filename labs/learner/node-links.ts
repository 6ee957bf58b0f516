/**
 * The transport of Lab 4: a node dials each of its peers and sends there only on the connection that it dialed. What comes in, it reads on
 * those that it accepted. So each direction between two nodes is a connection of its own. Its documentation is in p2plab.d.ts, the wire
 * format in network/links/json-frames.ts.
 */
import net from 'node:net'
import { once } from 'node:events'
import type * as types from 'p2plab'
import { encodeJsonFrame, HEADER, jsonFrames, MAX_FRAME_BYTES } from '../../network/links/json-frames.ts'
import { BadUnit } from '../../network/links/unit.ts'

/** Milliseconds from a lost connection, or one that was refused, to the next try. */
const RETRY_MS = 50
/** Bytes that may wait for a peer that does not read; what comes after is dropped. */
const MAX_WAITING = 4 * 1024 * 1024

export const createOpenLinks =
  (parseAddress: typeof types.parseAddress): typeof types.openLinks =>
  async ({ id, host, port, peers, onMessage, onConnect }) => {
    const connected = new Map<string, net.Socket>()
    const timers = new Set<NodeJS.Timeout>()
    const sockets = new Set<net.Socket>()
    /** Where each peer is dialed, and the connection, or the try to make one. */
    const dialed = new Map<string, { address: string; socket?: net.Socket }>()
    let closed = false

    const dial = (peer: string) => {
      const known = dialed.get(peer)!
      const socket = net.connect({ ...parseAddress(known.address), noDelay: true })
      known.socket = socket
      sockets.add(socket)
      socket.on('connect', () => {
        socket.write(encodeJsonFrame({ from: id }))
        connected.set(peer, socket)
        onConnect?.(peer)
      })
      // The peer sends nothing here, but its end must be noticed.
      socket.resume()
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        if (connected.get(peer) === socket) connected.delete(peer)
        if (closed) return
        const timer = setTimeout(() => {
          timers.delete(timer)
          dial(peer)
        }, RETRY_MS)
        timers.add(timer)
      })
    }

    const server = net.createServer(socket => {
      sockets.add(socket)
      const decoder = jsonFrames.decoder()
      let from: string | undefined
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
      socket.on('data', chunk => {
        try {
          for (const { value } of decoder.push(chunk)) {
            if (socket.destroyed) return
            if (from !== undefined) onMessage(from, value as never)
            else if (typeof (value as { from?: unknown }).from === 'string')
              from = (value as { from: string }).from
            else return void socket.destroy()
          }
        } catch (error) {
          // An error of the learner's own is not the peer's.
          if (!(error instanceof BadUnit)) throw error
          socket.destroy()
        }
      })
    })
    server.listen(port, host)
    await once(server, 'listening')
    const addPeer = (peer: types.Peer) => {
      parseAddress(peer.address)
      const known = dialed.get(peer.id)
      if (!known) {
        dialed.set(peer.id, { address: peer.address })
        return dial(peer.id)
      }
      if (known.address === peer.address) return
      known.address = peer.address
      connected.delete(peer.id)
      // When it is closed, the peer is dialed again.
      known.socket?.destroy()
    }
    for (const peer of peers) addPeer(peer)
    return {
      port: (server.address() as net.AddressInfo).port,
      addPeer,
      connected: () => [...connected.keys()],
      send(to, message) {
        const frame = encodeJsonFrame(message)
        const size = frame.length - HEADER
        if (size > MAX_FRAME_BYTES)
          throw new Error(`a message of ${size} bytes was not sent: ${MAX_FRAME_BYTES} is the most.`)
        const socket = connected.get(to)
        if (!socket?.writable || socket.writableLength > MAX_WAITING) return false
        socket.write(frame)
        return true
      },
      close() {
        closed = true
        for (const timer of timers) clearTimeout(timer)
        for (const socket of sockets) socket.destroy()
        server.close()
      },
    }
  }
