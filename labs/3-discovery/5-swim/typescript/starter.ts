// Exercise 3.5: Is it alive? SWIM. Write overrides, then Node, and check in between. The rest is done.
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

/** Whether update `a` wins over `b`, which is about the same member. */
function overrides(a: SwimUpdate, b: SwimUpdate): boolean {
  throw new Error('overrides is not written yet')
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

/** One member of the group: this program. Add fields for the others, for what you pass on, and for what you wait for. */
class Node {
  readonly #socket: dgram.Socket
  readonly #rules: Rules
  /** What this program is. */
  #me: SwimUpdate

  /** Join the group of the seeds, and begin the rounds. Return at once. */
  constructor(socket: dgram.Socket, me: SwimUpdate, seeds: string[], rules: Rules) {
    this.#socket = socket
    this.#me = me
    this.#rules = rules
    socket.on('message', (bytes, { address, port }) => {
      const message = decodeSwim(bytes)
      if (message) this.#receive(message, `${address}:${port}`)
    })
    throw new Error('Node is not written yet')
  }

  /** All members that you know, also the dead ones and yourself. */
  members(): SwimUpdate[] {
    throw new Error('members is not written yet')
  }

  /** A message came from this address. Take over its updates, then do what its type asks for. */
  #receive(message: SwimMessage, source: string): void {
    // Not written yet.
  }

  /** Take over an update that wins: call emit('member', update), and pass it on. An update about yourself is another matter. */
  #apply(update: SwimUpdate): void {
    // Not written yet.
  }

  /** One round: ping the next member, ask others to if it does not answer, and suspect it if they do not reach it either. */
  #round(): void {
    // Not written yet.
  }

  /** What goes along with a datagram to the member `to`. */
  #updatesFor(to: string): SwimUpdate[] {
    throw new Error('#updatesFor is not written yet')
  }

  /** Call `then` after `ms`, unless this program stood still meanwhile: then let the timer run once more. */
  #after(ms: number, then: () => void): void {
    setTimeout(then, ms)
  }

  #post(address: string, message: SwimMessage): void {
    const { host, port } = parseAddress(address)
    this.#socket.send(encodeSwim(message), port, host)
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
  const address = `${host}:${socket.address().port}`
  node = new Node(socket, { node: name, address, state: 'alive', incarnation: 0 }, seeds, rules)
  return { port: socket.address().port }
}

/** All members that this program knows, also the dead ones and itself. */
export function members(): { members: SwimUpdate[] } {
  return { members: node?.members() ?? [] }
}

/** The whole program stands still, as a laptop does whose lid is closed. It is done: leave it as it is. */
export function freeze({ ms }: { ms: number }): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
