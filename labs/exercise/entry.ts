/** An exercise and a lab, as the catalogue has them. */
import type { Language } from '../languages.ts'

export interface LabEntry {
  lab: number
  title: string
}

export interface ExerciseEntry {
  /** As in "1.3": lab and number. */
  id: string
  title: string
  lab: number
  /** What a learner builds: a phrase in Markdown. */
  builds: string
  /** What comes after the exercise before it, in Markdown; "{exercise}" stands for its number and title. Empty where nothing comes before. */
  comesNext: string
  /** The ids of the exercises whose files it imports. */
  buildsOn: readonly string[]
  /** The languages that it has a starter and a solution in. Which file is the learner's follows from that: labs/workspace/track.ts. */
  tracks: readonly Language[]
  /** Its folder under labs/, with forward slashes; without an ending it is also what its files in a workspace are called. */
  folder: string
  /** The contract's ops; in the TypeScript track each is an exported function of the learner's file. */
  ops: readonly string[]
  /** Copies of the learner's program can be run as a network, and who dials there over what (network-run.ts). */
  network?: { dials: 'one' | 'both' | 'found'; carrier: 'tcp' | 'udp' }
  /** It is done with libp2p, whose connections are encrypted. */
  libp2p?: boolean
  /** In the order they run. */
  checks: readonly { id: string; title: string }[]
}
