/** The checks of exercise 3.3: a node of BitTorrent's DHT and its routing table. */
import type { Checks } from '../../../check/kit/check.ts'
import { closest } from './closest.ts'
import { allGood } from './full.ts'
import { good } from './good.ts'
import { knownId, newcomers } from './newcomers.ts'
import { hostile, ping } from './queries.ts'
import { questionable } from './questionable.ts'
import { refresh } from './refresh.ts'
import { splits } from './splits.ts'

export const checks: Checks = {
  ping,
  hostile,
  newcomers,
  closest,
  splits,
  'all-good': allGood,
  questionable,
  'known-id': knownId,
  good,
  refresh,
}
