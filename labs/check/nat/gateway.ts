/**
 * The sockets around a NAT: a program's way into the world. It speaks UDP on 127.0.0.1, each datagram with SOCKS5's header in front (RFC 1928, section
 * 7). What the transcript and the capture show are the datagrams without that header, with the addresses of the world.
 */
import { unwrapUdp, wrapUdp } from '../../exercise/socks-udp.ts'
import { NO_CAPTURE, type End } from '../capture/capture.ts'
import type { CheckContext } from '../kit/check.ts'
import { openDatagrams } from '../peers/datagrams.ts'
import { hostOf, portOf, type Nat } from './nat.ts'
import type { Inside, World } from './world.ts'

export interface Gateway {
  /** For the program: 127.0.0.1:PORT. */
  address: string
  /** How many sockets have sent something to it. */
  sockets(): number
}

/** Where the program's sockets are, behind the NAT. */
const INSIDE = '10.0.0.'

/** Open until the check ends. `inside`, from 1 to 254, tells programs behind one NAT apart. */
export async function openGateway(
  t: Pick<CheckContext, 'transcript' | 'onEnd' | 'broken'>,
  world: World,
  nat: Nat,
  { inside = 1, name = 'the gateway' }: { inside?: number; name?: string } = {},
): Promise<Gateway> {
  const { transcript } = t
  const ends = new Map<number, Inside>()
  const quiet = { ...transcript, capture: NO_CAPTURE, datagram() {} }
  // Only who was told of the world sends to one of its hosts, in this form.
  const socket = await openDatagrams({ ...t, transcript: quiet }, name, ({ bytes }) => {
    const to = unwrapUdp(bytes)?.address
    return to !== undefined && world.knows(hostOf(to))
  })
  socket.serve(({ bytes: datagram, port }) => {
    const { address, bytes } = unwrapUdp(datagram)!
    const own = `${INSIDE}${inside}:${port}`
    transcript.datagram('from program', world.nameOf(address), bytes)
    transcript.capture.datagram('from program', end(address), end(own), bytes, 'inside the NAT')
    let entry = ends.get(port)
    if (!entry) {
      entry = world.inside(nat, own, (arrived, from) => {
        transcript.datagram('to program', world.nameOf(from), arrived)
        transcript.capture.datagram('to program', end(from), end(own), arrived, 'inside the NAT')
        void socket.send(wrapUdp(from, arrived), port)
      })
      ends.set(port, entry)
    }
    entry.send(bytes, address)
  })
  world.watch(({ from, to, bytes }, arrived) => {
    const dropped = arrived ? undefined : 'nobody lets it in'
    if (hostOf(from) === nat.host)
      transcript.capture.datagram('from program', end(to), end(from), bytes, dropped)
    else if (hostOf(to) === nat.host)
      transcript.capture.datagram('to program', end(from), end(to), bytes, dropped)
  })
  return { address: socket.address, sockets: () => ends.size }
}

const end = (address: string): End => ({ host: hostOf(address), port: portOf(address) })
