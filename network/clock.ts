/** The clock of the events of a network. */

/** Milliseconds since the Unix epoch, with a fraction, never going back within one process. */
export const now = (): number => performance.timeOrigin + performance.now()

/** What two clocks show at one moment, in milliseconds: `now`, and the system's, which all processes of a machine share. */
export interface ClockReading {
  now: number
  monotonic: number
}

/** Between two looks at a clock a process may lose its processor: the closest of so many pairs counts. */
const LOOKS = 8

export function readClock(): ClockReading {
  let best: ClockReading | undefined
  let closest = Infinity
  for (let i = 0; i < LOOKS; i++) {
    const before = now()
    const monotonic = Number(process.hrtime.bigint()) / 1e6
    const after = now()
    if (after - before >= closest) continue
    closest = after - before
    best = { now: (before + after) / 2, monotonic }
  }
  return best!
}

/**
 * How far another process's `now` is ahead of ours, in milliseconds. `asked` and `answered` are our readings around its `answer`:
 * they bound it, however the system counts. Where that is in keeping with the clock that both share, as it always should be, it is exact.
 */
export function clockOffset(asked: ClockReading, answer: ClockReading, answered: ClockReading): number {
  const least = answer.now - answered.now
  const most = answer.now - asked.now
  const exact = answer.now - answer.monotonic - (asked.now - asked.monotonic)
  return exact >= least && exact <= most ? exact : (least + most) / 2
}
