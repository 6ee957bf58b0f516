import dgram from 'node:dgram'
import { decodeSwim, emit, encodeSwim, parseAddress, type SwimMessage, type SwimUpdate } from 'p2plab'

interface Rules {
  periodMs: number
  timeoutMs: number
  suspicionMs: number
}

/** So many others are asked to ping a member that does not answer: k in the paper, IndirectChecks in memberlist. */
const RELAYS = 3
/** In each ping, ping-req and ack. */
const MOST_UPDATES = 6
/** memberlist: RetransmitMult. */
const RETRANSMIT_MULT = 4

const RANK = { alive: 0, suspect: 1, dead: 2 }

/** Whether update `a` says something newer than `b` about the same member. */
function overrides(a: SwimUpdate, b: SwimUpdate): boolean {
  if (a.incarnation !== b.incarnation) return a.incarnation > b.incarnation
  return RANK[a.state] > RANK[b.state]
}

/** The same items in random order. */
function shuffle<T>(items: readonly T[]): T[] {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    ;[result[i], result[j]] = [result[j]!, result[i]!]
  }
  return result
}

/** A message without what `#send` adds. */
type Draft<M = SwimMessage> = M extends SwimMessage ? Omit<M, 'from' | 'updates'> : never

/** One member of the group: this program. */
class Node {
  readonly #socket: dgram.Socket
  readonly #rules: Rules
  #me: SwimUpdate
  readonly #others = new Map<string, SwimUpdate>()
  /** The newest update about each member that is still passed on, and how often it was sent. */
  readonly #gossip = new Map<string, { update: SwimUpdate; sent: number }>()
  /** What to do when the ack with this number comes. */
  readonly #waiting = new Map<number, () => void>()
  #nextSeq = 1
  /** Who is still to be pinged before the next lap begins. */
  #lap: string[] = []
  #joined = false

