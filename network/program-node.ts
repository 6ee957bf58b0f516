/**
 * Nodes that are copies of a learner's program, instead of nodes of libp2p. The orchestrator knows this much of them: their process (labs/run/)
 * speaks the messages of node-messages.ts as a libp2p node's process does.
 */
import * as v from 'valibot'

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(4_096))

/** How the program is started: as for a check (labs/check/protocol.ts). */
export const learnerProgram = v.object({
  /** As in "4.1": the exercise that says how its nodes are started and what they say to each other. */
  exercise: v.pipe(v.string(), v.regex(/^[1-9]\.[1-9]$/)),
  spec: v.variant('kind', [
    v.object({ kind: v.literal('typescript'), file: text, workspace: text }),
    v.object({ kind: v.literal('command'), command: text, workspace: text }),
  ]),
  /** One of the two ends of a link dials, or each dials the other. */
  dials: v.picklist(['one', 'both']),
})
export type LearnerProgram = v.InferOutput<typeof learnerProgram>

/** Of one node: what its process starts. */
export const programSpec = v.object({
  ...learnerProgram.entries,
  /** The nodes that it dials; they are its peers from its start to its end. */
  dialed: v.array(v.pipe(v.string(), v.regex(/^n[1-9][0-9]{0,4}$/))),
  /** A folder of its own, which outlives it. */
  dataDir: text,
})

/** What stands in for a peer id: a program has none. */
export const programPeer = (name: string): string => `program:${name}`
