/** Hears what goes over a port of the multicast DNS group on the loopback interface, and asks. */
import { once } from 'node:events'
import multicastDNS from 'multicast-dns'
import { GROUP, isFromHere, LOOPBACK, multicastBind } from '../loopback-multicast.ts'

/** An answer as nodes of libp2p give it: https://github.com/libp2p/specs/blob/master/discovery/mdns.md#response */
export interface MdnsAnswer {
  /** What was asked for: the name of the PTR record. */
  serviceTag: string
  /** What that points to, without the service tag behind it. */
  name: string
  /** The texts of its TXT records. */
  texts: readonly string[]
}

export interface MdnsTap {
  ask(serviceTag: string): void
  stop(): Promise<void>
}

export interface MdnsTapOptions {
  port: number
  /** For each question, those of `ask` included. */
  onQuestion(serviceTag: string): void
  onAnswer(answer: MdnsAnswer): void
}

/** Rejects when the socket cannot be had. Packets that are not DNS, or have no PTR record, are left out. */
export async function openMdnsTap({ port, onQuestion, onAnswer }: MdnsTapOptions): Promise<MdnsTap> {
  const socket = multicastDNS({ port, ip: GROUP, interface: LOOPBACK, bind: multicastBind(), ttl: 1 })
  socket.on('query', ({ questions = [] }, rinfo) => {
    if (!isFromHere(rinfo)) return
    for (const { name, type } of questions) if (type === 'PTR') onQuestion(name)
  })
  socket.on('response', ({ answers = [], additionals = [] }, rinfo) => {
    if (!isFromHere(rinfo)) return
    const records = [...answers, ...additionals]
    for (const record of answers) {
      if (record.type !== 'PTR') continue
      const suffix = `.${record.name}`
      const name = record.data.endsWith(suffix) ? record.data.slice(0, -suffix.length) : record.data
      const texts = records.flatMap(other =>
        other.type === 'TXT' && other.name === record.data ? textsOf(other.data) : [],
      )
      onAnswer({ serviceTag: record.name, name, texts })
    }
  })
  socket.on('warning', () => {})
  try {
    await once(socket, 'ready')
  } catch (error) {
    socket.destroy()
    throw error
  }
  socket.on('error', () => {})
  return {
    ask: serviceTag => socket.query({ questions: [{ name: serviceTag, type: 'PTR' }] }),
    stop: () => new Promise(resolve => socket.destroy(() => resolve())),
  }
}

const textsOf = (data: unknown): string[] => (Array.isArray(data) ? data : [data]).map(String)
