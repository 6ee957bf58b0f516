/** Reads a scenario file. What is wrong with it becomes one sentence with the place in the file. */
import * as v from 'valibot'
import { cut } from '../words.ts'
import { scenarioSchema, steps, type Scenario, type Step } from './schema.ts'

/** The scenario, or what is wrong: "steps[2].fraction: Expected …". */
export function parseScenario(text: string): { scenario: Scenario } | { problem: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { problem: `it is not valid JSON (${cut((error as Error).message, 120)})` }
  }
  const result = v.safeParse(scenarioSchema, value, { abortEarly: true })
  if (!result.success) return { problem: sentence(result.issues[0]) }
  const problem = contradiction(result.output.steps)
  return problem === undefined ? { scenario: result.output } : { problem }
}

type Issue = v.InferIssue<typeof scenarioSchema>

function sentence(issue: Issue): string {
  const place = pathOf(issue)
  const key = issue.path?.at(-1)
  if (issue.expected === 'never') return `${place}: unknown field`
  if (key !== undefined && issue.received === 'undefined') return `${place} is missing`
  if (key?.key === 'do' && issue.type === 'variant') {
    const names = steps.map(({ entries }) => entries.do.literal).join(', ')
    return `${place}: there is no step ${cut(issue.received, 60)}; the steps are ${names}`
  }
  return `${place}: ${cut(issue.message, 200)}`
}

/** As in JavaScript: steps[2].groups.left[0]. */
const pathOf = (issue: Issue): string => cut(wholePath(issue), 120)

const wholePath = (issue: Issue): string =>
  (issue.path ?? []).reduce(
    (path, { key }) =>
      typeof key === 'number' ? `${path}[${key}]` : path === '' ? String(key) : `${path}.${String(key)}`,
    '',
  ) || 'the file'

const CHOOSING: readonly Step['do'][] = ['kill', 'stop', 'pause', 'resume', 'restart']
const CHOOSING_ONE: readonly Step['do'][] = ['kill', 'stop', 'pause']

/** What no single field shows. */
function contradiction(all: readonly Step[]): string | undefined {
  if (all[0]?.do !== 'start') return 'steps[0].do: the first step must be "start"'
  const isProgram = all[0].program !== undefined
  let published = false
  for (const [i, step] of all.entries()) {
    const at = `steps[${i}]`
    if (i > 0 && step.do === 'start') return `${at}.do: there can be only one "start"`
    if (step.do === 'broadcast') published = true
    if (step.do === 'broadcast' && step.text !== undefined && step.size !== undefined)
      return `${at}: use text or size, not both`
    if (step.do === 'broadcast' && step.from !== undefined && step.leader)
      return `${at}: use from or leader, not both`
    const given = CHOOSING.includes(step.do) ? chosen(step) : 0
    if (given > 1) return `${at}: use only one of nodes, count, fraction and leader`
    if (CHOOSING_ONE.includes(step.do) && given === 0)
      return `${at}: nodes, count, fraction or leader is missing`
    if (!isProgram && (step.do === 'assertLeader' || step.do === 'assertAgreed' || 'leader' in step))
      return `${at}: only copies of your program have a leader and agree on something; give "start" a "program"`
    if ((step.do === 'resume' || step.do === 'restart') && step.leader)
      return `${at}.leader: a node that is down leads nobody`
    if (step.do === 'assertDelivered') {
      if (!published) return `${at}: there is no "broadcast" step before it`
      if (step.atLeast === undefined && step.atMost === undefined)
        return `${at}: atLeast or atMost is missing`
    }
  }
  return undefined
}

const chosen = (step: object): number =>
  ['nodes', 'count', 'fraction', 'leader'].filter(key => key in step).length
