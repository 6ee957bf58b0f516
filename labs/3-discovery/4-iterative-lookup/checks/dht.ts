/** The nodes that the checker plays, and the queries that the program sends them. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import { happens, NEVER_MS } from '../../../check/kit/happens.ts'
import { loopbackHosts } from '../../../check/peers/hosts.ts'
import { playUdp, type UdpMember } from '../../../check/population/udp.ts'
import type { Program } from '../../../check/engine/program.ts'
import { encodeBencode } from '../../../exercise/bencode.ts'
import { glance } from '../../../check/transcript/hexdump.ts'
import { oneLine } from '../../../preview.ts'
import { encodeContacts, ID_BYTES, idIn, krpcResponse, parseKrpc, type Contact } from '../../shared/krpc.ts'
import exercise from '../exercise.ts'

/** What is looked up, and by whom. */
export interface Wanted {
  id: Buffer
  target: Buffer
}

export interface DhtNode {
  /** In messages: "node 7". */
  name: string
  id: Buffer
  /** It has the same host as this one, and another port. */
  beside?: DhtNode
}

/** With the node that it was made from. */
export type Played<N extends DhtNode> = UdpMember<N & { spec: N }>

/** The node as it is played. */
export type Find<N extends DhtNode> = (node: N) => Played<N>

export interface Dht<N extends DhtNode> {
  nodes: readonly Played<N>[]
  find: Find<N>
}

/** A find_node of the program's. */
export interface Query<N extends DhtNode> {
  node: Played<N>
  /** The transaction ID. */
  t: Buffer
  host: string
  port: number
  wanted: Wanted
}

export const drawWanted = ({ random }: CheckContext): Wanted => ({
  id: random.bytes(ID_BYTES),
  target: random.bytes(ID_BYTES),
})

/**
 * Opens a socket for each node. `receive` is called with each query, once it is known to be a good one: find_node, for a target that is wanted. Ours is
 * what has an ID or target in it that only the program was given, also where it wrote it in hex.
 */
export async function playDht<N extends DhtNode>(
  t: CheckContext,
  {
    nodes,
    wanted,
    receive,
  }: {
    nodes: readonly N[]
    wanted: readonly Wanted[]
    receive: (query: Query<N>, find: Find<N>) => void | Promise<void>
  },
): Promise<Dht<N>> {
  const secrets = wanted
    .flatMap(({ id, target }) => [id, target])
    .flatMap(secret => [secret, Buffer.from(secret.toString('hex'))])
  const { hosts } = await loopbackHosts(t.random.split('hosts'), nodes.length)
  const find: Find<N> = node => played.find(({ spec }) => spec === node)!
  const played: Played<N>[] = await playUdp<N & { spec: N }>(t, {
    members: nodes.map((node, i) => ({
      ...node,
      spec: node,
      host: hosts[node.beside ? nodes.findIndex(other => other === node.beside) : i]!,
    })),
    isOurs: ({ bytes }) => secrets.some(secret => bytes.includes(secret)),
    receive(node, { bytes, host, port }) {
      const query = parseQuery(t, bytes, wanted)
      return query && receive({ ...query, node, host, port }, find)
    },
  })
  return { nodes: played, find }
}

const SENDS =
  'a query find_node, with your own ID as id and the ID that is looked for as target: 20 bytes each.'

