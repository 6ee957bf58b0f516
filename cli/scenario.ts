/** `p2plab scenario`: runs a scenario file, or one that comes with the product, and prints each step with its result. */
import { parseScenario } from '../network/scenario/parse.ts'
import { runScenario, type StepResult } from '../network/scenario/run.ts'
import type { Scenario } from '../network/scenario/schema.ts'
import { SHIPPED } from '../network/scenario/shipped.ts'
import { readWrittenSync, WrongEncoding } from '../network/written-text.ts'
import { oneLine, quoted } from './arguments.ts'
import { EXIT, UsageError, type Arguments, type Command } from './command.ts'
import { recordOption } from './record-option.ts'
import { withNetwork } from './with-network.ts'

const NAMES = SHIPPED.map(s => s.name).join(', ')

export const scenario: Command = {
  name: 'scenario',
  summary: 'Run a scenario: steps that act on a network and assert what must hold.',
  usage: 'scenario list | show NAME | run FILE|NAME [--record FILE] [--json]',
  positionals: ['list, show or run'],
  optionalPositionals: ['FILE|NAME'],
  options: {
    ...recordOption,
    json: { type: 'boolean', description: 'Print one JSON object on standard output and nothing else.' },
  },
  run(args) {
    const [action, what] = args.positionals
    if (action === 'list') return list(args.values)
    if (action !== 'show' && action !== 'run')
      throw new UsageError(
        `"scenario ${oneLine(action!)}" is not a command. Try: scenario list, show or run.`,
      )
    if (what === undefined) throw new UsageError(`scenario ${action} needs a file or one of ${NAMES}.`)
    const text = read(what)
    if (action === 'run') return run(scenarioIn(what, text), args)
    process.stdout.write(text)
    return Promise.resolve(EXIT.pass)
  },
}

function list(values: Arguments['values']): Promise<number> {
  const rows = SHIPPED.map(({ name, title, description }) => ({ name, title, description }))
  const lines = rows.map(({ name, title, description }) => `${name}: ${title}\n    ${description}\n`).join('')
  process.stdout.write(values['json'] ? `${JSON.stringify(rows)}\n` : lines)
  return Promise.resolve(EXIT.pass)
}

function run(scenario: Scenario, { values, signal }: Arguments): Promise<number> {
  const json = values['json'] === true
  return withNetwork(values, async (network, line) => {
    if (!json) process.stdout.write(`${scenario.title}\n${scenario.description}\n\n`)
    const onStep = (step: StepResult) => {
      if (!json) process.stdout.write(describe(step, scenario.steps.length))
    }
    const result = await runScenario(network, scenario, { signal, onStep })
    line.end()
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : `\n${scenario.title}: ${result.outcome}\n`)
    if (signal.aborted) return EXIT.interrupted
    return result.outcome === 'pass' ? EXIT.pass : EXIT.fail
  })
}

const describe = ({ number, title, outcome, detail, ms }: StepResult, of: number): string =>
  `${outcome === 'passed' ? '✓' : '✗'} ${String(number).padStart(String(of).length)}/${of}  ${title}: ${detail} (${ms} ms)\n`

function read(what: string): string {
  const shipped = SHIPPED.find(({ name }) => name === what)
  if (shipped) return shipped.text
  try {
    return readWrittenSync(what)
  } catch (error) {
    if (error instanceof WrongEncoding) throw new UsageError(`${oneLine(what)}: ${error.message}.`)
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : (error as Error).message
    throw new UsageError(
      `Could not read ${quoted(what)} (${oneLine(reason)}), and it is not one of ${NAMES}.`,
    )
  }
}

function scenarioIn(what: string, text: string): Scenario {
  const parsed = parseScenario(text)
  if ('scenario' in parsed) return parsed.scenario
  throw new UsageError(`${oneLine(what)}: ${oneLine(parsed.problem)}.`)
}
