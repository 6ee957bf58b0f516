// Exercise 4.3, written in another way: a trie that remembers its digests, and a file of its own for what must survive.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { emit, openLinks, type Links, type Peer } from 'p2plab'

type Message = { type: string; prefix?: unknown; hashes?: unknown; ids?: unknown; items?: unknown }

const hash = (data: Buffer | string) => createHash('sha256').update(data).digest('hex')
const HEX = '0123456789abcdef'

/** The ids below a prefix. It splits when it has more than 16, and forgets its digest with each new id. */
class Part {
  ids: string[] = []
  children?: Part[]
  #digest: string | undefined

  add(id: string, depth: number): void {
    this.#digest = undefined
    this.ids.push(id)
    if (this.children) this.children[parseInt(id[depth]!, 16)]!.add(id, depth + 1)
    else if (this.ids.length > 16) {
      this.children = Array.from(HEX, () => new Part())
      for (const each of this.ids) this.children[parseInt(each[depth]!, 16)]!.add(each, depth + 1)
    }
  }

  get digest(): string {
    return (this.#digest ??= hash(this.ids.sort().join('')).slice(0, 16))
  }
}

const data = new Map<string, Buffer>()
const root = new Part()
let file = 0
let links: Links<Message>

/** Below a leaf, parts are made when somebody asks for them. */
function partOf(prefix: string): Part {
  let part = root
  for (let i = 0; i < prefix.length; i++) {
    const child = part.children?.[parseInt(prefix[i]!, 16)]
    if (child) part = child
    else {
      const made = new Part()
      made.ids = part.ids.filter(id => id.startsWith(prefix))
      return made
    }
  }
  return part
}

function keep(item: Buffer): boolean {
  const id = hash(item)
  if (data.has(id)) return false
  data.set(id, item)
  root.add(id, 0)
  return true
}

/** One item a line. A line that a kill has cut short is none. */
function open(folder: string) {
  fs.mkdirSync(folder, { recursive: true })
  const name = path.join(folder, 'items.txt')
  const whole = fs.existsSync(name) ? fs.readFileSync(name, 'latin1') : ''
  const good = whole.slice(0, whole.lastIndexOf('\n') + 1)
  for (const line of good.split('\n').slice(0, -1)) keep(Buffer.from(line, 'hex'))
  if (good.length < whole.length) fs.truncateSync(name, good.length)
  file = fs.openSync(name, 'a')
}

function take(all: Buffer[]): number {
  const fresh = new Map(all.map(item => [hash(item), item]))
  for (const id of data.keys()) fresh.delete(id)
  if (fresh.size === 0) return 0
  fs.appendFileSync(file, [...fresh.values()].map(item => `${item.toString('hex')}\n`).join(''))
  for (const item of fresh.values()) keep(item)
  return fresh.size
}

export async function start(options: {
  id: string
  host: string
  port: number
  peers: Peer[]
  dataDir: string
  syncMs: number
}) {
  const { dataDir, syncMs, ...rest } = options
  open(dataDir)
  links = await openLinks<Message>({ ...rest, onMessage: (from, message) => take1(from, message) })
  const again = () => {
    for (const { id } of rest.peers) links.send(id, digestsOf(''))
    setTimeout(again, syncMs)
  }
  setTimeout(again, syncMs)
  return { port: links.port }
}

const digestsOf = (prefix: string): Message => ({
  type: 'digests',
  prefix,
  hashes: Array.from(HEX, digit => partOf(prefix + digit).digest),
})

export async function put({ items }: { items: Buffer[] }) {
  if (items.some(item => item.length > 256)) throw new Error('an item has at most 256 bytes')
  take(items)
  return { ids: items.map(hash) }
}

export async function get({ id }: { id: string }) {
  const item = data.get(id)
  return item ? { data: item } : {}
}

export async function status() {
  return { count: data.size, digest: root.digest }
}

export async function sync({ peer }: { peer: string }) {
  if (!links.connected().includes(peer)) throw new Error(`there is no connection to ${peer}`)
  links.send(peer, digestsOf(''))
}

const texts = (value: unknown, pattern: RegExp): value is string[] =>
  Array.isArray(value) && value.every(one => typeof one === 'string' && pattern.test(one))

function take1(from: string, { type, prefix, hashes, ids, items }: Message) {
  if (type === 'want' && texts(ids, /^[0-9a-f]{64}$/)) return give(from, ids)
  if (type === 'items' && texts(items, /^(?:[0-9a-f]{2}){0,256}$/)) {
    if (take(items.map(item => Buffer.from(item, 'hex'))) > 0) emit('grew', { count: data.size })
    return
  }
  if (typeof prefix !== 'string') return
  if (type === 'ids' && /^[0-9a-f]{0,64}$/.test(prefix) && texts(ids, /^[0-9a-f]{64}$/)) {
    if (!ids.every(id => id.startsWith(prefix))) return
    const theirs = new Set(ids)
    give(
      from,
      partOf(prefix).ids.filter(id => !theirs.has(id)),
    )
    const missing = [...theirs].filter(id => !data.has(id))
    if (missing.length > 0) links.send(from, { type: 'want', ids: missing })
  }
  if (type !== 'digests' || !/^[0-9a-f]{0,63}$/.test(prefix)) return
  if (!texts(hashes, /^[0-9a-f]{16}$/) || hashes.length !== 16) return
  for (const [i, theirs] of hashes.entries()) {
    const below = prefix + HEX[i]!
    const part = partOf(below)
    if (part.digest === theirs) continue
    links.send(from, part.ids.length > 16 ? digestsOf(below) : { type: 'ids', prefix: below, ids: part.ids })
  }
}

function give(to: string, ids: Iterable<string>) {
  const found = [...ids].flatMap(id => data.get(id) ?? [])
  while (found.length > 0)
    links.send(to, { type: 'items', items: found.splice(0, 500).map(item => item.toString('hex')) })
}
