/**
 * Nodes that are copies of a learner's program, instead of nodes of libp2p. The orchestrator knows this much of them: their process (labs/run/)
 * speaks the messages of node-messages.ts as a libp2p node's process does.
 */
import * as v from 'valibot'

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(4_096))

const nodeName = v.pipe(v.string(), v.regex(/^n[1-9][0-9]{0,4}$/))

/** As in "4.1". */
export const exerciseId = v.pipe(v.string(), v.regex(/^[1-9]\.[1-9]$/, 'Expected an exercise such as "4.1"'))

/** How the program is started: as for a check (labs/check/protocol.ts). */
export const learnerProgram = v.object({
  /** As in "4.1": the exercise that says how its nodes are started and what they say to each other. */
  exercise: exerciseId,
  spec: v.variant('kind', [
    v.object({ kind: v.literal('typescript'), file: text, workspace: text }),
    v.object({ kind: v.literal('command'), command: text, workspace: text }),
  ]),
  /** One of the two ends of a link dials, or each dials the other; 'found': any may dial any other that it finds, and begins with the address of n1. */
  dials: v.picklist(['one', 'both', 'found']),
  carrier: v.picklist(['tcp', 'udp']),
})
export type LearnerProgram = v.InferOutput<typeof learnerProgram>

/** Of one node: what its process starts. */
export const programSpec = v.object({
  ...learnerProgram.entries,
  /** The nodes that it dials, or may find; there is a link to each of them from its start to its end. */
  dialed: v.array(nodeName),
  /** All that were there when the network started. */
  nodes: v.array(nodeName),
  /** A folder of its own, which outlives it. */
  dataDir: text,
})

/**
 * Where each node meets each other one: the ports of the links on 127.0.0.1, by the node that uses them and by the one that they lead to. Nodes that
 * find each other tell each other addresses, and each has to hear those of its own links. Of a node itself: the port that it tells all others, where the
 * exercise has such an address.
 */
export const doors = v.record(nodeName, v.record(nodeName, v.number()))
export type Doors = v.InferOutput<typeof doors>

/** What stands in for a peer id: a program has none. */
export const programPeer = (name: string): string => `program:${name}`
