/** The checks of exercise 2.7: multistream-select. */
import type { Checks } from '../../../check/kit/check.ts'
import { answers, header, together } from './answers.ts'
import { withLibp2p } from './libp2p.ts'
import { none, proposes } from './proposals.ts'
import { longest, malformed } from './refusals.ts'
import { behind, everyCut } from './streams.ts'

export const checks: Checks = {
  header,
  answers,
  proposes,
  together,
  'every-cut': everyCut,
  behind,
  longest,
  malformed,
  none,
  libp2p: withLibp2p,
}
