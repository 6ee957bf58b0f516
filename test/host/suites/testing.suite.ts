import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import vscode from 'vscode'
import type { P2pLabApi } from '../../../extension/api.ts'
import type { ExerciseResult } from '../../../labs/check/protocol.ts'
import { exercise } from '../../../labs/catalogue.ts'
import { parsePack } from '../../../labs/pack.ts'
import { trackOf } from '../../../labs/workspace/track.ts'
import { api, until } from './extension.ts'

describe('checking again', function () {
  this.timeout(180_000)
  let lab: P2pLabApi
  let file: vscode.Uri
  let solution: string
  const finished: { id: string; result: ExerciseResult }[] = []
  let subscription: vscode.Disposable

  /** Writes the text into the editor and saves it, as a learner does. */
  async function save(text: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(file)
    const editor = await vscode.window.showTextDocument(document)
    await editor.edit(edit => edit.replace(new vscode.Range(0, 0, document.lineCount, 0), text))
    assert.equal(await document.save(), true)
  }

  before(async () => {
    lab = await api()
    file = vscode.Uri.joinPath((await lab.labs.current())!, trackOf(exercise('1.1')!, 'typescript').file)
    const dist = path.join(vscode.extensions.getExtension('p2p-lab.p2p-lab')!.extensionPath, 'dist')
    const pack = parsePack(JSON.parse(await readFile(path.join(dist, 'labs.json'), 'utf8')))
    solution = pack!.exercises['1.1']!.programs.typescript!.solution
    await vscode.commands.executeCommand('testing.refreshTests')
    await vscode.commands.executeCommand('p2plab.resetExercise', '1.1', true)
    subscription = lab.testing.onDidProgress(step => {
      if (step.type === 'ended') finished.push({ id: step.entry.id, result: step.result })
    })
  })
  beforeEach(() => void finished.splice(0))
  after(() => subscription.dispose())

  it('with the same seed repeats the last run that failed, from an item of the Testing view too', async () => {
    const seen: string[] = []
    const watching = lab.testing.onDidProgress(step => {
      if (step.type === 'check-started') seen.push(`${step.check} started`)
      if (step.type === 'check-finished') seen.push(`${step.result.id} ${step.result.verdict}`)
    })
    await vscode.commands.executeCommand('p2plab.checkExercise', '1.1', 77)
    watching.dispose()
    assert.equal(lab.testing.last('1.1')?.seed, 77)
    assert.deepEqual(
      seen,
      exercise('1.1')!.checks.flatMap(({ id }) => [`${id} started`, `${id} fail`]),
    )

    const item = { id: '1.1/half-close' }
    const again = await vscode.commands.executeCommand<ExerciseResult>('p2plab.checkSameSeed', item)
    assert.equal(again.seed, 77)
    assert.match(again.checks[0]!.message!, /Seed: 77/)
  })

  it('on every save, while continuous run is on', async () => {
    await vscode.commands.executeCommand('testing.startContinuousRun')
    await save(solution)
    await until(lab.testing.onDidProgress, () => (finished.length > 0 ? true : undefined))
    assert.deepEqual(
      finished.map(({ id, result }) => `${id} ${result.verdict}`),
      // 1.1 is the only exercise that stands on this file.
      ['1.1 pass'],
    )
  })

  it('on a save while the check of the one before is under way, instead of it', async () => {
    const started = new Promise(resolve => {
      const watching = lab.testing.onDidProgress(({ type }) => {
        if (type !== 'check-started') return
        watching.dispose()
        resolve(undefined)
      })
    })
    // It never answers, so that its check is still under way when the next save comes, however slow the machine is.
    const hangs = solution.replace('  const listening', '  await new Promise(() => {})\n  const listening')
    assert.notEqual(hangs, solution)
    await save(hangs)
    await started
    await save(
      `${solution}\nexport const stop = 1\n`.replace('export async function stop', 'async function halt'),
    )
    await until(lab.testing.onDidProgress, () => (finished.length > 1 ? true : undefined))
    assert.match(finished[0]!.result.problem ?? '', /canceled/)
    assert.equal(finished[1]!.result.verdict, 'fail')
  })

  it('no more when continuous run is off', async () => {
    await vscode.commands.executeCommand('testing.stopContinuousRun')
    await save(solution)
    const result = await vscode.commands.executeCommand<ExerciseResult>('p2plab.checkExercise', '1.1')
    assert.equal(result.verdict, 'pass')
    assert.equal(finished.length, 1)
  })
})
