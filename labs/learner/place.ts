/** A place in a learner's file. */
export interface Place {
  /** Absolute. */
  file: string
  line: number
  column?: number
}
