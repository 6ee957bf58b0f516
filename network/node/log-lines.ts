/** The log of a node process, on standard error: what people read who look for the reason of something. */

/** Lines wait this long for company: each write to a pipe is a call of the system that the process waits for. Milliseconds. */
const BATCH_MS = 4

let lines: string[] = []

/** Writes what waits: before anything else goes to standard error. */
export function flushLog(): void {
  const text = lines.join('')
  lines = []
  if (text !== '') process.stderr.write(text)
}
process.on('exit', flushLog)

/** The function that logs lines of one node, with the time of day. A process that is killed loses the last BATCH_MS of them. */
export const logOf =
  (node: string) =>
  (line: string): void => {
    lines.push(`${new Date().toISOString().slice(11, 23)} ${node} ${line}\n`)
    if (lines.length === 1) setTimeout(flushLog, BATCH_MS)
  }
