import { readFileSync } from 'node:fs'
import os from 'node:os'

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

/** Of one process and of all that it has waited for, in the unit in which Linux counts: hundredths of a second. See proc_pid_stat(5). */
const [CUTIME, CSTIME] = [13, 14]

/** Seconds of processor time that children of this process have taken which have ended, and theirs. Undefined where the system does not say. */
export function usedByChildren(): number | undefined {
  try {
    // The name, in brackets, may have spaces in it.
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)!.split(' ')
    return (Number(fields[CUTIME]) + Number(fields[CSTIME])) / 100
  } catch {
    return undefined
  }
}
