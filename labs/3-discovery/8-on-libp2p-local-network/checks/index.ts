/** The checks of exercise 3.8: a libp2p node on the local network. */
import type { Checks } from '../../../check/kit/check.ts'
import { claims, lost } from './failures.ts'
import { identifies, names } from './identify.ts'
import { once, otherTag } from './left-alone.ts'
import { asksAgain, discovered, discovers } from './meetings.ts'

export const checks: Checks = {
  discovers,
  discovered,
  'asks-again': asksAgain,
  identify: identifies,
  name: names,
  'other-tag': otherTag,
  once,
  claims,
  lost,
}
