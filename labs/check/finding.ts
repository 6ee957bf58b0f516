/** What a check can end with other than a pass. */

export interface Finding {
  /** What the checker did, as a sentence. Left out: what it last said it was doing. */
  did?: string
  expected: string
  got: string
  /** The likely misconception, as a question or a pointer. */
  hint?: string
  /** Where bytes differed; the message shows the first difference. */
  bytes?: { expected: Uint8Array; actual: Uint8Array }
  /** The op that this is about. Left out: the op called last. */
  op?: string
  /** A connection was lost: should the program turn out to have ended, the message says that instead. */
  lost?: boolean
}

/** The program does not do what the exercise asks. */
export class CheckFailure extends Error {
  readonly finding: Finding
  constructor(finding: Finding) {
    super(finding.got)
    this.finding = finding
  }
}

/** The fault that the check is about could not be shown to have hit, so nothing is proven. `message` says why. */
export class Inconclusive extends Error {}

/** The program could not be run at all: nothing is checked. `message` is one sentence. */
export class CannotRun extends Error {}

/** 1048576 becomes "1,048,576". */
export const number = (n: number): string => n.toLocaleString('en-US')

/** "1 byte", "12 bytes", "3 frames". */
export const count = (n: number, noun: string): string => `${number(n)} ${noun}${n === 1 ? '' : 's'}`
