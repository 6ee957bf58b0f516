/** `p2plab scenario`: runs a scenario file, or one that comes with the product, and prints each step with its result. */
import { fileProblem } from '../network/file-problem.ts'
import type { LearnerProgram } from '../network/program-node.ts'
import { parseScenario } from '../network/scenario/parse.ts'
import { runScenario, type StepResult } from '../network/scenario/run.ts'
import type { Scenario } from '../network/scenario/schema.ts'
import { SHIPPED } from '../network/scenario/shipped.ts'
import { readWrittenSync, WrongEncoding } from '../network/written-text.ts'
import { cut, quoted } from './arguments.ts'
import { EXIT, UsageError, type Arguments, type Command } from './command.ts'
import { programOf } from './program-option.ts'
import { recordOption } from './record-option.ts'
import { withNetwork } from './with-network.ts'
import { workspaceOption } from './workspace-option.ts'

const NAMES = SHIPPED.map(s => s.name).join(', ')

export const scenario: Command = {
  name: 'scenario',
  summary: 'Run a scenario: steps that act on a network and assert what must hold.',
  usage: 'scenario list | show NAME | run FILE|NAME [--workspace DIR] [--record FILE] [--json]',
  positionals: ['list, show or run'],
  optionalPositionals: ['FILE|NAME'],
  options: {
    ...recordOption,
    ...workspaceOption,
    json: { type: 'boolean', description: 'Print one JSON object on standard output and nothing else.' },
  },
  run(args) {
    const [action, what] = args.positionals
    if (action === 'list') return list(args.values)
    if (action !== 'show' && action !== 'run')
      throw new UsageError(
        `${quoted(`scenario ${action}`)} is not a command. Try: scenario list, show or run.`,
      )
    if (what === undefined) throw new UsageError(`scenario ${action} needs a file or one of ${NAMES}.`)
    const text = read(what)
    if (action === 'run') return runProgram(what, scenarioIn(what, text), args)
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

/** One that starts copies of a learner's program is told which. */
async function runProgram(what: string, scenario: Scenario, args: Arguments): Promise<number> {
  const [start] = scenario.steps
  const id = start?.do === 'start' ? start.program : undefined
  if (id !== undefined)
    return run(scenario, args, await programOf(id, args.values, `${cut(what)}: steps[0].program`))
  if (args.values['workspace'] !== undefined)
    throw new UsageError(
      '--workspace says where your program is, and this scenario runs libp2p nodes. Leave it out.',
    )
  return run(scenario, args)
}

function run(scenario: Scenario, { values, signal }: Arguments, program?: LearnerProgram): Promise<number> {
  const json = values['json'] === true
  return withNetwork(values, async (network, line) => {
    if (!json) process.stdout.write(`${cut(scenario.title)}\n${cut(scenario.description, 2_000)}\n\n`)
    const onStep = (step: StepResult) => {
      if (!json) process.stdout.write(describe(step, scenario.steps.length))
    }
    const result = await runScenario(network, scenario, { program, signal, onStep })
    line.end()
    process.stdout.write(
      json ? `${JSON.stringify(result)}\n` : `\n${cut(scenario.title)}: ${result.outcome}\n`,
    )
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
    if (error instanceof WrongEncoding) throw new UsageError(`${cut(what)}: ${error.message}.`)
    const { cause } = fileProblem(error)
    throw new UsageError(`Could not read ${quoted(what)} (${cause}), and it is not one of ${NAMES}.`)
  }
}

function scenarioIn(what: string, text: string): Scenario {
  const parsed = parseScenario(text)
  if ('scenario' in parsed) return parsed.scenario
  throw new UsageError(`${cut(what)}: ${cut(parsed.problem)}.`)
}
