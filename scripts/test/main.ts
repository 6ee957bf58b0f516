/** What `npm test` does once the packages are there: build, check, then mocha on each suite in a process of its own. */
import { globSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { root } from '../vscode/paths.ts'
import { filesOf, recordFiles } from './files.ts'
import { runStep, seconds } from './step.ts'
import { runSuite, type Counts } from './suite.ts'
import { giveTurns, type AtOnce } from './turns.ts'

/**
 * The order in which two lanes take the suites: the cheap one first, then the long ones, so that both lanes end at about the same time. While one
 * suite waits for programs, time-outs or a browser, the other one computes. A folder of test/ that is not named here comes after these.
 */
const ORDER = ['unit', 'exercises', 'host', 'process', 'webview', 'e2e']
/** Runs only when it is asked for: `npm run test:soak`. */
const ON_REQUEST = ['bench', 'soak']
/**
 * Test files at once: more than the least only while the processors have time left (turns.ts). Those of `process` take a third of the time that they
 * last of one processor, those of `host` nearly all of it: VS Code draws in software. A second one of `webview` fills what is left at the end.
 */
const FILES_AT_ONCE: Record<string, AtOnce> = {
  process: { least: 2, most: 5 },
  host: { least: 2, most: 2 },
  webview: { least: 1, most: 2 },
}
/** These need a VS Code, which is made ready while we build and check. */
const IN_VSCODE = ['host', 'e2e']

const args = process.argv.slice(2)
const firstOption = args.findIndex(arg => arg.startsWith('-'))
const named = firstOption < 0 ? args : args.slice(0, firstOption)
const mochaArgs = firstOption < 0 ? [] : args.slice(firstOption)
// `--seeds N` is for the soak (test/soak/), not for mocha.
const seeds = mochaArgs.indexOf('--seeds')
if (seeds >= 0) process.env['P2PLAB_SEEDS'] = mochaArgs.splice(seeds, 2)[1] ?? ''

// Containers and CI have this, and it is the worst there is: Chromium's language is then no language at all. What depends on other
// locales sets them itself (test/kit/locales.ts), so that a run is the same on every developer's machine.
for (const name of Object.keys(process.env))
  if (name.startsWith('LC_') || name === 'LANGUAGE') delete process.env[name]
process.env['LANG'] = 'C.UTF-8'

process.exitCode = await main()

async function main(): Promise<number> {
  const existing = readdirSync(path.join(root, 'test')).filter(
    name => globSync(`test/${name}/**/*.test.ts`, { cwd: root }).length > 0,
  )
  const unknown = named.filter(name => !existing.includes(name))
  if (unknown.length > 0) {
    console.error(`expected suites of test/ (${existing.join(', ')}), got ${unknown.join(', ')}`)
    return 2
  }
  const suites = named.length > 0 ? named : ordered(existing.filter(name => !ON_REQUEST.includes(name)))

  const total: Counts = { passed: 0, failed: 0, skipped: 0, failures: [] }
  const begin = performance.now()
  const vscode = suites.some(name => IN_VSCODE.includes(name))
    ? runStep('VS Code', ['scripts/test/prefetch.ts'])
    : undefined
  const built = await runStep('build', ['scripts/build.mjs'])
  const add = (counts: Counts) => {
    total.passed += counts.passed
    total.failed += counts.failed
    total.skipped += counts.skipped
    total.failures.push(...counts.failures)
  }
  const toRun = built ? suites : []
  const run = async (suite: string, isBeside: boolean) => {
    if (IN_VSCODE.includes(suite)) await vscode
    const atOnce = FILES_AT_ONCE[suite]
    const parallel = atOnce === undefined ? [] : ['--parallel', '--jobs', String(atOnce.most)]
    const turns = atOnce && (await giveTurns({ ...atOnce, onEnd: (file, took) => durations.set(file, took) }))
    add(await runSuite(suite, filesOf(suite), [...parallel, ...mochaArgs], { beside: isBeside, turns }))
    turns?.close()
  }
  const durations = new Map<string, number>()
  let checked = true
  const queue = [...toRun]
  const lane = async (isBeside: boolean) => {
    for (let suite = queue.shift(); suite !== undefined; suite = queue.shift()) await run(suite, isBeside)
  }
  const check = async () => {
    if (built && named.length === 0) checked = await runStep('check', ['scripts/check.mjs'])
  }
  const lanes = [lane(false), lane(true)]
  // The lane that ends first has time for the check.
  await Promise.all([...lanes, Promise.race(lanes).then(check)])
  recordFiles(
    durations,
    Object.keys(FILES_AT_ONCE).filter(suite => toRun.includes(suite)),
  )
  const ready = (await vscode) ?? true
  const fail = (title: string, message: string) => {
    total.failed++
    total.failures.push({ title, message })
  }
  if (!built) fail('build', 'failed, see above')
  if (!checked) fail('check', 'failed, see above')
  if (!ready) fail('VS Code', 'could not be made ready, see above')
  if (built && total.passed + total.failed === 0) fail('npm test', 'no test ran')
  // Where a log is cut, its end is what is left.
  if (total.failures.length > 0) console.log('\nWhat failed:')
  for (const { title, message } of total.failures)
    console.log(`  ${title}\n    ${message.replaceAll('\n', '\n    ')}`)
  console.log(`\nAll of it took ${seconds(begin)}.`)
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
  return total.failed === 0 ? 0 : 1
}

function ordered(suites: readonly string[]): string[] {
  const rank = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length)
  return suites.toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b, 'en'))
}
