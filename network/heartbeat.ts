/** How a host says to a process that it has forked that it is there: to the network process, its nodes, and the check process. */

/** How often the host says so. Milliseconds. */
export const HEARTBEAT_MS = 2_000
/** How long its child waits for the next one before it ends by itself. Milliseconds. */
export const HEARTBEAT_MISSED_MS = 20_000
