/** Scenarios as tests: a step is a test of its own, with its time, and each run leaves a recording of its network. Loaded when needed. */
import * as vscode from 'vscode'
import type { EventOf } from '../../network/events.ts'
import { Cancelled, sentence, showError, type Log } from '../errors.ts'
import { t } from '../l10n.ts'
import type { LabFolder } from '../labs/folder.ts'
import type { NetworkService } from '../network/service.ts'
import { crlf } from '../testing/outcome.ts'
import { scenarioItems } from './items.ts'
import { programOfScenario } from './program.ts'
import { recordRun } from './recording.ts'

export interface ScenarioParts {
  service: NetworkService
  /** For recordings: of this window's workspace, or of the user. */
  storage: vscode.Uri
  openView: () => void
  /** Where the learner's programs are that a scenario runs. */
  folder: LabFolder
  log: Log
}

export interface ScenarioTests extends vscode.Disposable {
  /** Looks for scenarios anew. Never rejects. */
  refresh(): Promise<void>
  run(request: vscode.TestRunRequest): Promise<void>
  /** Opens the recording of the last run of the scenario of this item. Shows what goes wrong. */
  openRecording(item: vscode.TestItem | undefined): Promise<void>
}

export function scenarioTests(controller: vscode.TestController, parts: ScenarioParts): ScenarioTests {
  const { service, storage, openView, folder, log } = parts
  const items = scenarioItems(controller)
  /** The recording of the last run, by the id of the scenario. */
  const recordings = new Map<string, string>()

  const runOne = async (item: vscode.TestItem, run: vscode.TestRun) => {
    const steps = [...item.children].map(([, step]) => step)
    const ended = new Set<vscode.TestItem>()
    const controller = new AbortController()
    const recording = recordRun(service, storage, item.label, log)
    const subscriptions = [
      run.token.onCancellationRequested(() => controller.abort(new Cancelled())),
      service.onDidChange(({ events }) => {
        for (const event of events) if (event.type === 'scenario-step') show(event)
      }),
    ]
    const show = ({ step, title, outcome, detail, ms }: EventOf<'scenario-step'>) => {
      const test = steps[step - 1]
      if (!test) return
      if (outcome === 'running') return run.started(test)
      ended.add(test)
      run.appendOutput(crlf(`${step}. ${title} (${Math.round(ms)} ms)\n    ${detail}\n`), undefined, test)
      if (outcome === 'passed') return run.passed(test, ms)
      run.failed(test, messageFor(test, detail), ms)
    }
    try {
      const text = await items.textOf(item)
      const program = await programOfScenario(text, folder)
      openView()
      await service.request({ op: 'runScenario', text, program }, controller.signal)
    } catch (error) {
      // A step that was under way tells more than the scenario that it is in.
      if (!(error instanceof Cancelled)) run.errored(item, messageFor(item, sentence(error)))
    } finally {
      for (const subscription of subscriptions) subscription.dispose()
      for (const step of steps) if (!ended.has(step)) run.skipped(step)
      const file = await recording.end()
      if (file !== undefined) {
        recordings.set(item.id, file)
        run.appendOutput(crlf(`${t('Recording of this run: {0}', file)}\n`))
      }
    }
  }
  const run = async (request: vscode.TestRunRequest) => {
    if (controller.items.size === 0) await items.refresh()
    const all = request.include ?? [...controller.items].map(([, item]) => item)
    // Steps stand on those before them: whoever asks for one gets all of its scenario.
    const chosen = new Set(all.map(items.scenarioOf).filter(item => !request.exclude?.includes(item)))
    const test = controller.createTestRun(request)
    try {
      for (const item of chosen) for (const [, step] of item.children) test.enqueued(step)
      for (const item of chosen) {
        if (test.token.isCancellationRequested) break
        await runOne(item, test)
      }
    } finally {
      test.end()
    }
  }
  return {
    refresh: items.refresh,
    run,
    async openRecording(item) {
      try {
        const file = item && recordings.get(items.scenarioOf(item).id)
        if (file === undefined)
          throw new Error(t('No run of this scenario was recorded in this window. Run the scenario first.'))
        await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file))
      } catch (error) {
        showError(log, error)
      }
    },
    dispose: () => items.dispose(),
  }
}

function messageFor(item: vscode.TestItem, text: string): vscode.TestMessage {
  const message = new vscode.TestMessage(text)
  if (item.uri && item.range) message.location = new vscode.Location(item.uri, item.range)
  return message
}
