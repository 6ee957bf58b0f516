/**
 * How long a node waits for a dial, an upgrade, a negotiation or an identify, milliseconds. libp2p's defaults are 5 to 10 s, which a
 * laptop that is busy starting 200 nodes may need; on loopback a peer that is gone refuses at once, so patience costs nothing.
 */
export const TIMEOUT_MS = 30_000

/** For libp2p's connection manager. */
export const CONNECTION_TIMEOUTS = {
  dialTimeout: TIMEOUT_MS,
  addressDialTimeout: TIMEOUT_MS,
  inboundUpgradeTimeout: TIMEOUT_MS,
  outboundStreamProtocolNegotiationTimeout: TIMEOUT_MS,
  inboundStreamProtocolNegotiationTimeout: TIMEOUT_MS,
}
