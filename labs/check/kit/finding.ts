/** What a check can end with other than a pass. */
export { inNode } from '../../exercise/in-node.ts'
export { count, number } from '../../number.ts'

/** Lines and columns are counted from 1; `file` is relative to the workspace. */
export interface Location {
  file: string
  line: number
  column?: number
}

export interface Finding {
  /** What the checker did, as a sentence. Left out: what it last said it was doing. */
  did?: string
  expected: string
  got: string
  /** The likely misconception, as a question or a pointer. Names of one language's API belong in `inNode`. */
  hint?: string
  /** What led to it, a line each. */
  trail?: readonly string[]
  /** The program did what the message is about, as answering an op or ending: it is not silent. */
  spoke?: boolean
  /** The program does nothing any more: it never got ready, or its event loop does not go round. */
  hangs?: boolean
  /** Where bytes differed; the message shows the first difference. */
  bytes?: { expected: Uint8Array; actual: Uint8Array }
  /** The op that this is about. Left out: the op called last. */
  op?: string
  /** The place in the learner's code, where an error names one. */
  location?: Location
  /** The error that the program answered an op with, in one line. */
  answered?: string
  /** The program exited by itself; `got` has its last error, where it printed one. */
  exited?: boolean
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

/** The same promise; a failure that has no hint of its own gets this one. */
export async function hinted<T>(promise: Promise<T>, hint: string): Promise<T> {
  try {
    return await promise
  } catch (error) {
    if (error instanceof CheckFailure) error.finding.hint ??= hint
    throw error
  }
}

/** The fault that the check is about could not be shown to have hit, so nothing is proven. `message` says why. */
export class Inconclusive extends Error {}

/** The program could not be run at all: nothing is checked. `message` is one sentence. */
export class CannotRun extends Error {}

/** A source file, whatever its language, with line and column. Not any name with a dot: "example.com:80: refused" is no place. */
const PLACE =
  /^((?!\/|[A-Za-z]:|\.\.)[^\n:]+\.(?:[cm]?[jt]s|py|rs|go|java|kt|swift|cs|fs|c|cc|cpp|h|hpp|rb|exs?|erl|hs|ml|zig|nim|d|dart|lua|php|pl|scala|clj)):(\d{1,9})(?::(\d{1,9}))?: /

/** The place that an error of our runner begins with, as in "1-tcp/1-echo.ts:3:13: syntax error". */
export function locationIn(message: string): { location?: Location } {
  const found = PLACE.exec(message.replace(/^an error that nothing caught\. /, ''))
  if (!found || Number(found[2]) < 1) return {}
  const column = Number(found[3] ?? 0)
  return { location: { file: found[1]!, line: Number(found[2]), ...(column > 0 && { column }) } }
}
