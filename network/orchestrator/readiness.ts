/** Waits until a network that was told to start is ready, and says why when it does not get there. */
import { now } from '../clock.ts'
import { NetworkError } from '../failure.ts'
import { liveNodes, lonely, unhealthy, unlinked, type NetworkState } from '../state.ts'
import { createShortage, shortageFailure } from './descriptors.ts'
import type { Linking } from './linking.ts'
import type { Links } from './links.ts'
import { meshProblem } from './mesh-feasibility.ts'
import type { EventRecord } from './record.ts'

/** When all nodes listen and one has still not discovered a peer it needs, it is told the address. Milliseconds. */
const DISCOVERY_DEADLINE_MS = 10_000

/**
 * A healthy mesh, or, where the links do not allow one (mesh-feasibility.ts), every link connected; 'met': every node is connected to another one,
 * and more is up to them.
 */
export type Goal = 'mesh' | 'links' | 'met'

/** Why the goal is not reached, or undefined. */
export const missing = (goal: Goal): ((state: NetworkState) => string | undefined) =>
  goal === 'mesh' ? unhealthy : goal === 'links' ? unlinked : lonely

/** What a network of these links, or a node that joins it, can get to. */
export const goalOf = (links: Links): Goal => (meshProblem(links.all) === undefined ? 'mesh' : 'links')

export interface ReadinessOptions {
  record: EventRecord
  linking: Linking
  names: readonly string[]
  /** Aborted at the deadline or when the start is cancelled. */
  deadline: AbortSignal
  goal: Goal
  /** It may never get there, and that is what there is to see: go on after so long, with a warning. `why` is a sentence's end. */
  patience?: { ms: number; why: string } | undefined
}

/** Resolves when every node is up and the goal is reached. Rejects with the deadline's reason, or when no node could start. */
export async function untilReady({
  record,
  linking,
  names,
  deadline,
  goal,
  patience,
}: ReadinessOptions): Promise<void> {
  const shortage = createShortage()
  const unsubscribe = record.subscribe((_first, events) => shortage.note(events))
  try {
    await untilReadyOr(shortage, { record, linking, names, deadline, goal, patience })
  } finally {
    unsubscribe()
  }
}

async function untilReadyOr(
  shortage: ReturnType<typeof createShortage>,
  { record, linking, names, deadline, goal, patience }: ReadinessOptions,
): Promise<void> {
  const settled = (state: NetworkState) => !Object.values(state.nodes).some(n => n.phase === 'starting')
  await record.until(state => shortage.isReached || settled(state), deadline)
  if (shortage.isReached) throw shortageFailure()
  if (liveNodes(record.state).length === 0) {
    const { step, cause } = record.state.nodes['n1']!.failure!
    throw new NetworkError({ node: 'n1', step, cause, remedy: 'Check the log. No node could start' })
  }
  for (const name of names) linking.send(name)
  const help = setTimeout(() => linking.tellAddresses(DISCOVERY_DEADLINE_MS), DISCOVERY_DEADLINE_MS)
  const lacks = missing(goal)
  const signals = [deadline, ...(patience === undefined ? [] : [AbortSignal.timeout(patience.ms)])]
  try {
    await record.until(state => shortage.isReached || lacks(state) === undefined, AbortSignal.any(signals))
    if (lacks(record.state) !== undefined) throw shortageFailure()
  } catch (error) {
    if (error instanceof NetworkError || deadline.aborted || patience === undefined) throw error
    const text = `The network is not healthy after ${patience.ms / 1000} s (${lacks(record.state)}). ${patience.why}, so the network keeps running.`
    record.add({ type: 'notice', at: now(), level: 'warning', text })
  } finally {
    clearTimeout(help)
  }
}

/** Why a start failed, in the words of an operation. Call before what was started is stopped. */
export function startFailure(
  error: unknown,
  { record, cancelled, deadlineMs }: { record: EventRecord; cancelled: boolean; deadlineMs: number },
): NetworkError {
  if (cancelled) {
    const remedy = 'P2P Lab stopped everything that had started'
    return new NetworkError({ step: 'start', cause: 'it was canceled', remedy })
  }
  if (error instanceof NetworkError) return error
  const reason = unhealthy(record.state) ?? 'it was not ready'
  return new NetworkError({
    step: 'wait until the network is ready',
    cause: `after ${deadlineMs / 1000} s ${reason}`,
    remedy: 'Try fewer nodes, or check the log',
  })
}
