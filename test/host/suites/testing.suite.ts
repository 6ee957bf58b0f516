import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import vscode from 'vscode'
import type { P2pLabApi } from '../../../extension/api.ts'
import type { ExerciseResult } from '../../../labs/check/protocol.ts'
import { exercise } from '../../../labs/catalogue.ts'
import { parsePack } from '../../../labs/pack.ts'
import { trackOf } from '../../../labs/workspace/track.ts'
import { TEST_MS } from '../../kit/deadlines.ts'
import { api, until } from './extension.ts'

describe('checking again', function () {
  this.timeout(TEST_MS)
  let lab: P2pLabApi
  let folder: vscode.Uri
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
    folder = (await lab.labs.current())!
    file = vscode.Uri.joinPath(folder, trackOf(exercise('1.1')!, 'typescript').file)
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

  it('but not after every pause of a learner who has Auto Save on, until they save the file', async () => {
    const settings = vscode.workspace.getConfiguration('files')
    const set = async (autoSave: string | undefined, delay: number | undefined) => {
      await settings.update('autoSave', autoSave, vscode.ConfigurationTarget.Global)
      await settings.update('autoSaveDelay', delay, vscode.ConfigurationTarget.Global)
    }
    const before = settings.inspect<string>('autoSave')?.globalValue
    await set('afterDelay', 50)
    try {
      const editor = await vscode.window.showTextDocument(file)
      const { document } = editor
      const autoSaved = new Promise<void>(resolve => {
        const saved = vscode.workspace.onDidSaveTextDocument(one => {
          if (one !== document) return
          saved.dispose()
          resolve()
        })
      })
      await editor.edit(edit => edit.insert(new vscode.Position(document.lineCount, 0), 'const half ='))
      await autoSaved
      assert.equal(document.isDirty, false)
      // Nothing is left to save, and it is what the learner wants to know about all the same.
      await vscode.commands.executeCommand('workbench.action.files.save')
      await until(lab.testing.onDidProgress, () => (finished.length > 0 ? true : undefined))
      assert.deepEqual(
        finished.map(({ id, result }) => [id, result.problem]),
        [['1.1', undefined]],
      )
    } finally {
      await set(before, undefined)
    }
  })

  it('without exercises that nobody has begun, though they import the file', async () => {
    const began: string[] = []
    const watching = lab.testing.onDidProgress(({ type, entry }) => {
      if (type === 'began') began.push(entry.id)
    })
    const frames = trackOf(exercise('1.2')!, 'typescript').file
    for (const id of ['1.2', '1.3', '1.4', '1.5', '1.6'])
      await vscode.commands.executeCommand('p2plab.resetExercise', id, true)
    const text = await readFile(vscode.Uri.joinPath(folder, frames).fsPath, 'utf8')
    const { document } = await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, frames))
    await until(vscode.workspace.onDidChangeTextDocument, () => document.getText() === text || undefined)
    const saved = async (content: string) => {
      const all = new vscode.Range(0, 0, document.lineCount, 0)
      // Not by the editor: another one may be open in its place by now.
      const edit = new vscode.WorkspaceEdit()
      edit.replace(document.uri, all, content)
      assert.equal(await vscode.workspace.applyEdit(edit), true)
      assert.equal(await document.save(), true)
    }
    began.splice(0)
    await saved(`${text}\n// mine\n`)
    await until(lab.testing.onDidProgress, () => (finished.length > 0 ? true : undefined))
    assert.deepEqual(began, ['1.2'])
    assert.equal(lab.labs.state('1.3'), 'not-run')

    // One that imports it is begun. Then the file itself is the starter again.
    const room = trackOf(exercise('1.3')!, 'typescript').file
    const third = vscode.Uri.joinPath(folder, room)
    await writeFile(third.fsPath, `${await readFile(third.fsPath, 'utf8')}// mine\n`)
    await saved(`${text}// mine\n`)
    await until(lab.testing.onDidProgress, () => (finished.length > 2 ? true : undefined))
    assert.deepEqual(began.toSorted(), ['1.2', '1.2', '1.3'])
    await saved(text)
    await until(lab.testing.onDidProgress, () => (finished.length > 3 ? true : undefined))
    assert.deepEqual(began.toSorted(), ['1.2', '1.2', '1.3', '1.3'])
    watching.dispose()
    for (const id of ['1.2', '1.3']) await vscode.commands.executeCommand('p2plab.resetExercise', id, true)
  })

  it('no more when continuous run is off', async () => {
    await vscode.commands.executeCommand('testing.stopContinuousRun')
    await save(solution)
    const result = await vscode.commands.executeCommand<ExerciseResult>('p2plab.checkExercise', '1.1')
    assert.equal(result.verdict, 'pass')
    assert.equal(finished.length, 1)
  })
})
