/** The checks of exercise 3.3: a node of BitTorrent's DHT and its routing table. */
import type { Checks } from '../../../check/kit/check.ts'

export const checks: Checks = {}
