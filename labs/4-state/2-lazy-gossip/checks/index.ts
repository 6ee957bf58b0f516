/** The checks of exercise 4.2: Bitcoin's announcements. */
import type { Checks } from '../../../check/kit/check.ts'
import { answers } from './answers.ts'
import { asks } from './asking.ts'
import { batches } from './batches.ts'
import { fallsBack } from './falls-back.ts'
import { leavesOut } from './leaves-out.ts'
import { malformed } from './malformed.ts'
import { network } from './network.ts'
import { published } from './published.ts'
import { tooMany } from './too-many.ts'
import { unsolicited } from './unsolicited.ts'

export const checks: Checks = {
  published,
  asks,
  batches,
  'leaves-out': leavesOut,
  answers,
  'falls-back': fallsBack,
  unsolicited,
  'too-many': tooMany,
  malformed,
  network,
}
