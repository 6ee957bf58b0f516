/** The sockets of one check, all on loopback: connections to the program, and servers for the program to connect to. */
import { once } from 'node:events'
import net from 'node:net'
import { pause, within } from '../kit/deadline.ts'
import { elapsed } from '../engine/suspension.ts'
import { CheckFailure, Inconclusive, number } from '../kit/finding.ts'
import { happens } from '../kit/happens.ts'
import { candidate, type BeginsOurs, type Candidate } from './accepted.ts'
import { isNoAnswer, isRefusal, socketFault } from './machine-fault.ts'
import { createPeer, type Peer } from './peer.ts'
import { createTranscript, type Transcript } from '../transcript/transcript.ts'

/** How long a connection that says the wrong thing is set aside, while the program may yet make the right one. */
const SUSPECT_MS = 1_000
/** How long a connection on loopback may take. */
const CONNECT_MS = 5_000
const HOST = '127.0.0.1'

export interface Server {
  /** As the contract writes addresses: "127.0.0.1:49321". */
  address: string
  /**
   * The next connection of the program's; when none comes although the program runs, one that need not be its own, as a program that
   * says the wrong thing makes it. Rejects with a CheckFailure when there is none within `ms`.
   */
  accept(ms?: number): Promise<Peer>
  /**
   * The system refuses connections from now on. Those that were accepted stay, and the port is taken until the check ends, so nobody else
   * can be given it.
   */
  stopListening(): Promise<void>
  /** After `stopListening`: accepts connections at the same address again. False where the system does not give the port back. */
  listenAgain(): Promise<boolean>
  /** The next connection that is certainly the program's. Stays pending while there is none. */
  acceptOurs(): Promise<Peer>
  /**
   * Takes the connections that can be nobody's but a wrong program's: call it when what was due did not come. They are the program's
   * from here on.
   */
  takeSuspects(): Peer[]
}

export interface Sockets {
  /** Rejects with a CheckFailure when the connection is refused. `from`: an address of this computer's, which the program then sees. */
  connect(port: number, name?: string, options?: { from?: string }): Promise<Peer>
  /** The same for a connection that only keeps the program busy: it is left out of the transcript. */
  probe(port: number): Promise<Peer>
  /**
   * 'refused', or the connection that should not have been made. Rejects with Inconclusive where this computer cannot make one,
   * and with a CheckFailure when nobody answers.
   */
  tryConnect(port: number, name?: string): Promise<Peer | 'refused'>
  /**
   * A server for the program to connect to: `begins` tells its connections from a stranger's, by what they begin with. `host`: an address of
   * this computer's, 127.0.0.1 when left out. `called`: the peer that it belongs to, where a check has several; it names the connections.
   */
  serve(begins: BeginsOurs, options?: { host?: string; called?: string }): Promise<Server>
  /** Closes everything at once. */
  close(): void
}

export interface SocketsOptions {
  /** Begins a connection to a port of `host`, which is 127.0.0.1 when left out. */
  open?: (port: number, ends?: { host?: string; from?: string }) => net.Socket
  /** A round trip with the program that shows that it runs. */
  signOfLife?: () => Promise<void>
}

