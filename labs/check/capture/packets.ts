/**
 * The packets of a check, as pcapng blocks, from what its sockets did. The sockets do not see packets: sequence numbers and
 * acknowledgements are made up so that they fit, and each piece that was sent or received is acknowledged at once.
 */
import type { Way } from '../transcript/way.ts'
import type { Capture, Captured, End, Flow } from './capture.ts'
import { MAX_SEGMENT, TCP, tcpPacket, udpPacket, type Packet } from './ip.ts'
import { packetBlock } from './pcapng.ts'

const NOTHING = new Uint8Array(0)

const other = (way: Way): Way => (way === 'to program' ? 'from program' : 'to program')

export interface Packets {
  /** One after the other they are the blocks. Payload is not copied. */
  parts: readonly Uint8Array[]
  /** How many packets they are. */
  count: number
}

/** `about` is the comment of the first packet, `outcome` that of the last. Undefined when nothing was sent or received. */
export function packetsOf(
  capture: Pick<Capture, 'events' | 'overflowed'>,
  about: string,
  outcome?: string,
): Packets | undefined {
  const events = capture.events()
  const parts: Uint8Array[] = []
  let count = 0
  const states = new Map<Flow, Record<Way, number>>()
  const ports = freePorts(events)
  const last = events.at(-1)
  let first = true
  /** Written when the next one comes: until then it may be the last. */
  let held: Parameters<typeof packetBlock>[0] | undefined
  const flush = (more?: string) => {
    if (!held) return
    const comment = [held.comment, more].filter(text => text !== undefined).join('\n')
    parts.push(...packetBlock({ ...held, ...(comment !== '' && { comment }) }))
  }

  for (const event of events) {
    const { flow, way, kind, at } = event
    // What a refused connection was asked for from is not known.
    if (flow.ours.port === 0) flow.ours = { ...flow.ours, port: ports() }
    const state = states.get(flow) ?? initial(states.size)
    states.set(flow, state)
    const said: (string | undefined)[] = [
      first ? about : undefined,
      event.comment,
      kind === 'ask' ? flow.name : undefined,
      event === last && capture.overflowed() ? 'The check sent more, which was not captured.' : undefined,
    ]
    const write = (direction: Way, packet: Packet) => {
      const comment = said.splice(0).filter(text => text !== undefined)
      count++
      flush()
      held = {
        at,
        ...packet,
        inbound: direction === 'from program',
        ...(comment.length > 0 && { comment: comment.join('\n') }),
      }
    }
    const send = (direction: Way, flags: number, payload: Uint8Array = NOTHING, length = payload.length) => {
      const [from, to] = ends(flow, direction)
      const [seq, ack] = [state[direction], state[other(direction)]]
      write(direction, tcpPacket({ from, to, flags, seq, ack, payload, length }))
      const counts = length + ((flags & (TCP.SYN | TCP.FIN)) === 0 ? 0 : 1)
      state[direction] = (seq + counts) >>> 0
    }
    switch (kind) {
      case 'ask':
        send(way, TCP.SYN)
        break
      case 'answer':
        send(way, TCP.SYN | TCP.ACK)
        send(other(way), TCP.ACK)
        break
      case 'refuse':
        state[way] = 0
        send(way, TCP.RST | TCP.ACK)
        break
      case 'data':
        for (let sent = 0; sent < event.length; sent += MAX_SEGMENT) {
          const length = Math.min(MAX_SEGMENT, event.length - sent)
          const flags = sent + length === event.length ? TCP.PSH | TCP.ACK : TCP.ACK
          send(way, flags, event.bytes.subarray(sent, sent + length), length)
        }
        send(other(way), TCP.ACK)
        break
      case 'fin':
        send(way, TCP.FIN | TCP.ACK)
        send(other(way), TCP.ACK)
        break
      case 'rst':
        send(way, TCP.RST | TCP.ACK)
        break
      case 'datagram':
        write(way, udpPacket(...ends(flow, way), event.bytes, event.length))
    }
    first = false
  }
  flush(outcome)
  return count === 0 ? undefined : { parts, count }
}

const ends = ({ ours, theirs }: Flow, way: Way): [from: End, to: End] =>
  way === 'to program' ? [ours, theirs] : [theirs, ours]

/** Initial sequence numbers: far from each other, the same for the same check. */
const initial = (n: number): Record<Way, number> => ({
  'to program': Math.imul(2 * n + 1, 0x9e37_79b1) >>> 0,
  'from program': Math.imul(2 * n + 2, 0x9e37_79b1) >>> 0,
})

/** Ports from the top that no connection has. */
function freePorts(events: readonly Captured[]): () => number {
  const taken = new Set(events.flatMap(({ flow }) => [flow.ours.port, flow.theirs.port]))
  let port = 65_535
  return () => {
    while (taken.has(port)) port--
    return port--
  }
}
