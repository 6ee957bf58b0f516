/** What nodes do that are copies of a learner's program: messages on their links, and what they report. */
import * as v from 'valibot'
import { at, count, message, node, peer } from './fields.ts'

const word = v.pipe(v.string(), v.minLength(1), v.maxLength(64))

export const programEvents = [
  /** A message of `node`'s came to `peer` at `at`, over the link that watches it; `lost`: it never will. */
  v.object({
    type: v.literal('frame'),
    at,
    node,
    peer,
    /** The kind of message, as its wire format calls it: "append-entries". */
    kind: word,
    bytes: count,
    sentAt: at,
    lost: v.optional(v.literal(true)),
    /** The broadcast that it carries. */
    message: v.optional(message),
  }),
  /** The program told an event of its exercise. */
  v.object({
    type: v.literal('reported'),
    at,
    node,
    event: word,
    /** Its data as JSON, cut. */
    data: v.pipe(v.string(), v.maxLength(400)),
    /** It is leader in this term from now on; null: it is none any more. */
    leads: v.optional(v.nullable(count)),
    /** What is the newest of what it agrees on, in a few words: the tip of its chain, the length of its log. */
    tip: v.optional(v.pipe(v.string(), v.maxLength(64))),
  }),
] as const
