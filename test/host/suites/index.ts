/** Runs inside VS Code's extension host: the entry that VS Code calls, see `extensionTestsPath`. */
import type Mocha from 'mocha'
import net from 'node:net'
import { once } from 'node:events'
import vscode from 'vscode'
import { STEP_MS } from '../../kit/deadlines.ts'
import {
  FILTER_VARIABLE,
  PORT_VARIABLE,
  SUITES,
  SUITES_VARIABLE,
  type HostReport,
  type HostTest,
  type SuiteName,
} from '../harness/results.ts'

/** Resolves when every test has run, whether it passed or not: the run outside judges. */
export async function run(): Promise<void> {
  const port = process.env[PORT_VARIABLE]
  // Started by hand, from the editor's debugger: the results go to its console.
  if (!port) return runSuites(test => console.log(`${test.state}: ${fullTitle(test)}`, test.error ?? ''))
  const socket = net.connect(Number(port), '127.0.0.1')
  await once(socket, 'connect')
  const report = (line: HostReport) => socket.write(`${JSON.stringify(line)}\n`)
  report({ type: 'started', vscode: vscode.version, node: process.versions.node })
  try {
    await runSuites(test => report({ type: 'test', test }))
    report({ type: 'finished' })
  } catch (error) {
    report({ type: 'finished', error: explain(error) })
  }
  socket.end()
  await once(socket, 'close')
}

/** Loading a suite declares its tests. */
const LOAD: Record<SuiteName, () => Promise<unknown>> = {
  activation: () => import('./activation.suite.ts'),
  network: () => import('./network.suite.ts'),
  faults: () => import('./faults.suite.ts'),
  keep: () => import('./keep.suite.ts'),
  exercises: () => import('./exercises.suite.ts'),
  testing: () => import('./testing.suite.ts'),
  debug: () => import('./debug.suite.ts'),
  doctor: () => import('./doctor.suite.ts'),
  recorded: () => import('./recorded.suite.ts'),
  terminal: () => import('./terminal.suite.ts'),
  'two-labs': () => import('./two-labs.suite.ts'),
  python: () => import('./python.suite.ts'),
}

function asked(): readonly SuiteName[] {
  const names = process.env[SUITES_VARIABLE]?.split(',')
  return names ? SUITES.filter(name => names.includes(name)) : SUITES
}

async function runSuites(onTest: (test: HostTest) => void): Promise<void> {
  const { default: Runner } = await import('mocha')
  const mocha = new Runner({ ui: 'bdd', timeout: STEP_MS, forbidOnly: true })
  const filter = process.env[FILTER_VARIABLE]
  if (filter) mocha.fgrep(filter)
  mocha.suite.emit('pre-require', globalThis, '', mocha)
  for (const name of asked()) await LOAD[name]()
  // The base of all reporters writes nothing: results go out as they come.
  mocha.reporter(Runner.reporters.Base)
  await new Promise<void>(resolve => {
    const runner = mocha.run(() => resolve())
    runner.on('pass', test => onTest(outcome(test, 'passed')))
    runner.on('pending', test => onTest(outcome(test, 'skipped')))
    // A hook that fails is reported as a test of its own; mocha gives it a title that says so.
    runner.on('fail', (test, error) => onTest({ ...outcome(test, 'failed'), error: explain(error) }))
  })
}

const fullTitle = ({ suites, title }: HostTest): string => [...suites, title].join(' › ')

function outcome(test: Mocha.Runnable, state: HostTest['state']): HostTest {
  const suites = test.titlePath().slice(0, -1)
  return { suites, title: test.title, state, ms: Math.round(test.duration ?? 0) }
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { stack, message, cause } = error
  const because = cause === undefined ? '' : `\ncaused by: ${explain(cause)}`
  return (stack?.includes(message) ? stack : `${message}\n${stack ?? ''}`) + because
}
