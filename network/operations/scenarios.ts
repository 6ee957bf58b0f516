/** Scenarios: the steps of one are events, so who watches the network sees them. */
import * as v from 'valibot'
import { NetworkError } from '../failure.ts'
import { learnerProgram } from '../program-node.ts'
import { parseScenario } from '../scenario/parse.ts'
import { runScenario } from '../scenario/run.ts'
import { SHIPPED } from '../scenario/shipped.ts'
import { operation } from './operation.ts'

/** It may hold 200 steps of five minutes each, and can be cancelled. */
const SCENARIO_ANSWER_MS = 24 * 3_600_000

export const scenarioOperations = {
  /** The text of a scenario file (scenario/schema.ts). Resolves when the last step passed or one failed. */
  runScenario: operation({
    arguments: {
      text: v.pipe(v.string(), v.maxLength(1024 * 1024)),
      /** Where it starts copies of a learner's program. */
      program: v.optional(learnerProgram),
    },
    answerMs: SCENARIO_ANSWER_MS,
    startsProcess: true,
    async perform({ network, signal }, { text, program }) {
      const parsed = parseScenario(text)
      if ('problem' in parsed)
        throw new NetworkError({
          step: 'read the scenario',
          cause: parsed.problem,
          remedy: 'Correct the file',
        })
      const result = await runScenario(network, parsed.scenario, { program, signal })
      if (signal.aborted)
        throw new NetworkError({
          step: 'run the scenario',
          cause: 'it was canceled',
          remedy: 'The network stays as it was at that moment',
        })
      return result
    },
  }),
  /** The scenarios that come with the product. */
  scenarios: operation({
    arguments: {},
    startsProcess: true,
    perform: () => ({ scenarios: SHIPPED }),
  }),
}
