/** UDP sockets in the checker's hands, on loopback, and links with faults between them and the program. */
import dgram from 'node:dgram'
import { once } from 'node:events'
import type { FaultReport } from '../../../network/faults/report.ts'
import { openUdpLink, type UdpFaults, type UdpLink } from '../../../network/faults/udp-link.ts'
import type { End } from '../capture/capture.ts'
import type { CheckContext } from '../kit/check.ts'
import { pause, within } from '../kit/deadline.ts'
import type { Transcript } from '../transcript/transcript.ts'
import { isRefusal, socketFault } from './machine-fault.ts'

const HOST = '127.0.0.1'

/** The system's queue is full for the moment, which macOS and Windows say of a quick burst. */
const FULL = new Set(['ENOBUFS', 'EAGAIN', 'EWOULDBLOCK'])
/** With a pause between them that grows by a millisecond each time. */
const TRIES = 20

type Owner = Pick<CheckContext, 'transcript' | 'onEnd' | 'broken'>

/** The ports of the checker's open sockets on 127.0.0.1: a link to one of them leads away from the program. */
const ours = new Set<number>()

/** The ports of links, which capture what comes to them and leaves them: each datagram belongs into a capture once. */
const linked = new Set<number>()
const isLink = ({ host, port }: End): boolean => host === HOST && linked.has(port)

export interface Datagram {
  bytes: Buffer
  /** Where it came from. The host is 127.0.0.1, unless the one who sent it has taken another address of the loopback network. */
  host: string
  port: number
}

export interface DatagramSocket {
  /** As in messages: "client 1". */
  name: string
  host: string
  port: number
  /** As the contract writes addresses: "127.0.0.1:49321". */
  address: string
  /**
   * Resolves when the operating system has taken it. When it does not, the check ends: as inconclusive, where that is this computer's
   * fault. `host`: 127.0.0.1 when left out.
   */
  send(bytes: Uint8Array, port: number, host?: string): Promise<void>
  /** The next datagram of the program's, or undefined when none comes within `ms`. */
  next(ms: number): Promise<Datagram | undefined>
  /** How many of the program's have come and were not taken by `next`. */
  waiting(): number
  /** From now on each datagram of the program's goes to `listener`, and none to `next`. */
  serve(listener: (datagram: Datagram) => void): void
  /**
   * Datagrams of which nobody can say that they are the program's, the first of them. When what was due does not come,
   * they may be what a wrong program sent in its place.
   */
  strangers: readonly Datagram[]
}

/** So many strangers are kept, and shown in the transcript. */
const STRANGERS = 8

/**
 * Whether a datagram can be told to be the program's: by an id that only it was given, by an amount it was asked for, by the port that it
 * listens on. Ports are machine-wide and given out again: everything else may come from anywhere.
 */
export type IsOurs = (datagram: Datagram) => boolean

/**
 * A bound socket, which is closed at the end of the check. Only what `isOurs` tells to be the program's is taken for it. `host` is an address that
 * the system has (hosts.ts), 127.0.0.1 when left out.
 */
export async function openDatagrams(
  { transcript, onEnd, broken }: Owner,
  name: string,
  isOurs: IsOurs,
  { host = HOST, socket = dgram.createSocket('udp4') }: { host?: string; socket?: dgram.Socket } = {},
): Promise<DatagramSocket> {
  const queue: Datagram[] = []
  const strangers: Datagram[] = []
  let wake = () => {}
  let listener: ((datagram: Datagram) => void) | undefined
  socket.bind(0, host)
  await once(socket, 'listening').catch((error: unknown) => {
    throw socketFault(error)
  })
  const { port } = socket.address()
  const own = { host, port }
  if (host === HOST) ours.add(port)
  let open = true
  onEnd(() => {
    open = false
    if (host === HOST) ours.delete(port)
    socket.close()
  })
  // Where nobody listens any more some systems report it as an error of the next call: the silence says it, too.
  const fault = (error: Error) => {
    if (open && !isRefusal(error)) broken(socketFault(error))
  }
  socket.on('error', fault)
  socket.on('message', (bytes, { address, port: from }) => {
    const datagram = { bytes, host: address, port: from }
    if (!isLink(datagram))
      transcript.capture.datagram('from program', own, { host: address, port: from }, bytes)
    if (!isOurs(datagram)) return setAside(strangers, datagram, name, transcript)
    transcript.datagram('from program', name, bytes)
    if (listener) return listener(datagram)
    queue.push(datagram)
    wake()
  })
  return {
    name,
    host,
    port,
    address: `${host}:${port}`,
    strangers,
    waiting: () => queue.length,
    serve: serving => void (listener = serving),
    async send(bytes, to, toHost = HOST) {
      if (!open) return
      transcript.datagram('to program', name, bytes)
      const target = { host: toHost, port: to }
      const sent = isLink(target) ? () => {} : transcript.capture.datagram('to program', own, target, bytes)
      for (let tries = 1; open; tries++) {
        const error = await new Promise<NodeJS.ErrnoException | null>(resolve =>
          socket.send(bytes, to, toHost, resolve),
        )
        if (!error) return sent()
        if (!FULL.has(error.code ?? '') || tries === TRIES) return fault(error)
        await pause(tries)
      }
    },
    next(ms) {
      const come = new Promise<void>(resolve => {
        wake = resolve
        if (queue.length > 0) resolve()
      })
      return within(come, ms, () => new Error('nothing came')).then(
        () => queue.shift(),
        () => undefined,
      )
    },
  }
}

