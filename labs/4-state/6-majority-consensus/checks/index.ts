/** The checks of exercise 4.6: what one node says to its peers, and what some of them do together. */
import type { Checks } from '../../../check/kit/check.ts'
import { clients } from './clients.ts'
import { commits } from './commits.ts'
import { elects } from './elects.ts'
import { linearizable } from './linearizable.ts'
import { links } from './links.ts'
import { log } from './log.ts'
import { remembers } from './remembers.ts'
import { survives } from './survives.ts'
import { timer } from './timer.ts'
import { votes } from './votes.ts'

export const checks: Checks = {
  links,
  elects,
  votes,
  remembers,
  timer,
  log,
  commits,
  clients,
  survives,
  linearizable,
}