export function createSockets(
  transcript: Transcript,
  { open = connectTo, signOfLife = () => pause(100) }: SocketsOptions = {},
): Sockets {
  const sockets = new Set<net.Socket>()
  const servers = new Set<net.Server>()
  /** By port: the last connection that was accepted there. */
  const accepting = new Map<number, Accepted>()
  let closed = false
  let connections = 0

  const own = (socket: net.Socket, name: string, record = transcript): Peer => {
    track(socket)
    return createPeer(socket, name, record)
  }
  const track = (socket: net.Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  }

  const tryConnect = (
    port: number,
    name = `connection ${++connections}`,
    { from, record = transcript }: { from?: string | undefined; record?: Transcript } = {},
  ): Promise<Peer | 'refused'> => {
    // A probe that goes on after its check would reach whoever has the port by then.
    if (closed) return Promise.reject(new Inconclusive('the check is over.'))
    const socket = open(port, from === undefined ? {} : { from })
    const asked = record.capture.asks(port)
    sockets.add(socket)
    const connected = new Promise<Peer | 'refused'>((resolve, reject) => {
      socket.once('error', error => {
        if (isNoAnswer(error)) return reject(cannotConnect(port, 'no answer', accepting.get(port)))
        if (!isRefusal(error)) return reject(socketFault(error))
        asked.refused(`${name}: refused`)
        record.note('from program', name, 'refused', `connection to port ${port} refused`)
        resolve('refused')
      })
      socket.once('connect', () => {
        socket.removeAllListeners('error')
        asked.made(socket, name)
        record.note('to program', name, 'connect', `connected to port ${port}`)
        accepting.set(port, { name, at: elapsed() })
        resolve(own(socket, name, record))
      })
    })
    return within(connected, CONNECT_MS, () => {
      socket.destroy()
      return cannotConnect(port, 'no answer', accepting.get(port))
    })
  }

  const connect = async (
    port: number,
    name?: string,
    options?: { from?: string; record?: Transcript },
  ): Promise<Peer> => {
    const peer = await tryConnect(port, name, options)
    if (peer === 'refused') throw cannotConnect(port, 'the connection was refused', accepting.get(port))
    return peer
  }

  return {
    tryConnect: (port, name) => tryConnect(port, name),
    connect: (port, name, { from } = {}) => connect(port, name, from === undefined ? {} : { from }),
    probe: port => connect(port, 'the probe', { record: createTranscript(transcript.capture) }),
    async serve(begins, { host = HOST, called } = {}) {
      let adopted = 0
      const nextName = () => {
        if (called === undefined) return `connection ${++connections}`
        return ++adopted === 1 ? called : `${called} (${adopted})`
      }
      const accepted: Peer[] = []
      /** Of which it is not known whose they are, and those among them that look like a stranger's. */
      const unknown = new Set<Candidate>()
      const suspects = new Set<Candidate>()
      const waiting = new Set<() => void>()
      let suspected = () => {}
      const adopt = (one: Candidate): Peer => {
        unknown.delete(one)
        suspects.delete(one)
        return one.adopt(nextName())
      }
      const server = net.createServer({ allowHalfOpen: true, noDelay: true }, socket => {
        track(socket)
        const one = candidate(socket, begins, transcript, {
          onOurs() {
            if (!unknown.has(one)) return
            accepted.push(adopt(one))
            for (const look of waiting) look()
          },
          onSuspect() {
            transcript.stranger(`a connection from port ${one.from}`, one.first())
            one.setAside()
            suspects.add(one)
            suspected()
          },
        })
        unknown.add(one)
      })
      servers.add(server)
      await new Promise<void>((resolve, reject) => {
        server.once('error', error => reject(socketFault(error)))
        server.listen(0, host, resolve)
      })
      const { port } = server.address() as net.AddressInfo
      const address = `${host}:${port}`
      /** Resolves when one of the program's waits to be taken. */
      const comes = () =>
        new Promise<void>(resolve => {
          const look = () => {
            if (accepted.length === 0) return
            waiting.delete(look)
            resolve()
          }
          waiting.add(look)
          look()
        })
      const takeSuspects = () => [...unknown].map(adopt)
      /** Resolves when there is one that a wrong program may have made, and nothing better has come although it runs. */
      const onlyWorse = async (better: Promise<unknown>): Promise<void> => {
        await new Promise<void>(resolve => {
          suspected = resolve
          if (suspects.size > 0) resolve()
        })
        await happens(better, { ms: SUSPECT_MS, signOfLife })
      }
      return {
        address,
        takeSuspects,
        async stopListening() {
          // A connection of the checker's own keeps the port in use. It stays among the unknown ones.
          const holder = open(port, { host })
          track(holder)
          await once(holder, 'connect').catch((error: unknown) => {
            throw socketFault(error)
          })
          holder.on('error', () => {})
          if (holder.localPort !== undefined) transcript.capture.leaveOut(holder.localPort)
          server.close()
        },
        listenAgain: () =>
          new Promise((resolve, reject) => {
            const failed = (error: NodeJS.ErrnoException) =>
              error.code === 'EADDRINUSE' ? resolve(false) : reject(socketFault(error))
            server.once('error', failed)
            server.listen(port, host, () => {
              server.off('error', failed)
              resolve(true)
            })
          }),
        async acceptOurs() {
          await comes()
          return accepted.shift()!
        },
        async accept(ms = CONNECT_MS) {
          const ours = comes()
          const late = new Error('late')
          await within(Promise.race([ours, onlyWorse(ours)]), ms, () => late).catch((error: unknown) => {
            if (error !== late) throw error
          })
          // At last also one that has said nothing yet.
          const [suspect] = suspects.size > 0 ? suspects : unknown
          const peer = accepted.shift() ?? (suspect && adopt(suspect))
          if (peer) return peer
          throw neverConnected(address, ms)
        },
      }
    },
    close() {
      closed = true
      for (const server of servers) server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

const connectTo: NonNullable<SocketsOptions['open']> = (port, { host = HOST, from } = {}) =>
  net.connect({
    host,
    port,
    noDelay: true,
    allowHalfOpen: true,
    ...(from !== undefined && { localAddress: from }),
  })

interface Accepted {
  name: string
  /** Of the checker's time, ms. */
  at: number
}

/** `before` is the last connection that this port accepted: what went wrong then came after listen. */
const cannotConnect = (port: number, what: string, before: Accepted | undefined) =>
  new CheckFailure({
    did: `The checker tried to connect to ${HOST}, port ${port}${before ? ' once more' : ''}.`,
    expected: `that your program ${before ? 'still ' : ''}accepts connections on ${HOST}, port ${port}.`,
    got: before
      ? `${what}, although the port accepted ${before.name}, ${number(Math.round(elapsed() - before.at))} ms before.`
      : `${what}.`,
    lost: true,
    hint: before
      ? `your program stopped ${what === 'no answer' ? 'accepting connections' : 'listening'} after it accepted ${before.name}: does the end of a connection, or an error on one, close the server, too?`
      : 'does listen return before the server is listening, or return another port than the one that the server listens on?',
  })

const neverConnected = (address: string, ms: number) =>
  new CheckFailure({
    expected: `a connection from your program to ${address}.`,
    got: `none within ${ms / 1000} s.`,
    hint: 'do you connect to the address in `peer`, host and port?',
  })
