import os from 'node:os'
import { procStat } from '../../network/process-table.ts'

/** Gives the function that says which share of the processors' time nobody has used since it was called last, 0 to 1, by the system's own account. */
export function idleSince(): () => number {
  const sums = () => {
    const times = os.cpus().map(cpu => cpu.times)
    const idle = times.reduce((sum, one) => sum + one.idle, 0)
    return { idle, all: times.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, idle) }
  }
  let before = sums()
  return () => {
    const now = sums()
    const share = (now.idle - before.idle) / Math.max(1, now.all - before.all)
    before = now
    return share
  }
}

/** Seconds of processor time that children of this process have taken which have ended, and theirs. Undefined where the system does not say. */
export function usedByChildren(): number | undefined {
  const ticks = procStat('self')?.childrenTicks
  return ticks === undefined ? undefined : ticks / 100
}
