/** How big a local network may be, and how much a node of it does. */
import type { Hostility } from './events.ts'

/** 1 to this many nodes. 200 is what the product is measured at; more is asking for trouble on a laptop. */
export const MAX_NODES = 200
/**
 * Nodes with which one computer joins. All of them have one address, and gossipsub lowers the score of more than ten peers of one
 * address, which is right: that address is a stranger's.
 */
export const MAX_JOINING = 5
/** gossipsub rejects RPCs over 4 MiB; this leaves room and keeps ten nodes on a laptop responsive. */
export const MAX_BROADCAST_BYTES = 1024 * 1024

/** Messages a second of a hostile node, where nobody says how many: a spammer sends three times what the others take, see below. */
export const HARM_PER_SECOND: Record<Hostility, number> = { spam: 60, invalid: 10 }
/**
 * What nodes take of one publisher once there is a spammer, messages a second: more than a person publishes, and so little that
 * the score of a spammer falls within seconds.
 */
export const LIMIT_PER_SECOND = 20
