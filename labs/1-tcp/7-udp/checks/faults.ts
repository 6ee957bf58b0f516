/** The bad network of exercise 1.7, and the proof that it was bad. */
import type { Direction, FaultReport } from '../../../../network/faults/report.ts'
import type { UdpFaults, UdpLink } from '../../../../network/faults/udp-link.ts'

export const FAULTS: UdpFaults = { loss: 0.2, duplication: 0.2, reordering: 0.2 }

const KINDS = ['lost', 'duplicated', 'reordered'] as const
/** So often each fault must have been reported: once could be where it does no harm. */
const TIMES = 3

/** How often the network did this to datagrams going that way. */
export const times = (link: UdpLink, fault: FaultReport['fault'], direction: Direction): number =>
  link.reports.all.filter(report => report.fault === fault && report.direction === direction).length

/** The fault that the network has not caused often enough yet, as the rest of a sentence; undefined when all faults have hit. */
export function missing(link: UdpLink, directions: readonly Direction[]): string | undefined {
  for (const direction of directions) {
    for (const kind of KINDS) {
      const seen = times(link, kind, direction)
      if (seen < TIMES)
        return `${kind} only ${seen} datagrams on their way ${direction.replace('-', ' the ')}`
    }
  }
  return undefined
}
