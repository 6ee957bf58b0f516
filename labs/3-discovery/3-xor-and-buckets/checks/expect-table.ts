/** Judging what the program's routing table holds. */
import { elapsed } from '../../../check/engine/suspension.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count } from '../../../check/kit/finding.ts'
import exercise from '../exercise.ts'
import { PATIENT_MS, type House, type Neighbor } from './house.ts'
import type { Table } from './table.ts'

const { table } = exercise.ops

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
