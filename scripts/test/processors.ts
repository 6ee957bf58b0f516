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
