/** The checks of exercise 2.2: the envelope of Bitcoin's messages, with the rules of Bitcoin Core. */
import type { Checks } from '../../../check/kit/check.ts'
import { longest, tooLong } from './lengths.ts'
import { badChecksum, badCommand, otherMagic } from './refusals.ts'
import { writes } from './sends.ts'
import { everyCut, together, verack } from './streams.ts'

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
