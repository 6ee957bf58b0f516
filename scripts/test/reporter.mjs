// Mocha's spec reporter, which also writes how many tests passed, failed and were skipped to the file P2PLAB_TEST_COUNTS, after each
// test with "running", so that scripts/test/suite.ts sees whether it goes on; with what failed, for the end of the whole run.
import { writeFileSync } from 'node:fs'
import Mocha from 'mocha'

/** Of a failure's message, so many characters are repeated at the end. */
const MESSAGE = 600

export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    const failed = []
    const write = running => {
      const { passes, failures, pending } = this.stats
      const file = process.env.P2PLAB_TEST_COUNTS
      if (file)
        writeFileSync(
          file,
          JSON.stringify({ passed: passes, failed: failures, skipped: pending, running, failures: failed }),
        )
    }
    runner.on('fail', (test, error) => {
      failed.push({ title: test.titlePath().join(' › '), message: String(error.message).slice(0, MESSAGE) })
    })
    runner.on('test end', () => write(true))
    runner.once('end', () => write(false))
  }
}
