/** The checks of exercise 1.7: request and reply over UDP. */
import type { Checks } from '../../../check/kit/check.ts'
import { givesUp } from './gives-up.ts'
import { reordered } from './reordered.ts'
import { retries } from './retries.ts'
import { addsUp, garbage, lateCopy, lostReply, sameId } from './server-checks.ts'
import { spoofed } from './spoofed.ts'
import { storm } from './storm.ts'

export const checks: Checks = {
  'adds-up': addsUp,
  'lost-reply': lostReply,
  'late-copy': lateCopy,
  'same-id': sameId,
  garbage,
  storm,
  retries,
  'gives-up': givesUp,
  reordered,
  spoofed,
}
