/** What gossipsub does: subscriptions, the mesh, messages, scores. */
import * as v from 'valibot'
import { at, node, peer, topic, message, text, count } from './fields.ts'

export const gossipEvents = [
  /** `node` subscribed to the topic itself (no `peer`), or heard that `peer` did. */
  v.object({ type: v.literal('subscribed'), at, node, peer: v.optional(peer), topic }),
  v.object({ type: v.literal('unsubscribed'), at, node, peer: v.optional(peer), topic }),
  /** A GRAFT or PRUNE went over the wire. For animation only: the mesh itself comes in `mesh`. */
  v.object({
    type: v.literal('grafted'),
    at,
    node,
    peer,
    topic,
    direction: v.picklist(['inbound', 'outbound']),
  }),
  v.object({
    type: v.literal('pruned'),
    at,
    node,
    peer,
    topic,
    direction: v.picklist(['inbound', 'outbound']),
  }),
  /** The whole set of `node`'s mesh peers for the topic, read from gossipsub itself. */
  v.object({
    type: v.literal('mesh'),
    at,
    node,
    topic,
    peers: v.pipe(v.array(peer), v.maxLength(1024)),
  }),

  /** `text` is set when the payload is text that can be shown. */
  v.object({
    type: v.literal('published'),
    at,
    node,
    message,
    topic,
    bytes: count,
    text: v.optional(text),
    recipients: v.pipe(v.array(peer), v.maxLength(1024)),
  }),
  /** `node` got the message for the first time, over the link from `from`. `origin` published it. */
  v.object({
    type: v.literal('received'),
    at,
    node,
    message,
    topic,
    from: peer,
    origin: v.optional(peer),
    bytes: count,
  }),
  /** `node` got it again, from `from`: the price of a mesh. */
  v.object({ type: v.literal('duplicate'), at, node, message, topic, from: peer }),
  v.object({ type: v.literal('rejected'), at, node, message, topic, from: peer, reason: text }),

  /** gossipsub's scores of the peers of `node`, where one of them changed. At most once a heartbeat, which is 1 s. */
  v.object({
    type: v.literal('scores'),
    at,
    node,
    scores: v.pipe(v.array(v.object({ peer, score: v.pipe(v.number(), v.finite()) })), v.maxLength(1024)),
  }),
] as const
