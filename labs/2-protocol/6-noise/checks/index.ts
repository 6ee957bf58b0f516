/** The checks of exercise 2.6: Noise XX with libp2p's payload. */
import type { Checks } from '../../../check/kit/check.ts'
import { bothRoles } from './both-roles.ts'
import { dials } from './dials.ts'
import { flipped } from './flipped.ts'
import { identity } from './identity.ts'
import { listens } from './listens.ts'
import { middle } from './middle.ts'
import { vectors } from './published.ts'
import { replay } from './replay.ts'
import { lengths, nonces } from './transport.ts'

export const checks: Checks = {
  vectors,
  libp2p: bothRoles,
  listens,
  dials,
  identity,
  middle,
  flipped,
  replay,
  nonces,
  lengths,
}
