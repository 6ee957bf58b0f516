/** What a scenario claims of a network: waits until it holds or its time is over, and says which. */
import type { Network } from '../orchestrator/network-api.ts'
import { leaders, liveNodes, nameOf, type NetworkState } from '../state.ts'
import type { StepOf } from './schema.ts'

/** `detail` is what was seen, as a sentence's end. */
export interface Finding {
  holds: boolean
  detail: string
}

/** Resolves when `judge` is sure or the time is over. */
function watchFor(
  network: Network,
  withinMs: number,
  judge: (state: NetworkState) => Finding,
  { early = true, signal }: { early?: boolean; signal?: AbortSignal | undefined } = {},
): Promise<Finding> {
  return new Promise(resolve => {
    const finish = () => {
      clearTimeout(timer)
      unsubscribe()
      signal?.removeEventListener('abort', finish)
      resolve(judge(network.state))
    }
    const timer = setTimeout(finish, withinMs)
    const unsubscribe = network.subscribe(() => early && judge(network.state).holds && finish())
    signal?.addEventListener('abort', finish)
    if ((early && judge(network.state).holds) || signal?.aborted) finish()
  })
}

/** `messages` are the ids of the last broadcast. */
export function delivered(
  network: Network,
  { atLeast, atMost, withinMs }: StepOf<'assertDelivered'>,
  messages: readonly string[],
  signal?: AbortSignal,
): Promise<Finding> {
  const judge = (state: NetworkState): Finding => {
    let expected = 0
    let got = 0
    for (const id of messages) {
      const message = state.messages.find(m => m.id === id)
      expected += message?.targets.length ?? 0
      got += message?.targets.filter(name => message.deliveries[name]).length ?? 0
    }
    const share = expected === 0 ? 1 : got / expected
    const holds = share >= (atLeast ?? 0) && share <= (atMost ?? 1)
    const percent = Math.floor(share * 1_000) / 10
    const missing = messages.flatMap(id => {
      const message = state.messages.find(m => m.id === id)
      return message?.targets.filter(name => !message.deliveries[name]) ?? []
    })
    const without = missing.length > 0 ? `; without: ${[...new Set(missing)].slice(0, 10).join(', ')}` : ''
    return { holds, detail: `${got} of ${expected} deliveries (${percent}%)${without}` }
  }
  // What must not get through is judged at the end: at first nothing has.
  return watchFor(network, withinMs, judge, { early: atMost === undefined, signal })
}

/** Of a learner's network. */
export function oneLeader(
  network: Network,
  { withinMs }: StepOf<'assertLeader'>,
  signal?: AbortSignal,
): Promise<Finding> {
  const judge = (state: NetworkState): Finding => {
    const all = leaders(state)
    const words = all.map(({ name, leads }) => `${name} leads in term ${leads}`).join(', ')
    return { holds: all.length === 1, detail: words || 'no node leads' }
  }
  return watchFor(network, withinMs, judge, { signal })
}

/** Of a learner's network. */
export function agreed(
  network: Network,
  { withinMs }: StepOf<'assertAgreed'>,
  signal?: AbortSignal,
): Promise<Finding> {
  const judge = (state: NetworkState): Finding => {
    const nodes = liveNodes(state).filter(n => !n.paused)
    const tips = Map.groupBy(nodes, ({ tip }) => tip)
    const words = [...tips].map(
      ([tip, of]) => `${of.map(n => n.name).join(', ')}: ${tip ?? 'nothing reported'}`,
    )
    return {
      holds: tips.size === 1 && !tips.has(undefined),
      detail: words.join('; ') || 'no node is running',
    }
  }
  return watchFor(network, withinMs, judge, { signal })
}

export function noCrash({ nodes }: NetworkState): Finding {
  const crashed = Object.values(nodes).filter(n => n.phase === 'crashed')
  const causes = crashed.map(n => `${n.name}: ${n.failure?.cause ?? 'unknown'}`)
  return { holds: crashed.length === 0, detail: causes.length === 0 ? 'no node crashed' : causes.join('; ') }
}

export function scoreBelow(
  network: Network,
  { of, below, withinMs }: StepOf<'assertScore'>,
  signal?: AbortSignal,
): Promise<Finding> {
  const judge = (state: NetworkState): Finding => {
    const all = Object.values(state.nodes)
    const judged = of === 'hostile' ? all.filter(n => n.hostile) : all.filter(n => n.name === of)
    const scores = judged.flatMap(({ peerId = '' }) =>
      all
        .filter(n => n.phase === 'listening' && !n.hostile && peerId in n.connections)
        .map(n => ({ by: n.name, of: nameOf(state, peerId), score: n.scores?.[peerId] ?? 0 })),
    )
    if (scores.length === 0) return { holds: false, detail: `no node is connected to ${of}` }
    const best = scores.reduce((a, b) => (b.score > a.score ? b : a))
    return {
      holds: best.score < below,
      detail: `the highest score is ${best.score}, which ${best.by} gives ${best.of}`,
    }
  }
  return watchFor(network, withinMs, judge, { signal })
}
