/** A step in words, for whoever watches. */
import { HARM_PER_SECOND } from '../limits.ts'
import type { Step } from './schema.ts'

export function describeStep(step: Step): string {
  switch (step.do) {
    case 'start':
      if (step.program !== undefined)
        return `start ${step.nodes} copies of your program of exercise ${step.program}${step.topology ? ` (${step.topology})` : ''}`
      return `start ${step.nodes} nodes (${step.topology ?? 'random'}${step.production ? ', production values' : ''})`
    case 'waitReady':
      return 'wait until the mesh is healthy'
    case 'broadcast':
      return `broadcast ${step.times ?? 1} from ${step.leader ? 'the leader' : (step.from ?? 'random nodes')}`
    case 'kill':
    case 'stop':
    case 'pause':
    case 'resume':
    case 'restart':
      return `${step.do} ${which(step)}`
    case 'add':
      return `add ${step.count ?? 1}`
    case 'churn':
      return `churn: ${step.perMinute} per minute`
    case 'stopChurn':
      return 'stop the churn'
    case 'partition':
      return `split into ${Object.entries(step.groups)
        .map(([name, nodes]) => `${name} (${nodes.join(' ')})`)
        .join(', ')}`
    case 'heal':
      return 'heal the split'
    case 'linkFault':
      return `add faults to the link ${step.a} ${step.b}: ${faults(step)}`
    case 'clearLinkFault':
      return `clear the faults of the link ${step.a} ${step.b}`
    case 'hostile':
      return `add a hostile node: ${step.kind}, ${step.perSecond ?? HARM_PER_SECOND[step.kind]} per second`
    case 'wait':
      return `wait ${step.ms} ms`
    case 'assertDelivered': {
      const bounds = [
        ...(step.atLeast === undefined ? [] : [`at least ${step.atLeast}`]),
        ...(step.atMost === undefined ? [] : [`at most ${step.atMost}`]),
      ]
      return `delivered is ${bounds.join(' and ')} within ${step.withinMs} ms`
    }
    case 'assertLeader':
      return `exactly one node leads within ${step.withinMs} ms`
    case 'assertAgreed':
      return `all nodes agree within ${step.withinMs} ms`
    case 'assertNoCrash':
      return 'no node crashed'
    case 'assertScore':
      return `the score of ${step.of} is below ${step.below} within ${step.withinMs} ms`
  }
}

const which = (step: {
  nodes?: string[] | undefined
  count?: number | undefined
  fraction?: number | undefined
  leader?: true | undefined
}) =>
  (step.leader && 'the leader') ??
  step.nodes?.join(' ') ??
  (step.count !== undefined
    ? `${step.count}`
    : step.fraction !== undefined
      ? `${Math.round(step.fraction * 100)}% of the nodes`
      : 'all')

const faults = ({
  latencyMs,
  jitterMs,
  loss,
  bytesPerSecond,
}: {
  latencyMs?: number | undefined
  jitterMs?: number | undefined
  loss?: number | undefined
  bytesPerSecond?: number | undefined
}) =>
  [
    ...(latencyMs === undefined ? [] : [`${latencyMs} ms latency`]),
    ...(jitterMs === undefined ? [] : [`up to ${jitterMs} ms jitter`]),
    ...(loss === undefined ? [] : [`${Math.round(loss * 100)}% lost`]),
    ...(bytesPerSecond === undefined ? [] : [`${bytesPerSecond} bytes per second`]),
  ].join(', ') || 'a proxy without faults'
