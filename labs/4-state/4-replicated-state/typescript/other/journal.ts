// Another correct program: the state is a pure function of what was heard, and the disk has a journal of changes in place of the state.
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { emit, openLinks, type Links, type Peer } from 'p2plab'

type Count = { readonly replica: string; readonly plus: number; readonly minus: number }
type Entry = {
  readonly key: string
  readonly value: string | null
  readonly time: number
  readonly replica: string
}
type State = { readonly counts: readonly Count[]; readonly entries: readonly Entry[] }

const EMPTY: State = { counts: [], entries: [] }

/** The greater of two counts of one replica, field by field. */
const joinCounts = (a: Count, b: Count): Count => ({
  replica: a.replica,
  plus: Math.max(a.plus, b.plus),
  minus: Math.max(a.minus, b.minus),
})

/** The later of two entries of one key. */
const joinEntries = (a: Entry, b: Entry): Entry => {
  if (a.time !== b.time) return a.time > b.time ? a : b
  return a.replica >= b.replica ? a : b
}

function joinLists<T>(
  lists: readonly (readonly T[])[],
  idOf: (item: T) => string,
  join: (a: T, b: T) => T,
): T[] {
  const byId = new Map<string, T>()
  for (const item of lists.flat()) {
    const old = byId.get(idOf(item))
    byId.set(idOf(item), old === undefined ? item : join(old, item))
  }
  return [...byId.values()]
}

const join = (...states: State[]): State => ({
  counts: joinLists(
    states.map(({ counts }) => counts),
    ({ replica }) => replica,
    joinCounts,
  ),
  entries: joinLists(
    states.map(({ entries }) => entries),
    ({ key }) => key,
    joinEntries,
  ),
})

/** What `after` has that `before` has not. */
function difference(before: State, after: State): State {
  const had = new Set([...before.counts, ...before.entries].map(item => JSON.stringify(item)))
  const isNew = (item: object) => !had.has(JSON.stringify(item))
  return { counts: after.counts.filter(isNew), entries: after.entries.filter(isNew) }
}

const summary = ({ counts, entries }: State) => ({
  counter: counts.reduce((sum, { plus, minus }) => sum + plus - minus, 0),
  entries: entries.flatMap(({ key, value }) => (value === null ? [] : [{ key, value }])),
})

/** Takes a message apart. Returns undefined if any part of it is not as it should be. */
function parse(message: object): State | undefined {
  const { type, counts, entries } = message as Record<string, unknown>
  if (type !== 'state' || !Array.isArray(counts) || !Array.isArray(entries)) return undefined
  const natural = (n: unknown): n is number => typeof n === 'number' && Number.isSafeInteger(n) && n >= 0
  const state: { counts: Count[]; entries: Entry[] } = { counts: [], entries: [] }
  for (const item of counts) {
    const { replica, plus, minus } = (item ?? {}) as Record<string, unknown>
    if (typeof replica !== 'string' || !natural(plus) || !natural(minus)) return undefined
    if (plus > 0 || minus > 0) state.counts.push({ replica, plus, minus })
  }
  for (const item of entries) {
    const { key, value, time, replica } = (item ?? {}) as Record<string, unknown>
    if (typeof key !== 'string' || !(value === null || typeof value === 'string')) return undefined
    if (!natural(time) || typeof replica !== 'string') return undefined
    state.entries.push({ key, value, time, replica })
  }
  return state
}

/** Lines of JSON: the first names the replica, the others are what changed. */
class Journal {
  readonly replica: string
  readonly #file: number
  state: State = EMPTY

  constructor(dataDir: string, id: string) {
    const name = path.join(dataDir, 'journal')
    const lines = fs.existsSync(name) ? fs.readFileSync(name, 'utf8').split('\n') : []
    let replica: string | undefined
    const changes: State[] = []
    for (const line of lines) {
      try {
        const read = JSON.parse(line) as State & { replica?: string }
        if (read.replica !== undefined) replica ??= read.replica
        else changes.push(read)
      } catch {
        // Empty, or torn by a kill: nobody has seen what it says.
      }
    }
    this.state = join(EMPTY, ...changes)
    this.#file = fs.openSync(name, 'a')
    this.replica = replica ?? `${id}.${randomUUID()}`
    if (replica === undefined) this.#append({ replica: this.replica })
  }

  change(change: State): void {
    this.#append(change)
    this.state = join(this.state, change)
  }

  #append(line: object): void {
    // The line before may be torn.
    fs.writeSync(this.#file, `\n${JSON.stringify(line)}\n`)
    fs.fsyncSync(this.#file)
  }
}

let journal: Journal
let links: Links<{ type: string }>
let peers: string[] = []
let clockMs = 0

export async function start(options: {
  id: string
  host: string
  port: number
  peers: Peer[]
  dataDir: string
  clockMs: number
}) {
  journal = new Journal(options.dataDir, options.id)
  clockMs = options.clockMs
  peers = options.peers.map(({ id }) => id)
  links = await openLinks({
    ...options,
    onMessage(from, message) {
      const state = parse(message)
      if (state) take(state, from)
    },
    onConnect: peer => tell([peer], journal.state),
  })
  return { port: links.port }
}

export async function add({ amount }: { amount: number }) {
  const { replica, state } = journal
  const mine = state.counts.find(count => count.replica === replica) ?? { plus: 0, minus: 0 }
  const plus = mine.plus + Math.max(amount, 0)
  const minus = mine.minus + Math.max(-amount, 0)
  take({ counts: [{ replica, plus, minus }], entries: [] })
}

export const set = async ({ key, value }: { key: string; value: string }) => write(key, value)
export const remove = async ({ key }: { key: string }) => write(key, null)
export const read = async () => summary(journal.state)

function write(key: string, value: string | null) {
  const { replica, state } = journal
  const time = state.entries.reduce((latest, entry) => Math.max(latest, entry.time + 1), Date.now() + clockMs)
  take({ counts: [], entries: [{ key, value, time, replica }] })
  return { time, replica }
}

function take(change: State, from?: string): void {
  const before = journal.state
  const news = difference(before, join(before, change))
  if (news.counts.length + news.entries.length === 0) return
  journal.change(news)
  const { counter, entries } = summary(journal.state)
  emit('changed', { counter, keys: entries.length })
  tell(
    peers.filter(peer => peer !== from),
    news,
  )
}

const tell = (to: readonly string[], { counts, entries }: State) => {
  const message = { type: 'state', counts, entries }
  for (const peer of to) links.send(peer, message)
}
