/** Which nodes a step is about. */
import { seededRandom, shuffled } from '../random.ts'
import { NetworkError } from '../failure.ts'
import { known } from '../refusals.ts'
import { leaders, type NetworkState } from '../state.ts'
import type { StepOf } from './schema.ts'

type Choosing = StepOf<'kill' | 'stop' | 'pause' | 'resume' | 'restart'>

/** The nodes that the step can be done to; hostile ones only when they are named. */
function candidates(state: NetworkState, what: Choosing['do']): string[] {
  const honest = Object.values(state.nodes).filter(n => !n.hostile)
  switch (what) {
    case 'kill':
    case 'stop':
    case 'pause':
      return honest.filter(n => n.phase === 'listening' && !n.paused).map(n => n.name)
    case 'resume':
      return honest.filter(n => n.phase === 'listening' && n.paused).map(n => n.name)
    case 'restart':
      return honest.filter(n => n.phase !== 'listening' && n.phase !== 'starting').map(n => n.name)
  }
}

/** In the order of their numbers. Throws when a node is named that there is not. */
export function choose(state: NetworkState, step: Choosing): string[] {
  if (step.nodes) return step.nodes.map(name => known(state, name).name)
  if (step.leader) return [leaderOf(state)]
  const able = candidates(state, step.do)
  const number =
    step.count ?? (step.fraction === undefined ? able.length : Math.ceil(step.fraction * able.length - 1e-9))
  const drawn = new Set(shuffled(able, seededRandom(step.seed ?? 0)).slice(0, number))
  return able.filter(name => drawn.has(name))
}

/** Throws when there is none, or more than one. */
export function leaderOf(state: NetworkState): string {
  const [leader, ...more] = leaders(state)
  if (leader && more.length === 0) return leader.name
  throw new NetworkError({
    step: 'choose the leader',
    cause: leader ? `${leader.name} and ${more.map(n => n.name).join(', ')} lead` : 'no node leads',
    remedy: 'Put an "assertLeader" before this step',
  })
}
