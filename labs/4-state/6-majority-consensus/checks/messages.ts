/** The messages of exercise 4.6, as checks send and read them. */
import * as v from 'valibot'
import { oneLine } from '../../../preview.ts'

const term = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const index = term

const entry = v.object({ term, command: v.string() })

const message = v.variant('type', [
  v.object({
    type: v.literal('request-vote'),
    term,
    candidateId: v.string(),
    lastLogIndex: index,
    lastLogTerm: term,
  }),
  v.object({ type: v.literal('vote'), term, voteGranted: v.boolean() }),
  v.object({
    type: v.literal('append-entries'),
    term,
    leaderId: v.string(),
    prevLogIndex: index,
    prevLogTerm: term,
    entries: v.array(entry),
    leaderCommit: index,
  }),
  v.object({ type: v.literal('appended'), term, success: v.boolean(), matchIndex: v.optional(index, 0) }),
])

export type Entry = v.InferOutput<typeof entry>
export type Message = v.InferOutput<typeof message>
export type Kind = Message['type']
export type Of<K extends Kind> = Extract<Message, { type: K }>

/** The message that this JSON value is, or undefined when it is none. */
export function asMessage(value: unknown): Message | undefined {
  const parsed = v.safeParse(message, value)
  return parsed.success ? parsed.output : undefined
}

/** For a message of ours: `n2 → n1: {"type":…}`. */
export const line = (from: string, to: string, value: unknown): string =>
  `${from} → ${to}: ${oneLine(JSON.stringify(value), 300)}`
