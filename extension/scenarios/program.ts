/** The program of a scenario that runs copies of the learner's own. */
import * as vscode from 'vscode'
import { exercise } from '../../labs/catalogue.ts'
import type { LearnerProgram } from '../../network/program-node.ts'
import { parseScenario } from '../../network/scenario/parse.ts'
import { t } from '../l10n.ts'
import type { LabFolder } from '../labs/folder.ts'
import { programIn } from '../network/run-program.ts'
import { refusal } from '../trust.ts'

/** Undefined where the scenario runs nodes of libp2p, or cannot be read: who runs it says why. Rejects where there is no such program. */
export async function programOfScenario(
  text: string,
  folder: LabFolder,
): Promise<LearnerProgram | undefined> {
  const parsed = parseScenario(text)
  const start = 'scenario' in parsed ? parsed.scenario.steps[0] : undefined
  if (start?.do !== 'start' || start.program === undefined) return undefined
  if (!vscode.workspace.isTrusted) throw new Error(refusal())
  const entry = exercise(start.program)
  if (!entry) throw new Error(t('There is no exercise {0}.', start.program))
  const at = await folder.current()
  if (!at)
    throw new Error(
      t('The scenario runs your program of exercise {0}: open your lab workspace first.', entry.id),
    )
  return await programIn(at, entry)
}
