/** What the program says of its routing table. */
import type { Program } from '../../../check/engine/program.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count, inNode } from '../../../check/kit/finding.ts'
import exercise from '../exercise.ts'
import { PATIENT_MS, type House, type Neighbor } from './house.ts'
import { elapsed } from '../../../check/engine/suspension.ts'

const { table } = exercise.ops

export interface Table {
  buckets: number
  /** Addresses by id in hex. */
  nodes: Map<string, string>
}

const NODE = /^([0-9a-f]{40}) (\S+:\d+)$/

export async function readTable(t: CheckContext, program: Program): Promise<Table> {
  const { buckets, nodes } = await t.call(table, {}, { program })
  const found: Table = { buckets, nodes: new Map() }
  for (const text of nodes) {
    const [, id, address] = NODE.exec(text) ?? []
    if (id === undefined || address === undefined) {
      t.fail({
        op: table.name,
        expected:
          'for each node its id, 40 hex digits in lower case, a space, and its address, such as 127.0.0.1:4001.',
        got: `${JSON.stringify(text.slice(0, 80))}.`,
        spoke: true,
      })
    }
    if (found.nodes.has(id)) {
      t.fail({
        op: table.name,
        expected: 'that each id is in the table once.',
        got: `${id} twice.`,
        hint: `do you look an id up before you add it${inNode(' (compare Buffers with equals: === only says whether they are the same object)')}?`,
        spoke: true,
      })
    }
    found.nodes.set(id, address)
  }
  return found
}

const hexOf = ({ id }: { id: Uint8Array }): string => Buffer.from(id).toString('hex')

export interface Expected {
  /** All that are due to be in the table. */
  nodes: readonly Neighbor[]
  /** All others that the checker has, with what the program got wrong when one of them is in the table. */
  others?: readonly (readonly [Neighbor, hint: string])[]
  buckets?: number
  /** The misconception when one of `nodes` is missing. */
  missing: string
  /** The misconception when the number of buckets is another one. */
  split?: string
}

/** Fails unless the table comes to hold these nodes, at their addresses, and nothing else. */
export async function expectTable(t: CheckContext, house: House, expected: Expected): Promise<void> {
  const started = elapsed()
  // A program that handles answers in another thread needs a moment; each look at its table is a sign of life.
  for (let looks = 0; ; looks++) {
    const found = await house.table()
    const fault = faultOf(found, expected)
    if (!fault) return
    if (elapsed() - started > PATIENT_MS && looks > 20) t.fail({ op: table.name, spoke: true, ...fault })
    await pause(Math.min(5 * looks, 50))
  }
}

function faultOf(
  { buckets, nodes: found }: Table,
  { nodes, others = [], buckets: due, missing, split }: Expected,
) {
  const listed = `${count(nodes.length, 'node')} in the table${nodes.length === 0 ? '' : `: ${nodes.map(({ name }) => name).join(', ')}`}.`
  for (const [one, hint] of others) {
    const address = found.get(hexOf(one))
    if (address === undefined || nodes.some(({ id }) => id.equals(one.id))) continue
    return { expected: listed, got: `${one.name} is in the table, too.`, hint }
  }
  for (const one of nodes) {
    const address = found.get(hexOf(one))
    if (address === undefined) {
      return {
        expected: listed,
        got: `${one.name} is not in the table (${count(found.size, 'node')}).`,
        hint: missing,
      }
    }
    if (address === one.address) continue
    const imposter = others.find(([other]) => other.address === address)
    return {
      expected: `${one.name} in the table with its address, ${one.address}.`,
      got: `${address}${imposter ? `, which is the address of ${imposter[0].name}` : ''}.`,
      hint: imposter?.[1] ?? 'the address of a node is where its query came from, and its answer.',
    }
  }
  if (found.size > nodes.length) {
    const known = new Set(nodes.map(hexOf))
    const [id, address] = [...found].find(([one]) => !known.has(one))!
    return {
      expected: listed,
      got: `also ${id} at ${address}.`,
      hint: 'only nodes that have answered your ping are in the table. A query only claims an id.',
    }
  }
  if (due !== undefined && buckets !== due)
    return {
      expected: `${count(due, 'bucket')}.`,
      got: `${buckets}.`,
      ...(split !== undefined && { hint: split }),
    }
  return undefined
}
