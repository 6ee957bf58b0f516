import Mocha from 'mocha'
import type { VSCodeVersion } from '../../../scripts/vscode/versions.ts'
import { TEST_MS } from '../../kit/deadlines.ts'
import { FILTER_VARIABLE, type HostTest, type SuiteName } from './results.ts'
import { runInHost } from './run.ts'

/**
 * Runs these suites of test/host/suites inside this VS Code, all when left out, and reports each of their tests as one of this run.
 * P2PLAB_HOST_TESTS_FILTER="some words" runs only the tests inside whose full title has these words.
 */
export function describeInVSCode(version: VSCodeVersion, suites?: readonly SuiteName[]): void {
  describe(`in VS Code ${version.name}`, function () {
    // The first run on a machine installs VS Code.
    this.timeout(2 * TEST_MS)

    it('the extension host runs the suites to their end', async function () {
      const run = await runInHost(version, {
        types: true,
        filter: process.env[FILTER_VARIABLE] ?? '',
        ...(suites && { suites }),
      })
      const parent = this.test?.parent
      if (!parent) throw new Error('mocha gave this test no suite')
      for (const [title, tests] of bySuite(run.tests)) {
        const suite = Mocha.Suite.create(parent, title)
        for (const test of tests) suite.addTest(asMochaTest(test))
      }
      if (run.tests.length === 0) throw new Error('no test ran inside VS Code')
      if (!run.vscode.startsWith(`${version.name}.`)) {
        throw new Error(`expected VS Code ${version.name}, got ${run.vscode}`)
      }
    })
  })
}

function bySuite(tests: readonly HostTest[]): Map<string, HostTest[]> {
  return Map.groupBy(tests, test => test.suites.join(' › '))
}

/** What happened inside, as a test of this run: it is counted and reported like any other. */
function asMochaTest(test: HostTest): Mocha.Test {
  if (test.state === 'skipped') return new Mocha.Test(test.title)
  return new Mocha.Test(`${test.title} (${test.ms} ms)`, () => {
    if (test.state === 'failed') throw Object.assign(new Error(test.error), { stack: test.error })
  })
}
