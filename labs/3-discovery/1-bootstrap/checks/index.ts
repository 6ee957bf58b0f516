/** The checks of exercise 3.1: Bitcoin's peer exchange. */
import type { Checks } from '../../../check/kit/check.ts'
import { dead } from './dead.ts'
import { chain, maxPeers } from './dialing.ts'
import { eclipse } from './eclipse.ts'
import { answers, introduces } from './exchange.ts'
import { published } from './published.ts'
import { leavesOut, tooMany } from './refusals.ts'
import { times } from './times.ts'

export const checks: Checks = {
  published,
  introduces,
  chain,
  'leaves-out': leavesOut,
  'max-peers': maxPeers,
  dead,
  'too-many': tooMany,
  answers,
  times,
  eclipse,
}
