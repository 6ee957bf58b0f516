// Another way: ids are integers, buckets are ranges of them as in BEP 5's text, newcomers wait in a queue, and one timer per bucket.
import { randomBytes } from 'node:crypto'
import dgram from 'node:dgram'
import { decodeBencode, encodeBencode, type BencodeValue } from 'p2plab'

interface Rules {
  k: number
  goodMs: number
  refreshMs: number
  timeoutMs: number
}

interface Known {
  id: bigint
  host: string
  port: number
  lastSeen: number
}

/** Ids from `min` to below `max`. */
interface Range {
  min: bigint
  max: bigint
  nodes: Known[]
  refresh?: NodeJS.Timeout
  queue: Known[]
  busy: boolean
}

const toInteger = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
const toBytes = (id: bigint) => Buffer.from(id.toString(16).padStart(40, '0'), 'hex')
const isId = (value: unknown): value is Buffer => Buffer.isBuffer(value) && value.length === 20

let own = 0n
let rules: Rules
let ranges: Range[] = []
let socket: dgram.Socket
const pending = new Map<
  string,
  { host: string; port: number; settle(values: Record<string, unknown> | undefined): void }
>()
const meeting = new Set<string>()

const isGood = (node: Known) => Date.now() - node.lastSeen < rules.goodMs
const rangeOf = (id: bigint) => ranges.find(({ min, max }) => min <= id && id < max)!
const find = (id: bigint) => rangeOf(id).nodes.find(node => node.id === id)
const nearestTo = (target: bigint) =>
  ranges
    .flatMap(({ nodes }) => nodes)
    .sort((one, other) => ((one.id ^ target) < (other.id ^ target) ? -1 : 1))

function open(min: bigint, max: bigint, nodes: Known[]): Range {
  const range: Range = { min, max, nodes, queue: [], busy: false }
  touch(range)
  return range
}

/** The range has changed: its time for a refresh starts again. */
function touch(range: Range): void {
  clearTimeout(range.refresh)
  range.refresh = setTimeout(() => {
    touch(range)
    const target = range.min + (toInteger(randomBytes(20)) % (range.max - range.min))
    const [nearest] = nearestTo(target)
    if (nearest) void look(nearest, target)
  }, rules.refreshMs)
}

async function look(node: Known, target: bigint): Promise<void> {
  const values = await ask(node, 'find_node', { target: toBytes(target) })
  if (!values || !Buffer.isBuffer(values.nodes)) return
  const { nodes } = values
  const count = Math.min(Math.floor(nodes.length / 26), rules.k)
  for (let at = 0; at < count * 26; at += 26) {
    const host = nodes.subarray(at + 20, at + 24).join('.')
    meet(toInteger(nodes.subarray(at, at + 20)), host, nodes.readUInt16BE(at + 24))
  }
}

/** The response of this very node, or undefined. A node that is known is seen then. */
async function ask(node: Omit<Known, 'lastSeen'>, q: string, args: Record<string, BencodeValue> = {}) {
  const t = randomBytes(2)
  const key = t.toString('latin1')
  if (pending.has(key)) return ask(node, q, args)
  const { host, port } = node
  const values = await new Promise<Record<string, unknown> | undefined>(settle => {
    const timer = setTimeout(() => settle(undefined), rules.timeoutMs)
    pending.set(key, { host, port, settle: answer => (clearTimeout(timer), settle(answer)) })
    socket.send(encodeBencode({ a: { id: toBytes(own), ...args }, q, t, y: 'q' }), port, host)
  })
  pending.delete(key)
  if (!values || !isId(values.id) || toInteger(values.id) !== node.id) return undefined
  const range = rangeOf(node.id)
  const known = range.nodes.find(({ id }) => id === node.id)
  if (known?.host === host && known.port === port) {
    known.lastSeen = Date.now()
    touch(range)
  }
  return values
}

async function meet(id: bigint, host: string, port: number): Promise<void> {
  const name = `${id} ${host}:${port}`
  if (id === own || port === 0 || find(id) || meeting.has(name)) return
  const { nodes, min, max } = rangeOf(id)
  // There would be no place for it in any case.
  if (nodes.length === rules.k && nodes.every(isGood) && !(min <= own && own < max)) return
  meeting.add(name)
  const values = await ask({ id, host, port }, 'ping')
  meeting.delete(name)
  if (values) add({ id, host, port, lastSeen: Date.now() })
}

