// One clock: everything that is due later stands in a list with its time, and a member's record is all there is about it.
import dgram from 'node:dgram'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { decodeSwim, emit, encodeSwim, parseAddress, type SwimMessage, type SwimUpdate } from 'p2plab'

interface Entry {
  update: SwimUpdate
  /** How often it may still be sent. */
  left: number
}

interface Due {
  at: number
  act: () => void
}

interface Settings {
  name: string
  host: string
  port: number
  seeds: string[]
  periodMs: number
  timeoutMs: number
  suspicionMs: number
}

type Body =
  | { type: 'ping'; seq: number; target: string }
  | { type: 'ping-req'; seq: number; target: string; address: string }
  | { type: 'ack'; seq: number }

const entries = new Map<string, Entry>()
const onAck = new Map<number, () => void>()
let agenda: Due[] = []
let socket: dgram.Socket
let settings: Settings
let ownName = ''
let seq = 1000
let queue: string[] = []
let isMember = false
let wake = () => {}

const ORDER = ['alive', 'suspect', 'dead']

const isNews = (update: SwimUpdate, known?: SwimUpdate): boolean =>
  !known ||
  update.incarnation > known.incarnation ||
  (update.incarnation === known.incarnation && ORDER.indexOf(update.state) > ORDER.indexOf(known.state))

const others = (): SwimUpdate[] =>
  [...entries.values()].map(({ update }) => update).filter(({ node }) => node !== ownName)

const timesToSend = (): number => 4 * Math.ceil(Math.log10(entries.size + 1))

function set(update: SwimUpdate): void {
  entries.set(update.node, { update, left: 0 })
  entries.get(update.node)!.left = timesToSend()
}

function learn(update: SwimUpdate): void {
  const known = entries.get(update.node)?.update
  if (!isNews(update, known)) return
  if (update.node === ownName) return set({ ...known!, incarnation: update.incarnation + 1 })
  set(update)
  emit('member', update)
  if (update.state === 'suspect') {
    later(settings.suspicionMs, () => {
      // Only this very suspicion has run out.
      if (entries.get(update.node)!.update === update) learn({ ...update, state: 'dead' })
    })
  }
}

function later(ms: number, act: () => void): void {
  agenda.push({ at: performance.now() + ms, act })
  wake()
}

/** Does what is due, after it has read what has arrived: so a program that stood still judges nobody by what it has not read yet. */
async function run(): Promise<never> {
  for (;;) {
    const now = performance.now()
    const next = Math.min(...agenda.map(({ at }) => at), now + 1000)
    if (next > now) {
      const woken = new AbortController()
      wake = () => woken.abort()
      await sleep(next - now, undefined, { signal: woken.signal }).catch(() => {})
      continue
    }
    if (now - next > settings.timeoutMs) await sleep(5)
    await turn()
    await turn()
    const due = agenda.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)
    agenda = agenda.filter(({ at }) => at > now)
    for (const { act } of due) act()
  }
}

function transmit(address: string, message: SwimMessage): void {
  const { host, port } = parseAddress(address)
  socket.send(encodeSwim(message), port, host)
}

function tell(node: string, address: string, body: Body): void {
  const updates: SwimUpdate[] = []
  const receiver = entries.get(node)?.update
  if (receiver && receiver.state !== 'alive') updates.push(receiver)
  // Those with the most left were sent least often; of the same size of the group, that is.
  const pending = [...entries.values()].filter(({ left }) => left > 0).sort((a, b) => b.left - a.left)
  for (const entry of pending) {
    if (updates.length === 6) break
    if (entry.update === receiver && updates.includes(receiver)) continue
    updates.push(entry.update)
    entry.left--
  }
  transmit(address, { ...body, from: ownName, updates } as SwimMessage)
}

function pingThen(target: string, address: string, act: () => void): number {
  const own = seq++
  onAck.set(own, act)
  later(3 * settings.periodMs, () => onAck.delete(own))
  tell(target, address, { type: 'ping', seq: own, target })
  return own
}

function randomly<T>(items: T[]): T[] {
  return items
    .map(item => ({ item, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}

function round(): void {
  later(settings.periodMs, round)
  const there = new Map(
    others()
      .filter(({ state }) => state !== 'dead')
      .map(update => [update.node, update]),
  )
  let target: SwimUpdate | undefined
  while (!target && there.size > 0) {
    if (queue.length === 0) queue = randomly([...there.keys()])
    target = there.get(queue.shift()!)
  }
  if (!target) return
  const { node, address, incarnation } = target
  let isDone = false
  const own = pingThen(node, address, () => (isDone = true))
  later(settings.timeoutMs, () => {
    if (isDone) return
    const relays = randomly(others().filter(one => one.state === 'alive' && one.node !== node)).slice(0, 3)
    for (const relay of relays)
      tell(relay.node, relay.address, { type: 'ping-req', seq: own, target: node, address })
  })
  later(settings.periodMs, () => {
    if (!isDone) learn({ node, address, incarnation, state: 'suspect' })
  })
}

function receive(message: SwimMessage, source: string): void {
  message.updates.forEach(learn)
  const { from } = message
  if (message.type === 'ping' && message.target === ownName) {
    tell(from, source, { type: 'ack', seq: message.seq })
  } else if (message.type === 'ping-req') {
    const theirs = message.seq
    pingThen(message.target, message.address, () => tell(from, source, { type: 'ack', seq: theirs }))
  } else if (message.type === 'ack') {
    const act = onAck.get(message.seq)
    onAck.delete(message.seq)
    act?.()
  } else if (message.type === 'join') {
    const updates = [...entries.values()].map(({ update }) => update)
    transmit(source, { type: 'members', from: ownName, updates })
  } else if (message.type === 'members') isMember = true
}

function join(): void {
  if (isMember) return
  for (const seed of settings.seeds)
    transmit(seed, { type: 'join', from: ownName, updates: [entries.get(ownName)!.update] })
  later(settings.periodMs, join)
}

export async function start(given: Settings): Promise<{ port: number }> {
  settings = given
  ownName = given.name
  socket = dgram.createSocket('udp4')
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(given.port, given.host, () => resolve())
  })
  socket.on('error', () => {})
  const { port } = socket.address()
  set({ node: ownName, address: `${given.host}:${port}`, state: 'alive', incarnation: 0 })
  socket.on('message', (datagram, from) => {
    const message = decodeSwim(datagram)
    if (message) receive(message, `${from.address}:${from.port}`)
  })
  join()
  later(given.periodMs, round)
  void run()
  return { port }
}

export const members = (): { members: SwimUpdate[] } => ({
  members: [...entries.values()].map(({ update }) => update),
})

export function freeze({ ms }: { ms: number }): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}
