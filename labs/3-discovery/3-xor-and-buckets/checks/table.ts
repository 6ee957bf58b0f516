/** What the program says of its routing table. */
import type { Program } from '../../../check/engine/program.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode } from '../../../check/kit/finding.ts'
import exercise from '../exercise.ts'

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
