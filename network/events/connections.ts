/** A node learns of a peer, connects to it, and loses it. */
import * as v from 'valibot'
import { at, node, peer, text, failure } from './fields.ts'

export const connectionEvents = [
  /** `node` learned of `peer`, for the first time since it started. */
  v.object({
    type: v.literal('discovered'),
    at,
    node,
    peer,
    via: v.picklist(['mdns', 'assigned']),
    addresses: v.pipe(v.array(text), v.maxLength(16)),
  }),
  v.object({ type: v.literal('dialling'), at, node, peer }),
  v.object({ type: v.literal('dial-failed'), at, node, peer, ...failure }),
  v.object({
    type: v.literal('connected'),
    at,
    node,
    peer,
    direction: v.picklist(['inbound', 'outbound']),
    address: text,
  }),
  /** The identify protocol told `node` what software `peer` runs and which protocols it speaks. */
  v.object({
    type: v.literal('identified'),
    at,
    node,
    peer,
    agent: text,
    protocols: v.pipe(v.array(text), v.maxLength(64)),
  }),
  v.object({ type: v.literal('disconnected'), at, node, peer }),
] as const
