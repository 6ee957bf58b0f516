/** Runs a scenario on a network. Each step is an event, so that it is shown and recorded beside what it did. */
import { setTimeout as sleep } from 'node:timers/promises'
import { now } from '../clock.ts'
import { NetworkError } from '../failure.ts'
import type { Network } from '../orchestrator/network-api.ts'
import type { LearnerProgram } from '../program-node.ts'
import { seededRandom } from '../random.ts'
import { liveNodes } from '../state.ts'
import { agreed, delivered, noCrash, oneLeader, scoreBelow, type Finding } from './assertions.ts'
import { choose, leaderOf } from './choose.ts'
import { describeStep } from './describe.ts'
import type { Scenario, Step, StepOf } from './schema.ts'

export interface StepResult {
  /** From 1. */
  number: number
  do: Step['do']
  title: string
  /** 'failed' when what a step claims does not hold, or when it could not be done. */
  outcome: 'passed' | 'failed'
  /** What was seen or done, as a sentence's end. */
  detail: string
  ms: number
}

export interface ScenarioResult {
  title: string
  outcome: 'pass' | 'fail'
  /** The steps that were taken: the last one is the one that failed. */
  steps: StepResult[]
}

export interface RunOptions {
  /** Where the scenario starts copies of a learner's program: that program. */
  program?: LearnerProgram | undefined
  /** Aborted: the step that is under way is the last. */
  signal?: AbortSignal | undefined
  onStep?: ((step: StepResult) => void) | undefined
}

/** Resolves when the last step passed or the first failed. The network is left as it is. Never rejects for what a step does. */
export async function runScenario(
  network: Network,
  scenario: Scenario,
  { program, signal, onStep }: RunOptions = {},
): Promise<ScenarioResult> {
  const { title, steps } = scenario
  const context: Context = { network, signal, program, messages: [] }
  const results: StepResult[] = []
  for (const [i, step] of steps.entries()) {
    const name = describeStep(step)
    const tell = (outcome: 'running' | StepResult['outcome'], detail: string, ms: number) =>
      network.note({
        type: 'scenario-step',
        at: now(),
        scenario: title,
        step: i + 1,
        of: steps.length,
        title: name,
        outcome,
        detail: detail.slice(0, 4_000),
        ms,
      })
    tell('running', '', 0)
    const start = performance.now()
    const { holds, detail } = await attempt(step, context)
    const ms = Math.round(performance.now() - start)
    const outcome = holds ? 'passed' : 'failed'
    tell(outcome, detail, ms)
    const result = { number: i + 1, do: step.do, title: name, outcome, detail, ms } as const
    results.push(result)
    onStep?.(result)
    if (!holds) return { title, outcome: 'fail', steps: results }
  }
  return { title, outcome: 'pass', steps: results }
}

export interface Context {
  network: Network
  signal: AbortSignal | undefined
  program?: LearnerProgram | undefined
  /** The ids of the last broadcast. */
  messages: string[]
}

/** Takes one step: what a scenario does with each of its own, and a command line with each line. Never rejects. */
export async function attempt(step: Step, context: Context): Promise<Finding> {
  try {
    if (context.signal?.aborted) return { holds: false, detail: 'it was canceled' }
    const found = await take(step, context)
    if (context.signal?.aborted) return { holds: false, detail: 'it was canceled' }
    return typeof found === 'string' ? { holds: true, detail: found } : found
  } catch (error) {
    return { holds: false, detail: error instanceof Error ? error.message : String(error) }
  }
}

/** Does the step. What it did, or whether what it claims holds. */
async function take(step: Step, context: Context): Promise<string | Finding> {
  const { network, signal } = context
  switch (step.do) {
    case 'start': {
      const program = step.program === undefined ? undefined : programOf(step.program, context)
      const {
        topology = program?.dials === 'found' ? 'full' : 'random',
        nodes,
        discovery,
        seed,
        production,
        limitPerSecond,
      } = step
      const options = { topology, nodes, discovery, seed, production, limitPerSecond, program }
      const { readyMs } = await network.start(options, signal ? { signal } : {})
      return `ready after ${readyMs} ms`
    }
    case 'waitReady':
      await network.waitReady(step)
      return 'healthy'
    case 'broadcast':
      context.messages = await broadcast(network, step)
      return `${context.messages.length} published`
    case 'kill':
    case 'stop':
    case 'pause':
    case 'resume':
    case 'restart': {
      const names = choose(network.state, step)
      if (names.length === 0) return 'no matching nodes'
      // One after another: a node joins those that are there.
      for (const name of names) await network[`${step.do}Node`](name)
      return names.join(', ')
    }
    case 'add': {
      const names: string[] = []
      for (let i = 0; i < (step.count ?? 1); i++) names.push((await network.addNode()).node)
      return names.join(', ')
    }
    case 'churn': {
      network.startChurn(step)
      if (!step.wait) return 'started'
      await network.churnDone()
      return 'every turn is done'
    }
    case 'stopChurn':
      await network.stopChurn()
      return 'all nodes are back'
    case 'partition':
      await network.partition(Object.entries(step.groups).map(([name, nodes]) => ({ name, nodes })))
      return 'no connection crosses the split'
    case 'heal':
      await network.heal()
      return 'healthy'
    case 'linkFault': {
      const { a, b, latencyMs, jitterMs, loss, bytesPerSecond } = step
      await network.setLinkFault(a, b, { latencyMs, jitterMs, loss, bytesPerSecond })
      return 'the link has these faults'
    }
    case 'clearLinkFault':
      await network.clearLinkFault(step.a, step.b)
      return 'the link has no faults any more'
    case 'hostile':
      return (await network.addHostile(step.kind, step.perSecond)).node
    case 'wait':
      await sleep(step.ms, undefined, signal ? { signal } : {})
      return 'waited'
    case 'assertDelivered':
      return delivered(network, step, context.messages, signal)
    case 'assertLeader':
      return oneLeader(network, step, signal)
    case 'assertAgreed':
      return agreed(network, step, signal)
    case 'assertNoCrash':
      return noCrash(network.state)
    case 'assertScore':
      return scoreBelow(network, step, signal)
  }
}

async function broadcast(
  network: Network,
  { from: named, leader, times = 1, text, size, seed = 0 }: StepOf<'broadcast'>,
): Promise<string[]> {
  const from = leader ? leaderOf(network.state) : named
  const random = seededRandom(seed)
  const messages: string[] = []
  const able = () => liveNodes(network.state).filter(n => !n.paused && !n.hostile)
  while (messages.length < times) {
    const nodes = able()
    const node = from ?? nodes[Math.floor(random() * nodes.length)]?.name
    if (node === undefined)
      throw new NetworkError({ step: 'broadcast', cause: 'no node is running', remedy: 'Restart one' })
    const payload = size === undefined ? { text: text ?? `message ${messages.length + 1}` } : { size }
    try {
      messages.push((await network.broadcast({ node, ...payload })).message)
    } catch (error) {
      // Under churn a node may end while it is asked: where nobody said which one, another will do.
      if (from !== undefined || able().some(n => n.name === node)) throw error
    }
  }
  return messages
}

function programOf(exercise: string, { program }: Context): LearnerProgram {
  if (program?.exercise === exercise) return program
  throw new NetworkError({
    step: 'start',
    cause: `the scenario runs your program of exercise ${exercise}, and there is none`,
    remedy: 'Run it where your lab workspace is',
  })
}
