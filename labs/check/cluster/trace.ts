/**
 * What happened in a cluster: every message between the nodes, every event and answer of theirs, every fault, in one order, by one
 * clock. Invariants look at each entry as it comes, so a check ends with the first violation.
 */
import { now } from '../../../network/clock.ts'
import { parseEvent, type EventKind, type Fields, type Values } from '../../exercise/op.ts'
import { CheckFailure, number } from '../kit/finding.ts'

interface Common {
  /** Milliseconds, on the clock of the transcript. */
  at: number
  /** Its place in the trace, from 0. */
  index: number
}

/** A message that a node sent to another. The same object tells later what became of it. */
export interface Message extends Common {
  kind: 'message'
  from: string
  to: string
  /** The kind of message, as the wire format calls it. */
  label: string
  /** What it says: of a JSON frame the object. */
  value: unknown
  /** As it went over the wire, header and all. */
  bytes: Buffer
  /** When it was handed to the receiver; undefined while it is under way or held, and when it is lost. */
  deliveredAt: number | undefined
  lost: boolean
}
/** The message was handed to its receiver. */
export interface Delivery extends Common {
  kind: 'delivery'
  message: Message
}
export interface NodeEvent extends Common {
  kind: 'event'
  node: string
  event: string
  data: unknown
}
/** An op was called on a node. The same object tells later what came of it. */
export interface Call extends Common {
  kind: 'call'
  node: string
  op: string
  args: object
  /** Undefined until the answer came. */
  answeredAt: number | undefined
  result: object | undefined
  error: string | undefined
}
/** The answer to a call came. */
export interface Answered extends Common {
  kind: 'answer'
  call: Call
}
export interface Connection extends Common {
  kind: 'connected' | 'disconnected' | 'refused'
  from: string
  to: string
}
/** What the checker did to the cluster. `what` goes on after the name of a node or a link: "is killed", "is cut". */
export interface Fault extends Common {
  kind: 'fault'
  what: string
  nodes: readonly string[]
}

export type Entry = Message | Delivery | NodeEvent | Call | Answered | Connection | Fault

type Facts<E> = E extends Common ? Omit<E, keyof Common> : never

export interface Violation {
  expected: string
  got: string
  hint?: string
  /** Entries that led to it, in any order; the message lists them. */
  because?: readonly Entry[]
}

/** Called with each entry as it comes. What it returns ends the check. */
export type Invariant = (entry: Entry) => Violation | undefined

export interface Trace {
  readonly entries: readonly Entry[]
  add<E extends Entry>(facts: Facts<E>): E
  /** Grows with what is said, told and answered: not with connections, which a node may try for again and again. */
  busy(): number
  /** From now on. The check's own `always` is the same for entries that were there before, too. */
  always(invariant: Invariant): void
  /** Calls `listener` after each entry, until the function that it returns is called. */
  onEntry(listener: (entry: Entry) => void): () => void
  /** What the checker did so far. */
  readonly faults: readonly Fault[]
  /** The last event of one of these kinds that the node has told, whatever its data. */
  lastEvent(node: string, kinds: readonly string[]): NodeEvent | undefined
  /** Messages of this kind that were sent, all that have come so far. */
  messages(label?: string): Message[]
  /** Events of a kind with their data, from all nodes or from one. Fails the check when data does not fit. */
  events<D extends Fields>(
    kind: EventKind<D>,
    node?: string,
  ): (Omit<NodeEvent, 'data'> & { data: Values<D> })[]
  /** Calls of an op with their answers, so far. */
  calls(op?: string): Call[]
}

const IDLE: ReadonlySet<Entry['kind']> = new Set(['connected', 'disconnected', 'refused', 'fault'])

/** More is a storm: no check needs it. */
export const MAX_ENTRIES = 200_000

