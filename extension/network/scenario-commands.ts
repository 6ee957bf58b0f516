/** Run Scenario…: one that comes with the product, the one in the editor, or a file. Each step is shown as it is taken. */
import * as vscode from 'vscode'
import type { EventOf } from '../../network/events.ts'
import type { LearnerProgram } from '../../network/program-node.ts'
import type { ScenarioResult } from '../../network/scenario/run.ts'
import { liveNodes } from '../../network/state.ts'
import { Cancelled } from '../errors.ts'
import { t } from '../l10n.ts'
import type { Actions } from '../lazily.ts'
import type { LabFolder } from '../labs/folder.ts'
import { programOfScenario } from '../scenarios/program.ts'
import { nodeCount } from './labels.ts'
import type { NetworkService } from './service.ts'

const SUFFIX = '.p2pscenario.json'

interface Choice extends vscode.QuickPickItem {
  text: () => Promise<string> | string
}

export function scenarioActions(service: NetworkService, openView: () => void, folder: LabFolder) {
  return {
    /** `p2plab.runScenario (file?: Uri)` → ScenarioResult */
    runScenario: async (file?: unknown) => {
      const text = file instanceof vscode.Uri ? await confirmed(service, file) : await ask(service)
      const program = await programOfScenario(text, folder)
      openView()
      const result = await run(service, text, program)
      tell(result)
      return result
    },
  } satisfies Actions
}

/** The text of a file that was chosen outside of our question: where a network runs, that is told before it ends. */
async function confirmed(service: NetworkService, file: vscode.Uri): Promise<string> {
  const running = liveNodes(service.state).length
  if (running > 0) {
    const run = t('Stop Network and Run Scenario')
    const question = t('Stop the running network?')
    const detail = t(
      'A scenario starts a network of its own. The running network ({0}) stops first.',
      nodeCount(running),
    )
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, run)) !== run)
      throw new Cancelled()
  }
  return await read(file)
}

async function ask(service: NetworkService): Promise<string> {
  const running = liveNodes(service.state).length
  const { scenarios } = await service.request({ op: 'scenarios' })
  const active = vscode.window.activeTextEditor?.document
  const choices: Choice[] = [
    ...(active?.fileName.endsWith(SUFFIX)
      ? [{ label: t('This file'), description: active.fileName, text: () => active.getText() }]
      : []),
    ...scenarios.map(({ title, description, text }) => ({
      label: title,
      detail: description,
      text: () => text,
    })),
    { label: t('A file…'), text: pickFile },
  ]
  const picked = await vscode.window.showQuickPick(choices, {
    title: t('Run Scenario'),
    placeHolder:
      running > 0
        ? t('Select a scenario to run. The running network ({0}) stops first.', nodeCount(running))
        : t('Select a scenario to run'),
    matchOnDetail: true,
  })
  if (!picked) throw new Cancelled()
  return await picked.text()
}

async function pickFile(): Promise<string> {
  const [file] = (await vscode.window.showOpenDialog({ filters: { [t('Scenarios')]: ['json'] } })) ?? []
  if (!file) throw new Cancelled()
  return await read(file)
}

const read = async (file: vscode.Uri): Promise<string> =>
  (await vscode.workspace.openTextDocument(file)).getText()

function run(
  service: NetworkService,
  text: string,
  program: LearnerProgram | undefined,
): Promise<ScenarioResult> {
  const options = { location: vscode.ProgressLocation.Notification, title: t('Scenario'), cancellable: true }
  return Promise.resolve(
    vscode.window.withProgress(options, async (progress, token) => {
      const controller = new AbortController()
      const subscriptions = [
        token.onCancellationRequested(() => controller.abort(new Cancelled())),
        service.onDidChange(({ events }) => {
          const step = events.findLast(
            (event): event is EventOf<'scenario-step'> => event.type === 'scenario-step',
          )
          if (!step) return
          const message = t('step {0} of {1}: {2}', step.step, step.of, step.title)
          progress.report({ message, ...(step.outcome === 'passed' && { increment: 100 / step.of }) })
        }),
      ]
      try {
        return await service.request({ op: 'runScenario', text, program }, controller.signal)
      } finally {
        for (const subscription of subscriptions) subscription.dispose()
      }
    }),
  )
}

function tell({ title, outcome, steps }: ScenarioResult): void {
  const last = steps.at(-1)
  if (outcome === 'pass') {
    return void vscode.window.showInformationMessage(t('“{0}” passed all {1} steps.', title, steps.length))
  }
  const text = t(
    '“{0}” failed at step {1}, {2}: {3}',
    title,
    steps.length,
    last?.title ?? '',
    last?.detail ?? '',
  )
  void vscode.window.showWarningMessage(text)
}