function add(node: Known): void {
  if (find(node.id)) return
  const range = rangeOf(node.id)
  const { min, max, nodes } = range
  if (nodes.length < rules.k && !range.busy) {
    nodes.push(node)
    touch(range)
  } else if (min <= own && own < max) {
    clearTimeout(range.refresh)
    const middle = (min + max) / 2n
    ranges = ranges.filter(other => other !== range)
    ranges.push(
      open(
        min,
        middle,
        nodes.filter(({ id }) => id < middle),
      ),
      open(
        middle,
        max,
        nodes.filter(({ id }) => id >= middle),
      ),
    )
    add(node)
  } else if (range.queue.length < rules.k) {
    range.queue.push(node)
    void serveQueue(range)
  }
}

async function serveQueue(range: Range): Promise<void> {
  if (range.busy) return
  range.busy = true
  for (let newcomer = range.queue.shift(); newcomer; newcomer = range.queue.shift()) {
    const lost = await firstLost(range)
    if (!lost || find(newcomer.id)) continue
    range.nodes.splice(range.nodes.indexOf(lost), 1, newcomer)
    touch(range)
  }
  range.busy = false
}

/** The questionable node that fails twice, if there is one. Each is asked at most once for a newcomer. */
async function firstLost({ nodes }: Range): Promise<Known | undefined> {
  const asked = new Set<Known>()
  for (;;) {
    const [oldest] = nodes
      .filter(node => !isGood(node) && !asked.has(node))
      .sort((one, other) => one.lastSeen - other.lastSeen)
    if (!oldest) return undefined
    asked.add(oldest)
    if (!(await ask(oldest, 'ping')) && !(await ask(oldest, 'ping'))) return oldest
  }
}

function receive(bytes: Buffer, { address: host, port }: dgram.RemoteInfo): void {
  let message: unknown
  try {
    message = decodeBencode(bytes)
  } catch {
    return
  }
  const { t, y, q, a, r } = (message ?? {}) as Record<string, unknown>
  if (!Buffer.isBuffer(t) || !Buffer.isBuffer(y)) return
  if (y.toString() === 'q') {
    const reply = (rest: Record<string, BencodeValue>) =>
      socket.send(encodeBencode({ t, ...rest }), port, host)
    answer(Buffer.isBuffer(q) ? q.toString() : '', (a ?? {}) as Record<string, unknown>, reply, host, port)
    return
  }
  const query = pending.get(t.toString('latin1'))
  if (query?.host !== host || query.port !== port) return
  if (y.toString() === 'r' && typeof r === 'object') query.settle(r as Record<string, unknown>)
  if (y.toString() === 'e') query.settle(undefined)
}

function answer(
  method: string,
  { id, target }: Record<string, unknown>,
  reply: (rest: Record<string, BencodeValue>) => void,
  host: string,
  port: number,
): void {
  if (!isId(id)) return reply({ y: 'e', e: [203, 'an id has 20 bytes'] })
  if (method !== 'ping' && method !== 'find_node') return reply({ y: 'e', e: [204, 'unknown method'] })
  const r: Record<string, BencodeValue> = { id: toBytes(own) }
  if (method === 'find_node') {
    if (!isId(target)) return reply({ y: 'e', e: [203, 'a target has 20 bytes'] })
    const nearest = nearestTo(toInteger(target)).filter(isGood).slice(0, rules.k)
    r.nodes = Buffer.concat(
      nearest.map(node =>
        Buffer.concat([
          toBytes(node.id),
          Buffer.from(node.host.split('.').map(Number)),
          Buffer.of(node.port >> 8, node.port & 255),
        ]),
      ),
    )
  }
  reply({ y: 'r', r })
  const sender = toInteger(id)
  const known = find(sender)
  if (!known) void meet(sender, host, port)
  else if (known.host === host && known.port === port) known.lastSeen = Date.now()
}

export async function listen(
  args: Rules & { host: string; port: number; id: Buffer },
): Promise<{ port: number }> {
  const { host, port, id } = args
  rules = args
  own = toInteger(id)
  ranges = [open(0n, 2n ** 160n, [])]
  socket = dgram.createSocket('udp4')
  socket.on('message', receive)
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject).bind(port, host, resolve)
  })
  socket.removeAllListeners('error').on('error', error => console.error(error.message))
  return { port: socket.address().port }
}

export const table = () => ({
  buckets: ranges.length,
  nodes: ranges
    .flatMap(({ nodes }) => nodes)
    .map(({ id, host, port }) => `${toBytes(id).toString('hex')} ${host}:${port}`),
})
