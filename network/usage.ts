/** What this process uses. */
export interface Usage {
  /** Resident memory, bytes. */
  rss: number
  /** CPU time since the start of the process, user and system, milliseconds. */
  cpuMs: number
}

export function usage(): Usage {
  const { user, system } = process.cpuUsage()
  return { rss: process.memoryUsage.rss(), cpuMs: Math.round((user + system) / 1_000) }
}
