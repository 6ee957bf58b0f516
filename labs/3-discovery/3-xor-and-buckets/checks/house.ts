/** A program that is a node of the DHT, and the neighbors of it that the checker plays. */
import { setImmediate } from 'node:timers/promises'
import type { Program } from '../../../check/engine/program.ts'
import { elapsed } from '../../../check/engine/suspension.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { happens, NEVER_MS, TooBusy } from '../../../check/kit/patience.ts'
import type { Datagram } from '../../../check/peers/datagrams.ts'
import { LOOPBACK } from '../../../check/peers/hosts.ts'
import { playUdp } from '../../../check/population/udp.ts'
import type { Values } from '../../../exercise/op.ts'
import {
  ID_BYTES,
  idIn,
  krpcQuery,
  krpcResponse,
  tryKrpc,
  type Contact,
  type KrpcMessage,
} from '../../shared/krpc.ts'
import exercise from '../exercise.ts'
import { acceptQuery, failUnanswered, readAnswer, type Answer, type Query } from './messages.ts'
import { readTable, type Table } from './table.ts'

const { listen } = exercise.ops

export type Rules = Omit<Values<typeof listen.args>, 'host' | 'port'>

/** A program that runs, and does not send what is due for so long, does not send it any more. */
export const PATIENT_MS = 1_500
/** Most answers are there long before anybody asks the program for a sign of life. */
const SOON_MS = 250

export interface Neighbor extends Contact {
  name: string
  address: string
  /** The program's queries to it, in the order in which they came. */
  queries: Query[]
  /** What it does with one. At the beginning: it answers at once. */
  react(query: Query): void | Promise<void>
  /** Sends a query, and reads what the program answers. `id`: another than its own. */
  ask(
    method: string,
    args?: Record<string, Uint8Array>,
    as?: { id?: Uint8Array; t?: Uint8Array },
  ): Promise<Answer>
  /** Answers with its id. `id`, `t`: others than are due. */
  answer(
    query: Query,
    values?: Record<string, Uint8Array | number>,
    as?: { id?: Uint8Array; t?: Uint8Array },
  ): Promise<void>
  send(bytes: Uint8Array): Promise<void>
  /** The program's next answer to one of its datagrams, or undefined when none comes although the program runs. */
  nextAnswer(ms?: number): Promise<Datagram | undefined>
  /** Answers of the program's that nobody took. */
  waiting(): number
}

export interface House {
  rules: Rules
  port: number
  program: Program
  /** A node with this id; left out, a random one. */
  neighbor(name: string, id?: Uint8Array, host?: string): Promise<Neighbor>
  /**
   * The neighbor pings the program, which pings it, and gets its answer. Resolves when the program has read that; rejects with TooBusy where it may have
   * come too late.
   */
  introduce(neighbor: Neighbor, hint?: string): Promise<void>
  /** The same with a neighbor that finds a place: resolves when it is in the table. */
  join(neighbor: Neighbor, hints?: { asked?: string; missing?: string; did?: string }): Promise<void>
  /** Whether `so` comes to hold, given up only when the program does other things long after. It is looked at after each datagram. */
  comes(so: () => boolean, ms?: number): Promise<boolean>
  /** Resolves when the program has read all that was sent before, and what it sent then has been read. */
  untilRead(): Promise<void>
  table(): Promise<Table>
}

const silent = () => {}

