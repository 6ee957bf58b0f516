/** What the checks of a client without a reply share: how long its tries take, and what they are late by. */
/**
 * What `tries` waits take at least. A timer may be early by a millisecond or two (Windows: by a tick of its clock); however busy the
 * machine is, the sum of the waits is never shorter.
 */
export const shortest = (tries: number, timeoutMs: number): number =>
  tries * (timeoutMs - (process.platform === 'win32' ? 16 : 2)) - 5

export const NULL = 'do you return null as the total when no reply arrived?'
export const EACH = 'does each try, even the last one, wait timeoutMs for its reply?'

/** When a call has returned: who waits for it also asks for signs of life, and hears of it later. */
export function timeOf(call: Promise<unknown>): Promise<number> {
  const time = call.then(() => performance.now())
  time.catch(() => {})
  return time
}
