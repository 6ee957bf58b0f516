/** What is shown of the runs of one size. */
import type { Aim, Figure, Measured } from '../bench.ts'
import { spread } from '../spread.ts'
import { CHOOSING_MS } from './prepared.ts'
import type { Sample } from './programs.ts'

export interface Runs {
  nodes: number
  links: number
  cores: number
  ours: readonly Sample[]
  plain: readonly Sample[]
  /** Milliseconds to ready of ours, where the processes were prepared; one number a run. */
  preparedMs: readonly number[]
  /** CPU milliseconds for one link, one number a run. */
  cpuPerLinkMs: readonly number[]
}

/** From this size on the start is worth a comparison: below, the start of processes is most of it. */
const COMPARED_FROM = 50
/** What Start Local Network… proposes. */
const PROPOSED = { nodes: 10, ratio: 1.5 }
const LARGEST = { nodes: 200, readyMs: 12_000, memoryMb: 1_500 }

export function figuresOf({ nodes, links, cores, ours, plain, preparedMs, cpuPerLinkMs }: Runs): Measured {
  const compared = (
    name: string,
    unit: Figure['unit'],
    of: (s: Sample) => number,
    aims: Aim[] = [],
  ): Figure => ({
    name,
    unit,
    value: spread(ours.map(of)),
    baseline: spread(plain.map(of)),
    ...(aims.length > 0 && { aims }),
  })
  const isLargest = nodes >= LARGEST.nodes
  const expected = ours[0]!.expected
  const floorMs = cpuPerLinkMs.map(ms => (links * ms) / cores)
  const timesFloor = ours.map((s, i) => s.readyMs / floorMs[i]!)
  return {
    name: `${nodes} nodes, ${links} links`,
    figures: [
      compared('ready', 'ms', s => s.readyMs, [
        ...(nodes >= COMPARED_FROM ? [{ of: 'ratio', atMost: 0.7 } as const] : []),
        ...(isLargest ? [{ of: 'median', atMost: LARGEST.readyMs } as const] : []),
      ]),
      {
        name: `ready, after ${CHOOSING_MS / 1_000} s of choosing`,
        unit: 'ms',
        value: spread(preparedMs),
        baseline: spread(plain.map(s => s.readyMs)),
        ...(nodes === PROPOSED.nodes && { aims: [{ of: 'ratio', atMost: PROPOSED.ratio }] }),
      },
      compared('failed dials', '', s => s.failedDials, [{ of: 'worst', atMost: 0 }]),
      compared(`delivered of ${expected}`, '', s => s.delivered, [{ of: 'worst', atLeast: expected }]),
      compared('propagation p50', 'ms', s => s.p50Ms),
      compared('propagation p99', 'ms', s => s.p99Ms),
      compared('CPU', 's', s => s.cpuMs / 1_000),
      compared(
        'memory',
        'MB',
        s => (s.rssMb * 2 ** 20) / 1e6,
        isLargest ? [{ of: 'median', atMost: LARGEST.memoryMb }] : [],
      ),
      { name: 'floor of ready', unit: 'ms', value: spread(floorMs) },
      { name: 'ready ÷ floor', unit: '×', value: spread(timesFloor) },
    ],
    notes: [
      `The floor is ${links} links × ${spread(cpuPerLinkMs).median} ms of CPU ÷ ${cores} cores: only handshakes, and no core ever idle.`,
    ],
  }
}