/**
 * A port at which nobody listens, until the check ends: the system says so to everyone who sends to it, and gives it to nobody else, because
 * there is a socket that is connected with itself.
 */
export async function openDeafPort({ onEnd }: Owner): Promise<{ port: number; address: string }> {
  const socket = dgram.createSocket('udp4')
  socket.on('error', () => {})
  onEnd(() => socket.close())
  const failed = (error: unknown) => {
    throw socketFault(error)
  }
  socket.bind(0, HOST)
  await once(socket, 'listening').catch(failed)
  const { port } = socket.address()
  socket.connect(port, HOST)
  await once(socket, 'connect').catch(failed)
  return { port, address: `${HOST}:${port}` }
}

/** A link to `port`, which is closed at the end of the check. Its faults are part of the transcript. */
export async function openLink(
  { transcript, onEnd, broken }: Owner,
  port: number,
  options: {
    seed: number
    toServer?: UdpFaults
    toClient?: UdpFaults
    /** Left out: all that comes from where the link leads is the server's, and everything else a client's. */
    isOurs?: IsOurs
    onReport?: (report: FaultReport) => void
  },
): Promise<UdpLink & { strangers: readonly Datagram[] }> {
  const strangers: Datagram[] = []
  const accepts = (bytes: Buffer, from: number) => {
    const datagram = { bytes, host: HOST, port: from }
    if (options.isOurs?.(datagram) !== false) return true
    setAside(strangers, datagram, 'the link', transcript)
    return false
  }
  const opened = openUdpLink({
    ...options,
    target: { host: HOST, port },
    accepts,
    onDatagram({ way, port: own, other, bytes, fault }) {
      const known = linked.size
      linked.add(own)
      if (linked.size > known) onEnd(() => linked.delete(own))
      const { capture } = transcript
      const [ourEnd, otherEnd] = [
        { host: HOST, port: own },
        { host: HOST, port: other },
      ]
      // One end of the link is another socket of the checker's: the link stands for the program there.
      if (ours.has(other))
        capture.datagram(way === 'in' ? 'to program' : 'from program', otherEnd, ourEnd, bytes, fault)
      else capture.datagram(way === 'in' ? 'from program' : 'to program', ourEnd, otherEnd, bytes, fault)
    },
    onReport(report) {
      const toServer = report.direction === 'to-server'
      const way = toServer === ours.has(port) ? 'from program' : 'to program'
      const bytes = 'bytes' in report ? report.bytes : undefined
      const words = `${report.fault}, on the way to the ${toServer ? 'server' : 'client'}`
      transcript.fault(way, words, bytes)
      if (report.fault === 'lost') transcript.capture.comment(words)
      options.onReport?.(report)
    },
    onError: error => {
      if (!isRefusal(error)) broken(socketFault(error))
    },
  })
  const link = await opened.catch((error: unknown) => {
    throw socketFault(error)
  })
  linked.add(link.port)
  onEnd(() => linked.delete(link.port))
  onEnd(() => link.close())
  return Object.assign(link, { strangers })
}

function setAside(strangers: Datagram[], datagram: Datagram, name: string, transcript: Transcript): void {
  if (strangers.length === STRANGERS) return
  strangers.push(datagram)
  transcript.capture.comment("set aside, because it need not be your program's")
  transcript.stranger(`a datagram to ${name} from port ${datagram.port}`, datagram.bytes)
}
