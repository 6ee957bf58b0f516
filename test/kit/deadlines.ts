/**
 * Deadlines of what runs in a browser or in VS Code. They end a run that hangs, and judge nothing: beside all other suites, on two cores, a step takes up
 * to thirty times as long as alone. Milliseconds.
 */

/** For what one step waits for: a button, a verdict, a window. */
export const STEP_MS = 120_000
/** For all steps of one test. */
export const TEST_MS = 1_200_000
