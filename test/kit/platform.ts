/** Tests that a system cannot run say so, in the line where their result would be. */
import type { Context } from 'mocha'

/**
 * Skips the running test, or in a `before` hook all tests of its suite, with the reason behind the title: the end of a sentence, such
 * as "Windows has no SIGSTOP".
 */
export function skipBecause(context: Context, reason: string): never {
  const runnable = context.runnable()
  const mark = (test: { title: string } | undefined) => {
    if (test) test.title += ` [skipped: ${reason}]`
  }
  if (runnable.title.startsWith('"before all"')) runnable.parent?.eachTest(mark)
  else mark(context.currentTest ?? runnable)
  return context.skip()
}
