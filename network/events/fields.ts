/** What fields of events look like; see events.ts for what they mean. */
import * as v from 'valibot'

export const at = v.pipe(v.number(), v.finite())
export const node = v.pipe(v.string(), v.regex(/^n[1-9][0-9]{0,4}$/))
/**
 * Base58: at least 40 characters, so that no peer id is also the name of a property every object has. Nodes that are a learner's program have
 * none, and are called by their name (program-node.ts).
 */
export const peer = v.pipe(v.string(), v.regex(/^(?:[1-9A-HJ-NP-Za-km-z]{40,128}|program:n[1-9][0-9]{0,4})$/))
export const topic = v.pipe(v.string(), v.maxLength(256))
export const message = v.pipe(v.string(), v.regex(/^[0-9a-f]{2,256}$/))
export const text = v.pipe(v.string(), v.maxLength(4096))
export const count = v.pipe(v.number(), v.integer(), v.minValue(0))
export const pid = v.pipe(v.number(), v.integer(), v.minValue(1))
/** How the nodes of a network find each other by multicast DNS: what they ask for, on this UDP port of the group. */
export const mdns = v.object({ serviceTag: text, port: v.pipe(count, v.maxValue(65_535)) })
export const lines = v.pipe(v.array(text), v.maxLength(100))
/** What went wrong, where, and what to do about it: the three things every failure says. */
export const failure = { step: text, cause: text, remedy: text }
