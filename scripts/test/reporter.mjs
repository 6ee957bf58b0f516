// Mocha's spec reporter, which also writes how many tests passed, failed and were skipped to the file P2PLAB_TEST_COUNTS, after each
// test with "running", so that scripts/test/suite.ts sees whether it goes on.
import { writeFileSync } from 'node:fs'
import Mocha from 'mocha'

export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    const write = running => {
      const { passes, failures, pending } = this.stats
      const file = process.env.P2PLAB_TEST_COUNTS
      if (file)
        writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending, running }))
    }
    runner.on('test end', () => write(true))
    runner.once('end', () => write(false))
  }
}