  constructor(socket: dgram.Socket, me: SwimUpdate, seeds: string[], rules: Rules) {
    this.#socket = socket
    this.#me = me
    this.#rules = rules
    socket.on('message', (bytes, { address, port }) => {
      const message = decodeSwim(bytes)
      if (message) this.#receive(message, `${address}:${port}`)
    })
    const join = () => {
      if (this.#joined) return
      for (const seed of seeds) this.#post(seed, { type: 'join', from: me.node, updates: [this.#me] })
      this.#after(rules.periodMs, join)
    }
    join()
    setInterval(() => this.#round(), rules.periodMs)
  }

  members(): SwimUpdate[] {
    return [this.#me, ...this.#others.values()]
  }

  #receive(message: SwimMessage, source: string): void {
    // First learn, then answer: so the answer carries what there is to say about it.
    for (const update of message.updates) this.#apply(update)
    switch (message.type) {
      case 'ping':
        // Whoever had this port before has another name.
        if (message.target !== this.#me.node) return
        return this.#send(message.from, source, { type: 'ack', seq: message.seq })
      case 'ping-req':
        this.#ping(message.target, message.address, this.#rules.periodMs, () =>
          this.#send(message.from, source, { type: 'ack', seq: message.seq }),
        )
        return
      case 'ack':
        this.#waiting.get(message.seq)?.()
        this.#waiting.delete(message.seq)
        return
      case 'join':
        return this.#post(source, { type: 'members', from: this.#me.node, updates: this.members() })
      case 'members':
        this.#joined = true
    }
  }

  /** Take over what is newer than what is known, tell the checker, and pass it on. */
  #apply(update: SwimUpdate): void {
    const { node, state, incarnation } = update
    if (node === this.#me.node) {
      if (!overrides(update, this.#me)) return
      // Only I can raise my incarnation, and only above the one that was said to be failing.
      this.#me = { ...this.#me, incarnation: incarnation + 1 }
      this.#gossip.set(node, { update: this.#me, sent: 0 })
      return
    }
    const known = this.#others.get(node)
    if (known && !overrides(update, known)) return
    this.#others.set(node, update)
    this.#gossip.set(node, { update, sent: 0 })
    emit('member', update)
    if (state !== 'suspect') return
    // If the suspect refutes, its incarnation is greater, and this update comes to nothing.
    this.#after(this.#rules.suspicionMs, () => this.#apply({ ...update, state: 'dead' }))
  }

  /** One round: ping the next member, ask others to if it does not answer, and suspect it if they do not reach it either. */
  #round(): void {
    const target = this.#next()
    if (!target) return
    const { node, address } = target
    const { periodMs, timeoutMs } = this.#rules
    let acked = false
    const seq = this.#ping(node, address, 2 * periodMs, () => (acked = true))
    this.#after(timeoutMs, () => {
      if (acked) return
      const alive = [...this.#others.values()].filter(other => other.state === 'alive' && other.node !== node)
      for (const relay of shuffle(alive).slice(0, RELAYS))
        this.#send(relay.node, relay.address, { type: 'ping-req', seq, target: node, address })
    })
    this.#after(periodMs, () => {
      if (!acked) this.#apply({ ...target, state: 'suspect' })
    })
  }

  /** Whose turn it is: in each lap, everybody's once. */
  #next(): SwimUpdate | undefined {
    const isThere = (node: string) => this.#others.get(node)!.state !== 'dead'
    this.#lap = this.#lap.filter(isThere)
    if (this.#lap.length === 0) this.#lap = shuffle([...this.#others.keys()].filter(isThere))
    const node = this.#lap.pop()
    return node === undefined ? undefined : this.#others.get(node)
  }

  /** Sends a ping, and calls `onAck` if its ack comes within `ms`. Returns its number. */
  #ping(target: string, address: string, ms: number, onAck: () => void): number {
    const seq = this.#nextSeq++
    this.#waiting.set(seq, onAck)
    this.#after(ms, () => this.#waiting.delete(seq))
    this.#send(target, address, { type: 'ping', seq, target })
    return seq
  }

  /** Sends a message to the member `to`, with updates. */
  #send(to: string, address: string, message: Draft): void {
    this.#post(address, { ...message, from: this.#me.node, updates: this.#updatesFor(to) })
  }

  #updatesFor(to: string): SwimUpdate[] {
    const receiver = this.#others.get(to)
    // It has to hear it from somebody, or it cannot refute.
    const warning = receiver && receiver.state !== 'alive' ? [receiver] : []
    const picked = [...this.#gossip.values()]
      .filter(({ update }) => !warning.includes(update))
      .sort((a, b) => a.sent - b.sent)
      .slice(0, MOST_UPDATES - warning.length)
    const limit = RETRANSMIT_MULT * Math.ceil(Math.log10(this.#others.size + 2))
    for (const item of picked) if (++item.sent >= limit) this.#gossip.delete(item.update.node)
    return [...warning, ...picked.map(({ update }) => update)]
  }

  #post(address: string, message: SwimMessage): void {
    const { host, port } = parseAddress(address)
    this.#socket.send(encodeSwim(message), port, host)
  }

  /** Calls `then` after `ms`. If this program stood still meanwhile, answers may wait in the socket: then wait once more. */
  #after(ms: number, then: () => void): void {
    const due = performance.now() + ms
    setTimeout(() => {
      if (performance.now() - due > this.#rules.timeoutMs) this.#after(ms, then)
      else then()
    }, ms)
  }
}

let node: Node | undefined

/** Start this program's member, and join the group of the seeds. Without seeds, it is the first one. */
export async function start({
  name,
  host,
  port,
  seeds,
  ...rules
}: Rules & { name: string; host: string; port: number; seeds: string[] }): Promise<{ port: number }> {
  const socket = dgram.createSocket('udp4')
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, host, resolve)
  })
  // Where nobody listens any more, some systems say so: the missing ack says it, too.
  socket.on('error', error => console.error(error.message))
  const bound = socket.address().port
  node = new Node(
    socket,
    { node: name, address: `${host}:${bound}`, state: 'alive', incarnation: 0 },
    seeds,
    rules,
  )
  return { port: bound }
}

/** All members that this program knows, also the dead ones and itself. */
export function members(): { members: SwimUpdate[] } {
  return { members: node?.members() ?? [] }
}

/** The whole program stands still, as a laptop does whose lid is closed. It is done: leave it as it is. */
export function freeze({ ms }: { ms: number }): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
