/** What a check knows about a program that exits in the middle of it: the engine reports the error alone. */
import type { CheckContext } from '../../check/kit/check.ts'
import { CheckFailure } from '../../check/kit/finding.ts'

/**
 * From now on, a failure that says that the program exited gets this hint, when its message contains `message` and it has no hint of
 * its own.
 */
export function explainEnd(t: CheckContext, hint: string, message = ''): void {
  t.program.fault.catch((error: unknown) => {
    if (!(error instanceof CheckFailure)) return
    const { finding } = error
    if (finding.exited && finding.got.includes(message)) finding.hint ??= hint
  })
}
