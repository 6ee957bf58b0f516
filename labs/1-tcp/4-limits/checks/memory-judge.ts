/** Whether a program asked the system for the memory that an attacker only announced. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { memoryOf } from '../../../check/kit/memory.ts'
import { inNode, number } from '../../../check/kit/finding.ts'

const MIB = 2 ** 20
/** What the program may grow by: some garbage, against the 4 GiB that each attacker announces. */
const MOST_RESIDENT = 256 * MIB
const MOST_COMMITTED = 2048 * MIB
/** Memory that is let go of at once is seen only by who looks often. */
const EVERY_MS = 5

/**
 * Measures from now on until the end of the check, and returns what measures once more and fails when the program has grown by more
 * than it may, if only for a moment. False when the system does not say.
 */
export async function memoryJudge(t: CheckContext): Promise<() => Promise<boolean>> {
  const before = await memoryOf(t.program.pid)
  const most = { peak: 0, committed: 0 }
  const look = async (): Promise<boolean> => {
    const now = await memoryOf(t.program.pid)
    most.peak = Math.max(most.peak, now?.peak ?? 0)
    most.committed = Math.max(most.committed, now?.committed ?? 0)
    return now !== undefined
  }
  let watching = true
  t.onEnd(() => (watching = false))
  const watch = async () => {
    while (watching) {
      await look()
      await pause(EVERY_MS)
    }
  }
  void watch()
  return async () => {
    if (!(await look()) || !before) return false
    const grown = { peak: most.peak - before.peak, committed: most.committed - before.committed }
    if (grown.peak <= MOST_RESIDENT && grown.committed <= MOST_COMMITTED) return true
    return t.fail({
      op: 'listen',
      expected: 'that your program takes no memory for a length alone.',
      got: `it asked the system for ${number(Math.round(Math.max(grown.peak, grown.committed) / MIB))} MiB more.`,
      hint: `do you allocate as many bytes as the length says${inNode(' (Buffer.alloc(length))')}? Four bytes from a stranger would then cost you 4 GiB. Compare the length with maxFrame first.`,
    })
  }
}