export async function openHouse(
  t: CheckContext,
  { program = t.program, ...some }: Partial<Rules> & { program?: Program } = {},
): Promise<House> {
  const rules: Rules = {
    id: t.random.bytes(ID_BYTES),
    k: 8,
    goodMs: NEVER_MS,
    refreshMs: NEVER_MS,
    timeoutMs: NEVER_MS,
    ...some,
  }
  t.doing('The checker called listen.')
  const { port } = await t.call(listen, { host: LOOPBACK, port: 0, ...rules }, { program })
  const watchers = new Set<() => void>()
  const patience = (ms: number) => ({ ms, signOfLife: () => program.signOfLife() })

  const comes = async (so: () => boolean, ms = PATIENT_MS): Promise<boolean> => {
    if (so()) return true
    let watcher = silent
    const come = new Promise<void>(resolve => {
      watcher = () => so() && resolve()
      watchers.add(watcher)
    })
    try {
      await Promise.race([come, pause(Math.min(SOON_MS, ms))])
      return so() || (await happens(come, patience(ms)))
    } finally {
      watchers.delete(watcher)
    }
  }

  /** Also from a wrong port: nobody else knows the id. */
  const isOurs = ({ bytes, host, port: from }: Datagram): boolean => {
    if (host === LOOPBACK && from === port) return true
    const message = tryKrpc(bytes)
    const sender =
      message?.kind === 'query'
        ? message.args.id
        : message?.kind === 'response'
          ? message.values.id
          : undefined
    return idIn(sender)?.equals(rules.id) === true
  }

  const neighbor = async (
    name: string,
    id: Uint8Array = t.random.bytes(ID_BYTES),
    host = LOOPBACK,
  ): Promise<Neighbor> => {
    const answers: Datagram[] = []
    let earlier: Buffer | undefined
    const [socket] = await playUdp(t, {
      members: [{ name, host }],
      isOurs,
      async receive(_, datagram) {
        const message: KrpcMessage | undefined = tryKrpc(datagram.bytes)
        // A fault in what looks like a query is told at once; all else is for whoever waits for an answer.
        if (message?.kind !== 'query') answers.push(datagram)
        else {
          const query = acceptQuery(t, { datagram, message, port, id: rules.id, to: name, at: elapsed() })
          one.queries.push(query)
          await one.react(query)
        }
        for (const watcher of watchers) watcher()
      },
    })
    const { port: own, address, strangers } = socket!
    const one: Neighbor = {
      name,
      id: Buffer.from(id),
      host,
      port: own,
      address,
      queries: [],
      react: query => one.answer(query),
      send: bytes => socket!.send(bytes, port),
      waiting: () => answers.length,
      async nextAnswer(ms) {
        return (await comes(() => answers.length > 0, ms)) ? answers.shift() : undefined
      },
      async ask(method, args = {}, { id: as = one.id, t: transaction = t.random.bytes(4) } = {}) {
        const bytes = krpcQuery(transaction, method, { id: as, ...args })
        await one.send(bytes)
        const datagram = await one.nextAnswer()
        if (!datagram) return failUnanswered(t, method, strangers)
        const answer = readAnswer(t, {
          datagram,
          method,
          port,
          t: Buffer.from(transaction),
          id: rules.id,
          earlier,
        })
        earlier = answer.t
        return answer
      },
      answer: (query, values = query.method === 'find_node' ? { nodes: Buffer.alloc(0) } : {}, as = {}) =>
        one.send(krpcResponse(as.t ?? query.t, { ...values, id: as.id ?? one.id })),
    }
    return one
  }

  /** It never answers, so it never becomes known. */
  let outsider: Neighbor | undefined
  const stranger = async (): Promise<Neighbor> => {
    outsider ??= Object.assign(await neighbor('an outsider'), { react: silent })
    return outsider
  }

  const house: House = {
    rules,
    port,
    program,
    neighbor,
    comes,
    async untilRead() {
      // A ping that it sends to a newcomer, the answer, and what it does then: each takes a turn of its event loop, or some.
      for (let i = 0; i < 4; i++) {
        await (await stranger()).ask('ping')
        // And one of ours: while datagrams keep coming on one socket, Node reads none of the others.
        for (let turns = 0; turns < 2; turns++) await setImmediate()
      }
    },
    async introduce(one, hint = KNOWN) {
      const before = one.queries.length
      const started = elapsed()
      t.doing(`${one.name} sent a ping.`)
      await one.ask('ping')
      if (!(await comes(() => one.queries.length > before))) {
        t.fail({
          op: listen.name,
          did: `${one.name} sent a ping, and your program answered it.`,
          expected: `a ping from your program to ${one.address}: its id is not in the table yet.`,
          got: 'nothing, although your program runs.',
          hint,
        })
      }
      await house.untilRead()
      // The program may have given its ping up before it read the answer.
      if (elapsed() - started >= rules.timeoutMs) throw new TooBusy()
    },
    async join(
      one,
      {
        asked = KNOWN,
        missing = MISSING,
        did = `${one.name} sent a ping, and answered that of your program.`,
      } = {},
    ) {
      await house.introduce(one, asked)
      const id = one.id.toString('hex')
      const started = elapsed()
      for (let looks = 0; !(await house.table()).nodes.has(id); looks++) {
        if (elapsed() - started > PATIENT_MS && looks > 20) {
          t.fail({
            op: exercise.ops.table.name,
            did,
            expected: `${one.name} in the table: ${id}.`,
            got: 'a table without it.',
            hint: missing,
            spoke: true,
          })
        }
        await pause(Math.min(5 * looks, 50))
      }
    },
    table: () => readTable(t, program),
  }
  return house
}

const KNOWN =
  'a query comes from an id that you do not know: do you ping the node, at the address that the query came from? It gets into the table when it answers.'

export const MISSING =
  'the node has answered your ping, and there is a place for it: from now on it is in the table.'
