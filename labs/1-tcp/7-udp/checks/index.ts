/** The checks of exercise 1.7: request and reply over UDP. */
import type { Checks } from '../../../check/kit/check.ts'
import { givesUp, reordered, retries, spoofed } from './client-checks.ts'
import { addsUp, garbage, lateCopy, lostReply, sameId, storm } from './server-checks.ts'

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
