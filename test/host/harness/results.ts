/**
 * What the tests inside VS Code report to the run outside: one JSON object a line over a connection to 127.0.0.1. Both ends
 * are ours and from one build, so the lines are read without a schema; a line that is not JSON fails the run.
 */

/** The port of the run outside, in the environment of the extension host. */
export const PORT_VARIABLE = 'P2PLAB_HOST_TESTS_PORT'
/** Runs only the tests whose full title holds this text, as mocha's --fgrep. */
export const FILTER_VARIABLE = 'P2PLAB_HOST_TESTS_FILTER'

/** Which of SUITES run, separated by commas; all without it. */
export const SUITES_VARIABLE = 'P2PLAB_HOST_TESTS_SUITES'

/** The files of test/host/suites, in the order in which they run. */
export const SUITES = [
  'activation',
  'network',
  'faults',
  'keep',
  'exercises',
  'testing',
  'debug',
  'doctor',
  'recorded',
  'terminal',
  'two-labs',
  'python',
] as const
export type SuiteName = (typeof SUITES)[number]

export interface HostTest {
  /** The titles of the describes around it, outermost first. */
  suites: string[]
  title: string
  state: 'passed' | 'failed' | 'skipped'
  /** Whole milliseconds. */
  ms: number
  /** With the difference between expected and actual, and the stack. */
  error?: string
}

export type HostReport =
  /** `versions`: of VS Code and of the Node that runs its extensions. */
  | { type: 'started'; vscode: string; node: string }
  | { type: 'test'; test: HostTest }
  /** All tests have run, or nothing more can be run because of `error`. */
  | { type: 'finished'; error?: string }
