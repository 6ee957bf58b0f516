// Exercise 3.7: NAT traversal. Write what is not written yet, in the order of the text, and check in between. The rest is done.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeStun, emit, encodeStun, openBehindNat, type NatSocket, type StunMessage } from 'p2plab'

export interface Options {
  gateway: string
  name: string
  observers: string[]
  rendezvous: string
  tries: number
  tryMs: number
  keepAliveMs: number
}

type Path = 'punched' | 'relayed'

/** A JSON datagram: anyone may have sent it. */
interface Message {
  type?: unknown
  peer?: unknown
  address?: unknown
  session?: unknown
  bytes?: unknown
}

class Node {
  readonly #socket: NatSocket
  readonly #options: Options
  /** What #ask waits for, by key. */
  readonly #awaited = new Map<string, (answer: unknown) => void>()

  constructor(socket: NatSocket, options: Options) {
    this.#socket = socket
    this.#options = options
    socket.onDatagram((bytes, from) => this.#receive(bytes, from))
  }

  /** Ask the observers, register with what they report, and keep the mappings alive from then on. Return your address. */
  async start(): Promise<string> {
    throw new Error('start is not written yet')
  }

  /** Ask the rendezvous for an introduction. Return the path once it is decided. */
  async connect(peer: string): Promise<Path> {
    throw new Error('connect is not written yet')
  }

  /** Send data on the path to the peer. */
  send(peer: string, bytes: Uint8Array): void {
    throw new Error('send is not written yet')
  }

  /** A Binding request, maybe of a peer. Answer it. */
  #requested(request: StunMessage, from: string): void {
    // Not written yet.
  }

  /** A success response: an observer or a peer has answered a request. */
  #responded(response: StunMessage): void {
    // Not written yet.
  }

  /** A JSON datagram: an answer of the rendezvous, an introduction, or data. */
  #told(message: Message, from: string): void {
    // Not written yet.
  }

  #receive(bytes: Buffer, from: string): void {
    const stun = decodeStun(bytes)
    if (stun?.class === 'request') this.#requested(stun, from)
    else if (stun?.class === 'success') this.#responded(stun)
    else if (!stun) this.#told(parse(bytes), from)
  }

  /**
   * Calls `send` up to `tries` times, each with a wait of `tryMs`, until #answer is called with the same key. Resolves to the answer, or to undefined
   * when none comes. `undefined` is no answer.
   *
   *     const response = await this.#ask<StunMessage>('the answer of ' + observer, () => this.#stun({ class: 'request' }, observer))
   */
  async #ask<T = unknown>(key: string, send: () => void): Promise<T | undefined> {
    const { tries, tryMs } = this.#options
    const answer = new Promise<T>(resolve => this.#awaited.set(key, resolve as (answer: unknown) => void))
    for (let i = 0; i < tries; i++) {
      send()
      const first = await Promise.race([answer, sleep(tryMs, undefined)])
      if (first !== undefined) return first
    }
    return undefined
  }

  /** The answer that #ask waits for with this key, if it does. */
  #answer(key: string, answer: unknown): void {
    this.#awaited.get(key)?.(answer)
    this.#awaited.delete(key)
  }

  /** Sends a JSON datagram, to the rendezvous unless you say to whom. */
  #tell(message: object, address = this.#options.rendezvous): void {
    this.#socket.send(Buffer.from(JSON.stringify(message)), address)
  }

  /** Sends a Binding message, with a transaction ID of its own unless you give one. */
  #stun(message: Omit<StunMessage, 'transactionId'> & { transactionId?: Buffer }, address: string): void {
    this.#socket.send(encodeStun({ transactionId: randomBytes(12), ...message }), address)
  }
}

/** What the observers report together. Throws when there is no address. */
function vote(addresses: string[]): string {
  throw new Error('vote is not written yet')
}

/** A JSON object. It is empty if the bytes are none. */
function parse(bytes: Buffer): Message {
  try {
    return Object(JSON.parse(bytes.toString())) as Message
  } catch {
    return {}
  }
}

let node: Node | undefined

export async function start(options: Options): Promise<{ address: string }> {
  node = new Node(await openBehindNat(options.gateway), options)
  return { address: await node.start() }
}

export async function connect({ peer }: { peer: string }): Promise<{ path: Path }> {
  return { path: await started().connect(peer) }
}

export function send({ peer, bytes }: { peer: string; bytes: Buffer }): void {
  started().send(peer, bytes)
}

function started(): Node {
  if (!node) throw new Error('call start first')
  return node
}
