/** What is told of a network when it starts: what it is, where its metrics and its neighbours are, and what is unusual about it. */
import { now } from '../clock.ts'
import type { EventOf, NetworkEvent } from '../events.ts'
import type { StartOptions } from '../start-options.ts'
import type { DiscoveryChoice } from './discovery.ts'
import { PRODUCTION_NOTICE } from './production.ts'
import { sharedNotice } from './sharing.ts'

export interface Starting {
  /** When the command was given (clock.ts). */
  at: number
  network: string
  topic: string
  options: StartOptions
  choice: DiscoveryChoice
  metricsUrl: string | undefined
  /** The address in the local network, where it is shared. */
  host: string | undefined
  /** Why its mesh cannot be healthy. */
  meshProblem: string | undefined
}

export function startEvents(starting: Starting): NetworkEvent[] {
  const { at, network, topic, options, choice, metricsUrl, host, meshProblem } = starting
  const { discovery, mdns, notice } = choice
  const note = (level: EventOf<'notice'>['level'], text: string): NetworkEvent => ({
    type: 'notice',
    at: now(),
    level,
    text,
  })
  return [
    {
      type: 'network-started',
      at,
      network,
      requested: options.nodes,
      topology: options.topology,
      discovery,
      ...(mdns && { mdns: { serviceTag: mdns.serviceTag, port: mdns.port } }),
      topic,
      ...(options.program && { program: options.program.exercise }),
    },
    ...(metricsUrl === undefined ? [] : [{ type: 'metrics-listening', at: now(), url: metricsUrl } as const]),
    ...(host === undefined ? [] : [note('warning', sharedNotice(host))]),
    ...(notice ? [note(notice.level, notice.text)] : []),
    ...(options.production ? [note('info', PRODUCTION_NOTICE)] : []),
    ...(meshProblem === undefined ? [] : [note('warning', meshProblem)]),
  ]
}
