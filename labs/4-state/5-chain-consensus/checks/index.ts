/** The checks of exercise 4.5: Bitcoin's chain of headers. */
import type { Checks } from '../../../check/kit/check.ts'
import { answers } from './answers.ts'
import { mines } from './mines.ts'
import { mostWork } from './most-work.ts'
import { orphan } from './orphan.ts'
import { published } from './published.ts'
import { refused } from './refused.ts'
import { spam } from './spam.ts'
import { split } from './split.ts'
import { syncs } from './syncs.ts'
import { times } from './times.ts'

export const checks: Checks = {
  published,
  syncs,
  answers,
  refused,
  orphan,
  'most-work': mostWork,
  times,
  spam,
  mines,
  split,
}
