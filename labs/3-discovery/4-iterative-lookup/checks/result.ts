/** Judging what lookup returned. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { byDistance } from '../../shared/xor.ts'
import type { DhtNode, Played } from './dht.ts'

export interface Expected {
  target: Buffer
  k: number
  /** Closest first. */
  closest: readonly Played<DhtNode>[]
  /** All that the checker plays. */
  nodes: readonly Played<DhtNode>[]
  /** Why a node is not in `closest`, by its address: "which is dead". With the likely misconception. */
  why?: ReadonlyMap<string, { which: string; hint: string }>
  /** The likely misconception where one of `closest` is missing. */
  missing?: string
}

const SHAPE = /^[0-9a-f]{40} [0-9.]+:\d{1,5}$/

export const line = ({ id, address }: { id: Buffer; address: string }): string =>
  `${id.toString('hex')} ${address}`

/** What is wrong with the result, or undefined. Different from the expected one is not yet wrong: a machine that is too busy can be the reason. */
export const differs = (got: readonly string[], { closest }: Expected): boolean =>
  got.length !== closest.length || got.some((text, i) => text !== line(closest[i]!))

/** Fails unless the result is the expected one. */
export function expectNodes(t: CheckContext, got: readonly string[], expected: Expected): void {
  if (!differs(got, expected)) return
  const { target, k, closest, nodes, why, missing } = expected
  const fail = (what: string, hint: string) =>
    t.fail({
      op: 'lookup',
      expected: `${count(closest.length, 'node')}, closest first: ${closest.map(({ name }) => name).join(', ')}.`,
      got: what,
      hint,
    })
  const nodeAt = (address: string) => nodes.find(node => node.address === address)
  const rightLines = closest.map(line)
  for (const text of got) {
    const address = text.split(' ').at(-1)!
    const reason = why?.get(address)
    if (reason) fail(`also ${nodeAt(address)?.name ?? address}, ${reason.which}.`, reason.hint)
    if (!SHAPE.test(text)) {
      fail(
        `${JSON.stringify(text).slice(0, 80)}.`,
        `each node is its ID (40 characters of lower-case hex), a space and its address, such as ${rightLines[0] ?? `${target.toString('hex')} 127.0.0.1:4001`}.`,
      )
    }
  }
  const twice = got.find((text, i) => got.indexOf(text) < i)
  if (twice !== undefined)
    fail(`${nameOf(twice, nodes)} twice.`, 'many nodes name the same one. Do you add each to the list once?')
  const strange = got.find(text => !rightLines.includes(text))
  const lacking = closest.find(node => !got.includes(line(node)))
  if (strange !== undefined) {
    const [id, address] = strange.split(' ') as [string, string]
    const node = nodeAt(address)
    if (node && node.id.toString('hex') !== id) {
      fail(
        `${id.slice(0, 8)}… at ${address}. But the node at that address is ${node.name}, and its ID begins with ${node.id.toString('hex', 0, 4)}.`,
        OWN_ANSWER,
      )
    }
    if (!node)
      fail(`also ${address}, where there is no node.`, 'do you return only nodes that have answered?')
    if (got.length > k)
      fail(count(got.length, 'node') + '.', `do you return only the first ${k} (k) of the list?`)
    if (lacking) fail(`${node!.name}, but not ${lacking.name}, which is closer.`, missing ?? MISSING)
  }
  if (lacking) {
    fail(
      got.length === 0 ? 'no node.' : `${count(got.length, 'node')}, without ${lacking.name}.`,
      missing ?? MISSING,
    )
  }
  const sorted = closest.map(({ id }) => ({ id })).sort(byDistance(target))
  fail(
    `the right nodes, in the order ${got.map(text => nameOf(text, nodes)).join(', ')}.`,
    `do you sort by the XOR of ID and target, compared as a number, most significant byte first? The closest here is ${sorted[0]!.id.toString('hex', 0, 4)}…`,
  )
}

const nameOf = (text: string, nodes: readonly Played<DhtNode>[]): string =>
  nodes.find(node => node.address === text.split(' ')[1])?.name ?? text

const OWN_ANSWER =
  'do you take the ID of a node from its own answer? What others say of it is hearsay: they can make up any ID.'
const MISSING =
  'is the list sorted by distance to the target, the XOR of all 20 bytes as an unsigned number? And do you go on until each of its first k has answered or failed, also if an answer brought nothing closer?'