/** `broken` ends the check. */
export function createTrace(broken: (error: Error) => void): Trace {
  const entries: Entry[] = []
  // Conditions are tried after each entry: what they look at must not cost more with each message of a storm.
  const told = new Map<string, NodeEvent[]>()
  const faults: Fault[] = []
  const invariants: Invariant[] = []
  const listeners = new Set<(entry: Entry) => void>()
  let over = false
  let busy = 0

  const judge = (invariant: Invariant, entry: Entry) => {
    if (over) return
    const violation = invariant(entry)
    if (!violation) return
    over = true
    broken(failure(violation, entry))
  }
  const fitting = new WeakMap<NodeEvent, object>()
  return {
    entries,
    busy: () => busy,
    add(facts) {
      const entry = { ...facts, at: now(), index: entries.length } as unknown as Entry
      if (entries.length >= MAX_ENTRIES) {
        if (!over) broken(storm())
        over = true
        return entry as never
      }
      entries.push(entry)
      if (!IDLE.has(entry.kind)) busy++
      if (entry.kind === 'fault') faults.push(entry)
      if (entry.kind === 'event') {
        const before = told.get(entry.event)
        if (before) before.push(entry)
        else told.set(entry.event, [entry])
      }
      for (const invariant of invariants) judge(invariant, entry)
      for (const listener of [...listeners]) listener(entry)
      return entry as never
    },
    always(invariant) {
      for (const entry of [...entries]) judge(invariant, entry)
      invariants.push(invariant)
    },
    onEntry(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    faults,
    lastEvent(node, kinds) {
      const last = kinds.map(kind => told.get(kind)?.findLast(entry => entry.node === node))
      return last.reduce((a, b) => ((b?.index ?? -1) > (a?.index ?? -1) ? b : a), undefined)
    },
    messages: label =>
      entries.filter(
        (entry): entry is Message =>
          entry.kind === 'message' && (label === undefined || entry.label === label),
      ),
    events(kind, node) {
      return (told.get(kind.name) ?? [])
        .filter(entry => node === undefined || entry.node === node)
        .map(entry => {
          let data = fitting.get(entry)
          if (!data) {
            const { values, misfit } = parseEvent(kind, entry.data)
            if (misfit) throw new CheckFailure({ ...misfit, spoke: true })
            fitting.set(entry, (data = values))
          }
          return { ...entry, data: data as Values<typeof kind.data> }
        })
    },
    calls: op =>
      entries.filter(
        (entry): entry is Call => entry.kind === 'call' && (op === undefined || entry.op === op),
      ),
  }
}

/** A failure that lists what led to it. */
export function failure({ expected, got, hint, because = [] }: Violation, last?: Entry): CheckFailure {
  const led = [...new Set(last ? [...because, last] : because)].sort((a, b) => a.index - b.index)
  const first = led[0]?.at ?? 0
  return new CheckFailure({
    expected,
    got,
    ...(hint !== undefined && { hint }),
    spoke: true,
    trail: led.map(entry => `${(entry.at - first).toFixed(1).padStart(8)} ms  ${entryText(entry)}`),
  })
}

const storm = () =>
  new CheckFailure({
    expected: 'a cluster that comes to rest, or does a bounded amount of work.',
    got: `more than ${number(MAX_ENTRIES)} messages and events, so the checker stopped.`,
    hint: 'does a message cause more than one other message, again and again?',
    spoke: true,
  })

const MOST = 140
const cut = (text: string) => (text.length > MOST ? `${text.slice(0, MOST)}…` : text)
const json = (value: unknown) => cut(JSON.stringify(value) ?? '')

/** An entry in one line, without its time. */
export function entryText(entry: Entry): string {
  switch (entry.kind) {
    case 'message':
      return `${entry.from} → ${entry.to}: ${messageText(entry)}${entry.lost ? ' (lost)' : ''}`
    case 'delivery':
      return `${entry.message.from} → ${entry.message.to}: ${messageText(entry.message)} arrives`
    case 'event':
      return `${entry.node}: event ${entry.event} ${json(entry.data)}`
    case 'call':
      return `checker → ${entry.node}: ${entry.op} ${json(entry.args)}`
    case 'answer':
      return `${entry.call.node} → checker: ${entry.call.op} ${entry.call.error === undefined ? `replied ${json(entry.call.result)}` : `failed: ${cut(entry.call.error)}`}`
    case 'connected':
      return `${entry.from} connected to ${entry.to}`
    case 'disconnected':
      return `the connection from ${entry.from} to ${entry.to} closed`
    case 'refused':
      return `${entry.from} could not connect to ${entry.to}`
    case 'fault':
      return `⚡ ${entry.nodes.join(', ')} ${entry.what}`
  }
}

const messageText = ({ label, value, bytes }: Message): string =>
  typeof value === 'object' && value !== null ? json(value) : `${label}, ${number(bytes.length)} bytes`
