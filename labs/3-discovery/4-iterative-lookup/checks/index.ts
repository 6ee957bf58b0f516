/** The checks of exercise 3.4: a lookup in BitTorrent's DHT. */
import type { Checks } from '../../../check/kit/check.ts'
import { closest } from './honest.ts'
import { budget, inFlight } from './steps.ts'

export const checks: Checks = {
  closest,
  answered: closest,
  'in-flight': inFlight,
  'time-outs': closest,
  budget,
  liars: closest,
  flood: closest,
  spoofed: closest,
  broken: closest,
  'at-once': closest,
}