function parseQuery(
  t: CheckContext,
  bytes: Buffer,
  wanted: readonly Wanted[],
): Pick<Query<DhtNode>, 't' | 'wanted'> | undefined {
  const fail = (got: string, hint: string) => t.fail({ op: 'lookup', expected: SENDS, got, hint })
  let message: ReturnType<typeof parseKrpc>
  try {
    message = parseKrpc(bytes)
  } catch (error) {
    return fail(
      `${bytes.length} bytes (${glance(bytes, 24)}) that are not a message of KRPC: ${(error as Error).message}`,
      'a message is one dictionary in bencode, with t, y, q and a.',
    )
  }
  // Whoever keeps a server of exercise 3.3 running answers queries.
  if (message.kind !== 'query') return undefined
  if (message.method !== 'find_node') {
    return fail(`a query ${message.method}.`, 'a lookup sends find_node, and nothing else.')
  }
  const [id, target] = [idIn(message.args.id), idIn(message.args.target)]
  if (!id || !target) {
    return fail(
      `a query find_node whose ${id ? 'target' : 'id'} is not a string of 20 bytes.`,
      'IDs are 20 bytes on the wire, not 40 characters of hex.',
    )
  }
  const others = Object.keys(message.args).filter(key => key !== 'id' && key !== 'target')
  if (others.length > 0) {
    return fail(
      `a query find_node with ${oneLine(JSON.stringify(others[0]), 40)} as another argument.`,
      'id and target are all that find_node of BEP 5 has in a.',
    )
  }
  const found = wanted.find(one => one.target.equals(target) && one.id.equals(id))
  if (found) return { t: message.t, wanted: found }
  return fail(
    `the id ${id.toString('hex')} and the target ${target.toString('hex')}.`,
    wanted.some(one => one.target.equals(id) || one.id.equals(target))
      ? 'did you mix up id and target?'
      : 'id and target are arguments of lookup, and the same in all queries of one lookup.',
  )
}

/**
 * Answers a query. `more`: with keys that BEP 5 does not know, as real nodes send them: the version of the software, the address that the asker has
 * (BEP 42), nodes with IPv6 addresses (BEP 32).
 */
export async function answer<N extends DhtNode>(
  { node, t, host, port }: Query<N>,
  named: readonly Contact[],
  { more = false } = {},
): Promise<void> {
  const r = { id: node.id, nodes: encodeContacts(named) }
  const bytes = more
    ? encodeBencode({
        t,
        y: 'r',
        r: { ...r, nodes6: Buffer.alloc(38, 0x5a) },
        v: Buffer.from('4c540204', 'hex'),
        ip: encodeContacts([{ id: node.id, host, port }]).subarray(ID_BYTES),
      })
    : krpcResponse(t, r)
  await node.send(bytes, port, host)
}

export interface LookupArgs extends Wanted {
  seeds: string[]
  k: number
  alpha: number
  timeoutMs: number
}

/** Calls lookup. Fails when it answers with an error. */
export async function lookup(t: CheckContext, args: LookupArgs, program?: Program): Promise<string[]> {
  const { nodes } = await t.call(exercise.ops.lookup, args, {
    ms: NEVER_MS,
    ...(program && { program }),
  })
  return nodes
}

/** A program that runs, and neither asks nor returns for so long, does neither any more. */
const STALL_MS = 2_000
/** More queries than any lookup here needs. */
export const MOST_QUERIES = 300

/**
 * What the call comes to. Fails when for longer than `quietMs` (its timeouts) and STALL_MS neither a query comes nor the result, and when the queries do
 * not end. `asked` is how many came.
 */
export async function settled<T>(
  t: CheckContext,
  call: Promise<T>,
  asked: () => number,
  { program = t.program, quietMs = 0, hint }: { program?: Program; quietMs?: number; hint?: string } = {},
): Promise<T> {
  for (;;) {
    const before = asked()
    const patience = { ms: STALL_MS + quietMs, everyMs: 100, signOfLife: program.signOfLife }
    if (await happens(call, patience)) return call
    if (asked() === before) {
      return t.fail({
        op: 'lookup',
        expected: 'more queries, or the result.',
        got: `neither, after ${queries(before)}, although your program runs.`,
        hint:
          before === 0
            ? 'do you send find_node to the seeds first?'
            : (hint ??
              'does every query that ends, with an answer, an error or a timeout, lead to the next ones, and the last one to the end?'),
      })
    }
  }
}

/** Fails when there are more queries than any lookup needs. */
export function judgeEndless(t: CheckContext, asked: number): void {
  if (asked <= MOST_QUERIES) return
  t.fail({
    op: 'lookup',
    expected: 'that the lookup ends.',
    got: `${queries(asked)}.`,
    hint: ONCE,
  })
}

export const ONCE =
  'do you remember which addresses you have asked, in this lookup, whatever ID they were named with? Then each is asked once, and the lookup ends.'

export const queries = (n: number): string => (n === 1 ? 'one query' : `${number(n)} queries`)
