/** The sockets of one check, all on loopback: connections to the program, and servers for the program to connect to. */
import net from 'node:net'
import { within } from '../kit/deadline.ts'
import { CheckFailure } from '../kit/finding.ts'
import { isNoAnswer, isRefusal, socketFault } from './machine-fault.ts'
import { createPeer, type Peer } from './peer.ts'
import { createTranscript, type Transcript } from '../transcript/transcript.ts'

/** How long a connection on loopback may take. */
const CONNECT_MS = 5_000
const HOST = '127.0.0.1'

export interface Server {
  /** As the contract writes addresses: "127.0.0.1:49321". */
  address: string
  /** The next connection; rejects with a CheckFailure when none comes within `ms`. */
  accept(ms?: number): Promise<Peer>
  /** The system refuses connections from now on. Those that were accepted stay. */
  stopListening(): void
}

export interface Sockets {
  /** Rejects with a CheckFailure when the connection is refused. */
  connect(port: number, name?: string): Promise<Peer>
  /** The same for a connection that only keeps the program busy: it is left out of the transcript. */
  probe(port: number): Promise<Peer>
  /**
   * 'refused', or the connection that should not have been made. Rejects with Inconclusive where this computer cannot make one,
   * and with a CheckFailure when nobody answers.
   */
  tryConnect(port: number, name?: string): Promise<Peer | 'refused'>
  serve(): Promise<Server>
  /** Closes everything at once. */
  close(): void
}

/** `open` begins a connection to a port of 127.0.0.1. */
export function createSockets(transcript: Transcript, open = connectTo): Sockets {
  const sockets = new Set<net.Socket>()
  const servers = new Set<net.Server>()
  let connections = 0

  const own = (socket: net.Socket, name: string, record = transcript): Peer => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    return createPeer(socket, name, record)
  }

  const tryConnect = (
    port: number,
    name = `connection ${++connections}`,
    record = transcript,
  ): Promise<Peer | 'refused'> => {
    const socket = open(port)
    sockets.add(socket)
    const connected = new Promise<Peer | 'refused'>((resolve, reject) => {
      socket.once('error', error => {
        if (isNoAnswer(error)) return reject(cannotConnect(port, 'no answer'))
        if (!isRefusal(error)) return reject(socketFault(error))
        record.note('from program', name, 'refused', `connection to port ${port} refused`)
        resolve('refused')
      })
      socket.once('connect', () => {
        socket.removeAllListeners('error')
        record.note('to program', name, 'connect', `connected to port ${port}`)
        resolve(own(socket, name, record))
      })
    })
    return within(connected, CONNECT_MS, () => {
      socket.destroy()
      return cannotConnect(port, 'no answer')
    })
  }

  const connect = async (port: number, name?: string, record?: Transcript): Promise<Peer> => {
    const peer = await tryConnect(port, name, record)
    if (peer === 'refused') throw cannotConnect(port, 'the connection was refused')
    return peer
  }

  return {
    tryConnect: (port, name) => tryConnect(port, name),
    connect: (port, name) => connect(port, name),
    probe: port => connect(port, 'the probe', createTranscript()),
    async serve() {
      const accepted: Peer[] = []
      let wake = () => {}
      const server = net.createServer({ allowHalfOpen: true, noDelay: true }, socket => {
        const name = `connection ${++connections}`
        transcript.note('from program', name, 'connect', 'connected')
        accepted.push(own(socket, name))
        wake()
      })
      servers.add(server)
      await new Promise<void>((resolve, reject) => {
        server.once('error', error => reject(socketFault(error)))
        server.listen(0, HOST, resolve)
      })
      const { port } = server.address() as net.AddressInfo
      const address = `${HOST}:${port}`
      const next = () =>
        new Promise<Peer>(resolve => {
          wake = () => {
            const peer = accepted.shift()
            if (peer) resolve(peer)
          }
          wake()
        })
      return {
        address,
        accept: (ms = CONNECT_MS) => within(next(), ms, () => neverConnected(address, ms)),
        stopListening: () => void server.close(),
      }
    },
    close() {
      for (const server of servers) server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

const connectTo = (port: number): net.Socket =>
  net.connect({ host: HOST, port, noDelay: true, allowHalfOpen: true })

const cannotConnect = (port: number, what: string) =>
  new CheckFailure({
    expected: `that your program accepts connections on ${HOST}, port ${port}.`,
    got: `${what}.`,
    lost: true,
    hint: 'does listen return before the server is listening, or return another port than the one that the server listens on?',
  })

const neverConnected = (address: string, ms: number) =>
  new CheckFailure({
    expected: `a connection from your program to ${address}.`,
    got: `none within ${ms / 1000} s.`,
    hint: 'do you connect to the address in `peer`, host and port?',
  })
