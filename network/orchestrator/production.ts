/** Networks with libp2p's and gossipsub's own defaults; the other settings are in node/settings.ts and node/gossip.ts. */

/** How long such a network may take to become healthy before it counts as started all the same. Milliseconds. */
export const PRODUCTION_PATIENCE_MS = 15_000

/** What differs, for whoever turned it on. */
export const PRODUCTION_NOTICE =
  'Production values: libp2p accepts 5 new connections per second from one host and closes a connection that is silent for 2 minutes;  ' +
  'gossipsub lowers the scores when more than 10 peers share one address (all nodes here share 127.0.0.1),  ' +
  'a publisher sends to all its peers at once (flood publish), and a pruned peer is not grafted again for 60 s.'
