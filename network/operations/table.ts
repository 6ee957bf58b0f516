/**
 * All that can be asked of a network process. What goes over the border (protocol.ts), the typed call of a host (client.ts) and what
 * the process then does (main.ts) follow from this table: a new operation is one entry in a file beside this one.
 */
import * as v from 'valibot'
import { faultOperations } from './faults.ts'
import { networkOperations } from './network.ts'
import { nodeOperations } from './nodes.ts'
import type { Context, OperationEntry } from './operation.ts'
import { recordingOperations } from './recording.ts'
import { savedNetworkOperations } from './saved-networks.ts'
import { scenarioOperations } from './scenarios.ts'

const ENTRIES = {
  ...networkOperations,
  ...nodeOperations,
  ...faultOperations,
  ...scenarioOperations,
  ...recordingOperations,
  ...savedNetworkOperations,
}
type Entries = typeof ENTRIES
export type OperationName = keyof Entries

type Flat<T> = { [K in keyof T]: T[K] }
type Arguments<N extends OperationName> = Entries[N]['arguments'] extends infer A extends v.ObjectEntries
  ? v.InferOutput<v.ObjectSchema<A, undefined>>
  : never

/** What is asked for: `{ op: 'killNode', node: 'n3' }`. */
export type Operation = { [N in OperationName]: Flat<{ op: N } & Arguments<N>> }[OperationName]
/** The operation of one name: `OperationOf<'killNode'>`. */
export type OperationOf<N extends OperationName> = Extract<Operation, { op: N }>

type Answer<R> = [R] extends [void] ? Record<string, never> : R
/** What each operation resolves to; nothing is an empty object. */
export type Results = { [N in OperationName]: Answer<Awaited<ReturnType<Entries[N]['perform']>>> }

/** The operations that a face shows as under way once they take a while. */
export type NameWithProgress = {
  [N in OperationName]: Entries[N]['progress'] extends true ? N : never
}[OperationName]

export const OPERATIONS: Readonly<Record<OperationName, Omit<OperationEntry, 'perform'>>> = ENTRIES

export const operationSchema = v.variant(
  'op',
  Object.entries(OPERATIONS).map(([op, entry]) => v.object({ op: v.literal(op), ...entry.arguments })),
) as v.GenericSchema<unknown, Operation>

/** Does what is asked for. Throws a NetworkError where it cannot be done, and whatever else goes wrong. */
export async function perform<O extends Operation>(context: Context, asked: O): Promise<Results[O['op']]> {
  // The entry of this very name takes these arguments and gives this result.
  const entry = ENTRIES[asked.op] as unknown as OperationEntry
  return ((await entry.perform(context, asked)) ?? {}) as Results[O['op']]
}
