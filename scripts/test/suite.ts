import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { root } from '../vscode/paths.ts'
import { start, took } from './step.ts'
import type { Turns } from './turns.ts'

export interface Failure {
  /** Where it stands: the suite's groups and the test's own title. */
  title: string
  message: string
}

export interface Counts {
  passed: number
  failed: number
  skipped: number
  failures: Failure[]
}

/**
 * How long a suite may go without a test that ends, and how long its process may live after the last test, in milliseconds. There is no limit
 * for the whole: more exercises take longer.
 */
const STALLED_MS = 10 * 60_000
/** A test of the soak takes its time, and runs only when it is asked for. */
const SOAK_STALLED_MS = 60 * 60_000
const LINGER_MS = 20_000
const POLL_MS = 200

/**
 * Runs these test files of a suite with mocha. A suite that breaks, hangs or leaves something running counts as a failed test.
 * What a suite `beside` another writes is shown when it has ended. With `turns`, a file waits for its own.
 */
export async function runSuite(
  suite: string,
  files: readonly string[],
  mochaArgs: readonly string[],
  { beside = false, turns }: { beside?: boolean; turns?: Turns | undefined } = {},
): Promise<Counts> {
  console.log(`\n=== ${suite}${beside ? ', beside the next ones' : ''}`)
  const begin = performance.now()
  const folder = mkdtempSync(path.join(tmpdir(), 'p2plab-test-'))
  const file = path.join(folder, 'counts.json')
  const log = path.join(folder, 'output.txt')
  const output = beside ? openSync(log, 'w') : undefined
  const { child, exited } = start(
    [
      path.join(root, 'node_modules/mocha/bin/mocha.js'),
      '--reporter',
      path.join(import.meta.dirname, 'reporter.mjs'),
      ...(turns ? ['--require', path.join(import.meta.dirname, 'await-turn.mjs')] : []),
      ...mochaArgs,
      ...files,
    ],
    { P2PLAB_TEST_COUNTS: file, ...(turns && { P2PLAB_TEST_TURNS: String(turns.port) }) },
    output,
  )

  const limit = suite === 'soak' ? SOAK_STALLED_MS : STALLED_MS
  let before = ''
  let changedAt = begin
  let problem: string | undefined
  const watch = setInterval(() => {
    const counts = readCounts(file)
    const now = JSON.stringify(counts)
    if (now !== before) changedAt = performance.now()
    before = now
    const still = performance.now() - changedAt
    if (counts && !counts.running && still > LINGER_MS) {
      problem = `its tests have ended, but ${LINGER_MS / 1000} s later its process still runs: a test left something open`
    } else if (still > limit) {
      problem = `no test ended within ${limit / 60_000} minutes`
    }
    if (problem) child.kill('SIGKILL')
  }, POLL_MS)
  const { status, processorTime } = await exited
  clearInterval(watch)
  if (output !== undefined) {
    closeSync(output)
    console.log(`\n=== ${suite}, which ran beside the others\n${readFileSync(log, 'utf8')}`)
  }

  const counts: Counts = readCounts(file) ?? { passed: 0, failed: 0, skipped: 0, failures: [] }
  rmSync(folder, { recursive: true, force: true })
  if (!problem && status !== 0 && counts.failed === 0) problem = `mocha ended with status ${status}`
  if (problem) {
    console.error(`${suite}: ${problem}`)
    counts.failed++
    counts.failures.push({ title: suite, message: problem })
  }
  const { passed, failed, skipped } = counts
  console.log(
    `=== ${suite}: ${passed} passed, ${failed} failed, ${skipped} skipped in ${took(begin, processorTime)}`,
  )
  return counts
}

function readCounts(file: string): (Counts & { running: boolean }) | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Counts & { running: boolean }
  } catch {
    return undefined
  }
}
