/** Whether a program asked the system for more memory than what it does can need, such as for what an attacker only announced. */
import type { CheckContext } from './check.ts'
import { pause } from './deadline.ts'
import { memoryOf } from './memory.ts'
import { number } from './finding.ts'

const MIB = 2 ** 20
/** What the program may grow by: some garbage, against the 4 GiB that each attacker announces. */
const MOST_RESIDENT = 256 * MIB
const MOST_COMMITTED = 2048 * MIB
/** Memory that is let go of at once is seen only by who looks often. */
const EVERY_MS = 5

/**
 * Measures from now on until the end of the check, and returns what measures once more and fails when the program has grown by more
 * than it may, if only for a moment. False when the system does not say. `most`: in physical memory, in bytes.
 */
export async function memoryJudge(
  t: CheckContext,
  {
    op,
    hint,
    expected = 'that your program takes no memory for a length alone.',
    most: mostResident = MOST_RESIDENT,
  }: { op: string; hint: string; expected?: string; most?: number },
): Promise<() => Promise<boolean>> {
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
    if (grown.peak <= mostResident && grown.committed <= MOST_COMMITTED) return true
    return t.fail({
      op,
      expected,
      got: `it asked the system for ${number(Math.round(Math.max(grown.peak, grown.committed) / MIB))} MiB more.`,
      hint,
    })
  }
}
