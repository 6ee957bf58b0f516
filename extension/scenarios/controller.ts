/** The scenarios' place in the Testing view: there from activation on, while what it shows is loaded when somebody looks. */
import * as vscode from 'vscode'
import { showError } from '../errors.ts'
import { t } from '../l10n.ts'
import type { ScenarioParts, scenarioTests, ScenarioTests } from './tests.ts'

export function scenarioTesting({
  later,
  ...parts
}: ScenarioParts & { later: () => Promise<{ scenarioTests: typeof scenarioTests }> }): vscode.Disposable {
  const controller = vscode.tests.createTestController('p2plab-scenarios', t('P2P Lab Scenarios'))
  let loading: Promise<ScenarioTests> | undefined
  const load = () =>
    (loading ??= later().then(
      ({ scenarioTests }) => scenarioTests(controller, parts),
      (error: unknown) => {
        // The next one tries again.
        loading = undefined
        throw error
      },
    ))
  const refresh = async () => (await load()).refresh()
  controller.resolveHandler = async item => {
    if (!item) await refresh()
  }
  controller.refreshHandler = refresh
  // Not a default: Run All checks the exercises, and ends nobody's network.
  const profile = controller.createRunProfile(
    t('Run'),
    vscode.TestRunProfileKind.Run,
    async request => (await load()).run(request),
    false,
  )
  const open = vscode.commands.registerCommand('p2plab.openScenarioRecording', async (target: unknown) => {
    try {
      await (await load()).openRecording(target as vscode.TestItem | undefined)
    } catch (error) {
      showError(parts.log, error)
    }
  })
  return vscode.Disposable.from(profile, open, controller, {
    dispose: () => void loading?.then(tests => tests.dispose()),
  })
}
