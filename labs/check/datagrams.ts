/** UDP sockets in the checker's hands, on loopback, and links with faults between them and the program. */
import dgram from 'node:dgram'
import { once } from 'node:events'
import type { FaultReport } from '../../network/faults/report.ts'
import { openUdpLink, type UdpFaults, type UdpLink } from '../../network/faults/udp-link.ts'
import type { CheckContext } from './check.ts'
import { within } from './deadline.ts'
import { count } from './finding.ts'
import { glance } from './hexdump.ts'

const HOST = '127.0.0.1'

type Owner = Pick<CheckContext, 'transcript' | 'onEnd'>

export interface Datagram {
  bytes: Buffer
  /** Its source port; the host is always 127.0.0.1. */
  port: number
}

export interface DatagramSocket {
  /** As in messages: "client 1". */
  name: string
  port: number
  /** As the contract writes addresses: "127.0.0.1:49321". */
  address: string
  /** Resolves when the operating system has taken it. */
  send(bytes: Uint8Array, port: number): Promise<void>
  /** The next datagram, or undefined when none comes within `ms`. */
  next(ms: number): Promise<Datagram | undefined>
  /** How many have come and were not taken by `next`. */
  waiting(): number
  /** From now on each datagram goes to `listener`, and none to `next`. */
  serve(listener: (datagram: Datagram) => void): void
}

/** A bound socket, which is closed at the end of the check. */
export async function openDatagrams({ transcript, onEnd }: Owner, name: string): Promise<DatagramSocket> {
  const socket = dgram.createSocket('udp4')
  const queue: Datagram[] = []
  let wake = () => {}
  let listener: ((datagram: Datagram) => void) | undefined
  socket.bind(0, HOST)
  await once(socket, 'listening')
  let open = true
  onEnd(() => {
    open = false
    socket.close()
  })
  // Where nobody listens any more some systems report it as an error of the next call: the silence says it, too.
  socket.on('error', () => {})
  socket.on('message', (bytes, { port }) => {
    transcript.note(
      'from program',
      `${name}: datagram of ${count(bytes.length, 'byte')}  ${glance(bytes, 13)}`,
    )
    if (listener) return listener({ bytes, port })
    queue.push({ bytes, port })
    wake()
  })
  const { port } = socket.address()
  return {
    name,
    port,
    address: `${HOST}:${port}`,
    waiting: () => queue.length,
    serve: serving => void (listener = serving),
    send(bytes, to) {
      if (!open) return Promise.resolve()
      transcript.note(
        'to program',
        `${name}: datagram of ${count(bytes.length, 'byte')}  ${glance(bytes, 13)}`,
      )
      return new Promise(resolve => socket.send(bytes, to, HOST, () => resolve()))
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

/** A link to `port`, which is closed at the end of the check. Its faults are part of the transcript. */
export async function openLink(
  { transcript, onEnd }: Owner,
  port: number,
  options: {
    seed: number
    toServer?: UdpFaults
    toClient?: UdpFaults
    onReport?: (report: FaultReport) => void
  },
): Promise<UdpLink> {
  const link = await openUdpLink({
    ...options,
    target: { host: HOST, port },
    onReport(report) {
      const where = report.direction === 'to-server' ? 'to the server' : 'to the client'
      transcript.note('to program', `the network: ${report.fault}, on the way ${where}`)
      options.onReport?.(report)
    },
  })
  onEnd(() => link.close())
  return link
}
