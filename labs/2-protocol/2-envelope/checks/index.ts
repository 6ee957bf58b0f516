/** The checks of exercise 2.2: the envelope of Bitcoin's messages, with the rules of Bitcoin Core. */
import type { Checks } from '../../../check/kit/check.ts'
import { badChecksum, badCommand, longest, otherMagic, tooLong } from './refusals.ts'
import { everyCut, together, verack, writes } from './streams.ts'

export const checks: Checks = {
  verack,
  'every-cut': everyCut,
  together,
  magic: otherMagic,
  checksum: badChecksum,
  command: badCommand,
  longest,
  'too-long': tooLong,
  writes,
}
