/** What is done to a network: parts that are cut off, links with faults, nodes that come and go. */
import * as v from 'valibot'
import { at, node, count } from './fields.ts'

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const ms = v.pipe(v.number(), v.minValue(0), v.maxValue(60_000))
/**
 * The faults of a link, the same in both directions. `loss` is the share of TCP segments that are lost: a program sees gaps of
 * 200 ms and more while they are sent again, and a reset when they are lost again and again (faults/tcp-pump.ts).
 */
export const linkFaults = v.strictObject({
  latencyMs: v.optional(ms),
  jitterMs: v.optional(ms),
  loss: v.optional(share),
  bytesPerSecond: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1_000))),
})
export type LinkFaults = v.InferOutput<typeof linkFaults>

/** A part of a network that is cut off from the others. */
export const group = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(40)),
  nodes: v.pipe(v.array(node), v.minLength(1), v.maxLength(1024)),
})
export type Group = v.InferOutput<typeof group>

export const faultEvents = [
  /** From now on nodes connect only within their group: the others' connections are closed and new ones refused. */
  v.object({ type: v.literal('partitioned'), at, groups: v.pipe(v.array(group), v.minLength(2)) }),
  v.object({ type: v.literal('healed'), at }),
  /** The link of `a` and `b` goes through a proxy with these faults; both are our names. */
  v.object({ type: v.literal('link-fault'), at, a: node, b: node, faults: linkFaults }),
  v.object({ type: v.literal('link-fault-cleared'), at, a: node, b: node }),
  /** What the proxy of a link has done since it was set up: bytes carried, and pieces that were late, lost, held back or reset. */
  v.object({
    type: v.literal('link-acted'),
    at,
    a: node,
    b: node,
    bytes: count,
    delayed: count,
    lost: count,
    paced: count,
    resets: count,
  }),
  /** One node after another is killed and, `downMs` later, restarted, until it is stopped or `turns` are done. */
  v.object({
    type: v.literal('churn-started'),
    at,
    perMinute: v.number(),
    turns: count,
    downMs: count,
    seed: count,
  }),
  v.object({ type: v.literal('churn-stopped'), at, turns: count }),
] as const
