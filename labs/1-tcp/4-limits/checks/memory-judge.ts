/** Whether a program asked the system for the memory that an attacker only announced. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { memoryOf } from '../../../check/kit/memory.ts'
import { number } from '../../../check/kit/finding.ts'

const MIB = 2 ** 20
/** What the program may grow by: some garbage, against the 4 GiB that each attacker announces. */
const MOST_RESIDENT = 256 * MIB
const MOST_VIRTUAL = 2048 * MIB

/**
 * Measures now, and returns what measures again and fails when the program has grown by more than it may. False when the
 * system does not say.
 */
export async function memoryJudge(t: CheckContext): Promise<() => Promise<boolean>> {
  const before = await memoryOf(t.program.pid)
  return async () => {
    const after = await memoryOf(t.program.pid)
    if (!before || !after) return false
    const grown = { peak: after.peak - before.peak, virtual: after.virtual - before.virtual }
    if (grown.peak <= MOST_RESIDENT && grown.virtual <= MOST_VIRTUAL) return true
    return t.fail({
      op: 'listen',
      expected: 'that your program takes no memory for a length alone.',
      got: `it asked the system for ${number(Math.round(Math.max(grown.peak, grown.virtual) / MIB))} MiB more.`,
      hint: 'do you allocate as many bytes as the length says (Buffer.alloc(length))? Four bytes from a stranger would then cost you 4 GiB. Compare the length with maxFrame first.',
    })
  }
}
