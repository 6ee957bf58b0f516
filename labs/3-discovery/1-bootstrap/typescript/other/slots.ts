// Another correct program: a slot for each peer, which dials one address after the other, in random order.
import { once } from 'node:events'
import net from 'node:net'
import { emit, parseAddress } from 'p2plab'
import { decode, encode } from '../../../../2-protocol/1-integers-on-the-wire/typescript/solution.ts'
import { encodeMessage, type Message } from '../../../../2-protocol/2-envelope/typescript/solution.ts'
import { runConnection } from '../../../../2-protocol/4-handshake/typescript/solution.ts'

interface Known {
  address: string
  /** Services, IP and port, as they came: nobody changes them. */
  place: Buffer
  time: number
  state: 'heard' | 'dialed' | 'answered'
}

const ENTRY = 30
const NETWORK_AND_WITNESS = 9n
const seconds = () => Math.floor(Date.now() / 1000)

/** services, IP and port */
function placeOf(address: string): Buffer {
  const { host, port } = parseAddress(address)
  const place = Buffer.alloc(26)
  place.writeBigUInt64LE(NETWORK_AND_WITNESS)
  place.writeUInt16BE(0xffff, 18)
  place.set(Buffer.from(host.split('.').map(Number)), 20)
  place.writeUInt16BE(port, 24)
  return place
}

/** "127.0.0.1:4001", or undefined for what nobody of us can dial. */
function addressIn(place: Buffer): string | undefined {
  const port = place.readUInt16BE(24)
  const isMapped = place.subarray(8, 18).every(byte => byte === 0) && place.readUInt16BE(18) === 0xffff
  if (!isMapped || place[20] !== 127 || port === 0) return undefined
  return `${[...place.subarray(20, 24)].join('.')}:${port}`
}

function addr(entries: readonly Pick<Known, 'time' | 'place'>[]): Buffer {
  const parts: Uint8Array[] = [encode({ format: 'compactsize', value: BigInt(entries.length) }).bytes]
  for (const { time, place } of entries) {
    const stamp = Buffer.alloc(4)
    stamp.writeUInt32LE(time)
    parts.push(stamp, place)
  }
  return Buffer.concat(parts)
}

class Book {
  readonly #all = new Map<string, Known>()
  /** Those that wait to be dialed. */
  readonly #waiting: Known[] = []
  readonly #wake: (() => void)[] = []
  readonly self: string
  readonly #maxHeard: number
  #dialing = 0

  constructor(self: string, maxHeard: number) {
    this.self = self
    this.#maxHeard = maxHeard
  }

  note(place: Buffer, said: number): void {
    const address = addressIn(place)
    if (address === undefined || address === this.self) return
    const now = seconds()
    const time = said - now > 600 ? now - 5 * 86_400 : said
    const known = this.#all.get(address)
    if (known) {
      if (time > known.time) known.time = time
      return
    }
    const fresh: Known = { address, place: Buffer.from(place), time, state: 'heard' }
    if (this.#waiting.length + this.#dialing >= this.#maxHeard) {
      if (this.#waiting.length === 0) return
      const at = Math.floor(Math.random() * this.#waiting.length)
      this.#all.delete(this.#waiting[at]!.address)
      this.#waiting[at] = fresh
    } else this.#waiting.push(fresh)
    this.#all.set(address, fresh)
    this.#wake.shift()?.()
  }

  /** One that waits, as soon as there is one. */
  async take(): Promise<Known> {
    while (this.#waiting.length === 0) await new Promise<void>(resolve => this.#wake.push(resolve))
    const at = Math.floor(Math.random() * this.#waiting.length)
    const [known] = this.#waiting.splice(at, 1)
    known!.state = 'dialed'
    this.#dialing++
    return known!
  }

  hasAnswered(known: Known): void {
    known.state = 'answered'
    known.time = seconds()
    this.#dialing--
  }

  isOver(known: Known): void {
    if (known.state === 'answered') return
    this.#all.delete(known.address)
    this.#dialing--
  }

  of(answered: boolean): Known[] {
    return [...this.#all.values()].filter(({ state }) => (state === 'answered') === answered)
  }
}

let book: Book
let own: { magic: Buffer; timeoutMs: number; services: bigint; userAgent: string; height: number }

/** Resolves when the connection is over. */
function talk(socket: net.Socket, dialed?: Known): Promise<void> {
  const connection = `${socket.remoteAddress}:${socket.remotePort}`
  const direction = dialed ? 'outbound' : 'inbound'
  const send = (command: string, payload: Uint8Array) =>
    socket.write(encodeMessage(own.magic, command, payload))
  let answers = dialed ? 0 : 1

  const handle = ({ command, payload }: Message) => {
    if (command === 'getaddr' && answers-- > 0) {
      const entries = [...book.of(true), ...book.of(false)].slice(0, 1000)
      if (entries.length > 0) send('addr', addr(entries))
    }
    if (command !== 'addr') return
    const count = decode({ format: 'compactsize', bytes: payload })
    const isGood =
      count.value !== null &&
      count.value <= 1000n &&
      payload.length >= count.length + Number(count.value) * ENTRY
    if (!isGood) return void socket.destroy()
    for (let i = 0, at = count.length; i < count.value; i++, at += ENTRY)
      book.note(payload.subarray(at + 4, at + ENTRY), payload.readUInt32LE(at))
  }

  socket.setNoDelay(true)
  return new Promise(resolve =>
    runConnection(socket, direction, own, {
      onPeer() {
        if (dialed) {
          book.hasAnswered(dialed)
          send('getaddr', Buffer.alloc(0))
          send('addr', addr([{ time: seconds(), place: placeOf(book.self) }]))
        }
        emit('peer', { connection, direction })
      },
      onMessage(message) {
        if (!socket.destroyed) handle(message)
      },
      onClosed: () => resolve(),
    }),
  )
}

async function slot(): Promise<never> {
  for (;;) {
    const known = await book.take()
    const socket = net.connect(parseAddress(known.address))
    const isThere = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    if (isThere) await talk(socket, known)
    book.isOver(known)
  }
}

export async function start({
  host,
  port,
  magic,
  seeds,
  maxPeers,
  maxHeard,
  timeoutMs,
}: {
  host: string
  port: number
  magic: Buffer
  seeds: string[]
  maxPeers: number
  maxHeard: number
  timeoutMs: number
}): Promise<{ port: number }> {
  own = { magic, timeoutMs, services: NETWORK_AND_WITNESS, userAgent: '/slots:3.1/', height: 0 }
  const server = net.createServer(socket => void talk(socket))
  server.listen(port, host)
  await once(server, 'listening')
  const bound = (server.address() as net.AddressInfo).port
  book = new Book(`${host}:${bound}`, maxHeard)
  for (const seed of seeds) book.note(placeOf(seed), seconds())
  for (let i = 0; i < maxPeers; i++) void slot()
  return { port: bound }
}

export const known = () => ({
  heard: book.of(false).map(({ address }) => address),
  answered: book.of(true).map(({ address }) => address),
})
