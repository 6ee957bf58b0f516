/** The checker's version message. */
import type { CheckContext } from '../../check/kit/check.ts'
import { encodeVersion, type VersionMessage } from '../../exercise/version-message.ts'

/** Bitcoin Core, src/node/protocol_version.h: PROTOCOL_VERSION. */
export const PROTOCOL_VERSION = 70016

/** What a peer of the checker's says of itself: a node that no other run has. */
export const someVersion = (t: CheckContext): VersionMessage => ({
  version: PROTOCOL_VERSION,
  services: t.random.pick([9n, 1033n, 3081n]),
  time: Math.floor(Date.now() / 1000) + t.random.int(-60, 60),
  nonce: t.random.bytes(8).readBigUInt64LE(),
  userAgent: `/${t.random.pick(['Satoshi', 'btcd', 'p2plab-peer'])}:${t.random.int(1, 40)}.${t.random.int(0, 9)}.${t.random.int(0, 9)}/`,
  height: t.random.int(0, 900_000),
  relay: t.random.pick([true, false]),
})

export const versionPayload = (message: VersionMessage): Buffer => encodeVersion(message)
