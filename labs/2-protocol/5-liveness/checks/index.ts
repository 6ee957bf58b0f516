/** The checks of exercise 2.5: which peers are alive, and which misbehave. */
import type { Checks } from '../../../check/kit/check.ts'
import { banBy, banEnds } from './bans.ts'
import { flood } from './flood.ts'
import { pong, roundTrip } from './pings.ts'
import { over, unanswered, wrongPong } from './pongs.ts'
import { addsUp, decays } from './scores.ts'

export const checks: Checks = {
  pong,
  'round-trip': roundTrip,
  unanswered,
  'wrong-pong': wrongPong,
  'adds-up': addsUp,
  decays,
  'ban-ends': banEnds,
  'ban-by': banBy,
  over,
  flood,
}
