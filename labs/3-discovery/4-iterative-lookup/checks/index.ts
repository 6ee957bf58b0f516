/** The checks of exercise 3.4: a lookup in BitTorrent's DHT. */
import type { Checks } from '../../../check/kit/check.ts'
import { atOnce } from './at-once.ts'
import { broken } from './broken.ts'
import { flood } from './flood.ts'
import { closest } from './honest.ts'
import { liars } from './liars.ts'
import { answered } from './silent.ts'
import { spoofed } from './spoofed.ts'
import { budget, inFlight } from './steps.ts'
import { timeOuts } from './time-outs.ts'

export const checks: Checks = {
  closest,
  answered,
  'in-flight': inFlight,
  'time-outs': timeOuts,
  budget,
  liars,
  flood,
  spoofed,
  broken,
  'at-once': atOnce,
}
