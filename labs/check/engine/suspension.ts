/**
 * The checker's time. It stands still while it is nobody's fault that nothing happens: the learner's program waits for a
 * debugger, or is paused in one. There is one of it in a process.
 *
 * It is the time for upper bounds ("within 5 s"). A lower bound ("not before 200 ms") is measured with performance.now(): the
 * program's own timers go on while it is paused, so it is right to act as soon as it goes on.
 */
const reasons = new Set<string>()
let since = 0
let lost = 0
let lifted = false
const goOn: (() => void)[] = []

/** Time stands still until every reason is taken back. */
export function suspend(reason: string): void {
  if (lifted) return
  if (reasons.size === 0) since = performance.now()
  reasons.add(reason)
}

/** Takes a reason back; one that was never given is no error. */
export function resume(reason: string): void {
  if (!reasons.delete(reason) || reasons.size > 0) return
  lost += performance.now() - since
  for (const wake of goOn.splice(0)) wake()
}

/** From now on time goes on whatever happens: everything is to end. */
export function lift(): void {
  lifted = true
  for (const reason of reasons) resume(reason)
}

export const isSuspended = (): boolean => reasons.size > 0

/** Milliseconds of the checker's time since some moment in the past. */
export const elapsed = (): number => (isSuspended() ? since : performance.now()) - lost

/** Resolves when time goes on; at once when it does. */
export const going = (): Promise<void> =>
  isSuspended() ? new Promise(resolve => goOn.push(resolve)) : Promise.resolve()
