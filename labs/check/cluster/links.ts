/** The links of a cluster: one for each node and each of its peers, with what they carry in trace and transcript. */
import { openLink, type Link, type LinkEvent } from '../../../network/links/link.ts'
import type { WireFormat } from '../../../network/links/unit.ts'
import type { CheckContext } from '../kit/check.ts'
import { CheckFailure } from '../kit/finding.ts'
import { tapOf } from '../capture/tap.ts'
import type { Message, Trace } from './trace.ts'

/** `from` dials `to`. */
export interface Edge {
  from: string
  to: string
}

export interface Split {
  /** Ends it: links that it cut are whole again. */
  heal(): void
  /**
   * What was kept back, so far: a message that waits at the cut, or a connection that was refused. 0 means that nothing tried to cross, and
   * nothing about the split is proven.
   */
  blocked(): number
}

export interface ClusterLinks {
  /** Milliseconds that each message takes, on all links or on those of `edges`. Order is kept on a link, not between links. */
  delay(ms: () => number, edges?: readonly Edge[]): void
  /**
   * No message passes from one group to another until `heal`. 'hold', the default: TCP connections stay and what is sent waits, as behind a router
   * that drops packets for a while. 'break': connections are reset and new ones refused.
   */
  split(groups: readonly (readonly string[])[], how?: 'hold' | 'break'): Split
  /** The same for what goes from one node to another, in this direction only: what `from` sends waits. */
  cut(edges: readonly Edge[], how?: 'hold' | 'break'): Split
  /** Resets the connections between these. */
  reset(edges?: readonly Edge[]): void
  /** Messages that were sent and have neither arrived nor been lost. */
  underWay(): number
}

interface Parts {
  t: CheckContext
  trace: Trace
  edges: readonly Edge[]
  format: WireFormat
  /** Undefined: it is down; 'wait': it is about to be up. */
  portOf(id: string): number | 'wait' | undefined
}

const HOST = '127.0.0.1'

export async function openLinks({ t, trace, edges, format, portOf }: Parts) {
  const links = new Map<string, Link>()
  const key = ({ from, to }: Edge) => `${from}>${to}`
  let over = false

  const report = ({ from, to }: Edge) => {
    const sent = new Map<number, Message>()
    return (event: LinkEvent) => {
      if (over) return
      switch (event.type) {
        case 'open':
          trace.add({ kind: 'connected', from, to })
          return t.transcript.between(from, to, 'connect', 'connected')
        case 'closed':
          trace.add({ kind: 'disconnected', from, to })
          return t.transcript.between(from, to, 'close', 'connection closed')
        case 'refused':
          return void trace.add({ kind: 'refused', from, to })
        case 'sent': {
          const { bytes, label, value } = event.unit
          const [sender, receiver] = event.way === 'out' ? [from, to] : [to, from]
          t.transcript.between(sender, receiver, 'bytes', label, bytes)
          const message = trace.add<Message>({
            kind: 'message',
            from: sender,
            to: receiver,
            label,
            value,
            bytes,
            deliveredAt: undefined,
            lost: false,
          })
          return void sent.set(event.number, message)
        }
        case 'delivered': {
          const message = sent.get(event.number)
          if (!message) return
          sent.delete(event.number)
          message.deliveredAt = trace.add({ kind: 'delivery', message }).at
          return
        }
        case 'lost': {
          const message = sent.get(event.number)
          if (message) message.lost = true
          return void sent.delete(event.number)
        }
        case 'stranger':
          return t.transcript.stranger('a connection', event.bytes)
        case 'bad': {
          const [sender, receiver] = event.way === 'out' ? [from, to] : [to, from]
          return t.broken(
            new CheckFailure({
              expected: `that ${sender} sends ${receiver} whole messages of the exercise's wire format.`,
              got: `${event.message}.`,
              spoke: true,
            }),
          )
        }
      }
    }
  }

  for (const edge of edges) {
    const link = await openLink({
      from: edge.from,
      format,
      target: () => {
        const port = portOf(edge.to)
        return typeof port === 'number' ? { host: HOST, port } : port
      },
      onEvent: report(edge),
      tap: tapOf(edge, t.transcript.capture),
    })
    links.set(key(edge), link)
  }

  const linkOf = (edge: Edge): Link => {
    const link = links.get(key(edge))
    if (!link) throw new Error(`the cluster has no link from ${edge.from} to ${edge.to}`)
    return link
  }
  const name = (some: readonly Edge[]) => some.map(({ from, to }) => `${from} → ${to}`)

  /** Of the messages and connections from one node to another: whatever link they use. */
  const cut = (crossing: readonly Edge[], how: 'hold' | 'break', what: string): Split => {
    const crosses = new Set(crossing.map(key))
    const since = trace.entries.length
    trace.add({ kind: 'fault', what: `${what} (${how})`, nodes: name(crossing) })
    t.transcript.fault('to program', `${what}: ${name(crossing).join(', ')}`.slice(0, 400), undefined)
    const touched = new Set<Link>()
    for (const edge of edges) {
      const out = crosses.has(key(edge))
      const back = crosses.has(key({ from: edge.to, to: edge.from }))
      const link = linkOf(edge)
      if (how === 'break' && out) link.cut('break')
      if (how === 'hold' && out) link.cut('hold', 'out')
      if (how === 'hold' && back) link.cut('hold', 'back')
      if (out || back) touched.add(link)
    }
    return {
      heal() {
        trace.add({ kind: 'fault', what: `${what} ends`, nodes: name(crossing) })
        t.transcript.fault('to program', `${what} ends`, undefined)
        for (const link of touched) link.mend()
      },
      blocked: () =>
        trace.entries
          .slice(since)
          .filter(
            entry =>
              (entry.kind === 'refused' && crosses.has(key(entry))) ||
              (entry.kind === 'message' && crosses.has(key(entry)) && entry.deliveredAt === undefined),
          ).length,
    }
  }

  return {
    /** Where the link from one to the other is dialed. */
    portOf: (edge: Edge): number => linkOf(edge).port,
    /** A node has come up: connections that waited for it go on. */
    look: () => links.forEach(link => link.look()),
    delay(ms: () => number, some: readonly Edge[] = edges) {
      for (const edge of some) linkOf(edge).delay(ms)
    },
    split(groups: readonly (readonly string[])[], how: 'hold' | 'break' = 'hold') {
      const crossing = groups.flatMap((group, i) =>
        groups.flatMap((other, j) => (i === j ? [] : group.flatMap(from => other.map(to => ({ from, to }))))),
      )
      return cut(crossing, how, `the split ${groups.map(group => group.join(' ')).join(' | ')}`)
    },
    cut: (some: readonly Edge[], how: 'hold' | 'break' = 'hold') => cut(some, how, 'the cut'),
    reset(some: readonly Edge[] = edges) {
      trace.add({ kind: 'fault', what: 'connections are reset', nodes: name(some) })
      for (const edge of some) linkOf(edge).reset()
    },
    underWay: () => [...links.values()].reduce((sum, link) => sum + link.underWay, 0),
    async close() {
      over = true
      await Promise.all([...links.values()].map(link => link.close()))
    },
  }
}
