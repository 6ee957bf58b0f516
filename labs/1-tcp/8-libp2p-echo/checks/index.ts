/** The checks of exercise 1.8: the echo as a libp2p protocol. */
import type { Checks } from '../../../check/kit/check.ts'
import { client } from './client.ts'
import { identity } from './identity.ts'
import { dialled, keepsConnection, megabyte, unknownProtocol, wholeEcho } from './server.ts'
import { reset, slowReader, tenStreams } from './streams.ts'

export const checks: Checks = {
  dialled,
  megabyte,
  'half-close': wholeEcho,
  'keeps-connection': keepsConnection,
  'ten-streams': tenStreams,
  reset,
  'slow-reader': slowReader,
  'unknown-protocol': unknownProtocol,
  client,
  identity,
}
