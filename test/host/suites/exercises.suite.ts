import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import vscode from 'vscode'
import type { P2pLabApi } from '../../../extension/api.ts'
import type { ExerciseResult } from '../../../labs/check/protocol.ts'
import { exercise, EXERCISES } from '../../../labs/catalogue.ts'
import { parsePack } from '../../../labs/pack.ts'
import { trackOf } from '../../../labs/workspace/track.ts'
import { withResult } from '../../../labs/progress/progress.ts'
import { hashOf, updateProgress } from '../../../labs/progress/file.ts'
import { TEST_MS } from '../../kit/deadlines.ts'
import { api, until } from './extension.ts'

/** Of each lab: what VS Code adds to an exercise is the same for all, and test/exercises/ runs each of them. The last of a lab is on libp2p. */
const FIRST_AND_LAST = [...Map.groupBy(EXERCISES, ({ id }) => id.split('.')[0]).values()].flatMap(lab => [
  lab[0]!,
  ...(lab.length > 1 ? [lab.at(-1)!] : []),
])

/** What is run at all: test/exercises/ runs the starter of each. */
const ONE_AND_ON_LIBP2P = [EXERCISES[0]!, EXERCISES.find(({ libp2p }) => libp2p)!]

describe('the exercises', function () {
  this.timeout(TEST_MS)
  let lab: P2pLabApi
  let folder: vscode.Uri
  const fileOf = (id: string) => vscode.Uri.joinPath(folder, trackOf(exercise(id)!, 'typescript').file)
  const check = (id: string, seed: number) =>
    vscode.commands.executeCommand<ExerciseResult | undefined>('p2plab.checkExercise', id, seed)

  before(async () => {
    lab = await api()
    const current = await lab.labs.current()
    assert(current, 'the extension does not see that the folder of this window is a lab workspace')
    folder = current
  })

  it('are test items, each with its checks as children, at the learner’s function', async () => {
    await vscode.commands.executeCommand('testing.refreshTests')
    const items = [...lab.testController.items].map(([id, item]) => ({
      id,
      file: item.uri?.path,
      checks: [...item.children].map(([child]) => child),
    }))
    assert.deepEqual(
      items,
      EXERCISES.map(entry => ({
        id: entry.id,
        file: fileOf(entry.id).path,
        checks: entry.checks.map(({ id }) => `${entry.id}/${id}`),
      })),
    )
    const text = await readFile(fileOf('1.1').fsPath, 'utf8')
    const line = lab.testController.items.get('1.1')?.range?.start.line ?? -1
    assert.match(text.split('\n')[line] ?? '', /function listen\b/)
  })

  it('have no type error in their starters, without any install', async () => {
    for (const entry of FIRST_AND_LAST) {
      const document = await vscode.workspace.openTextDocument(fileOf(entry.id))
      const editor = await vscode.window.showTextDocument(document)
      const wrong = 'const deliberate: number = "text"'
      await editor.edit(edit => edit.insert(new vscode.Position(document.lineCount, 0), `\n${wrong}\n`))
      // When TypeScript has found this one error, it has looked at the whole file.
      const errors = () =>
        vscode.languages
          .getDiagnostics(document.uri)
          .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error)
      await until(vscode.languages.onDidChangeDiagnostics, () =>
        errors().some(({ message }) => message.includes("'string' is not assignable to type 'number'"))
          ? true
          : undefined,
      )
      assert.deepEqual(
        errors().map(({ message }) => message),
        ["Type 'string' is not assignable to type 'number'."],
      )
      await vscode.commands.executeCommand('workbench.action.files.revert')
    }
  })

  it('fail one after the other when all are run from the Testing view, until the run is canceled', async () => {
    void vscode.commands.executeCommand('testing.runAll')
    await until(lab.labs.onDidChange, () =>
      ['1.1', '1.2'].every(id => lab.labs.state(id) === 'failed') ? true : undefined,
    )
    await vscode.commands.executeCommand('testing.cancelRun')
    assert.equal(lab.labs.hasPassed('1.1'), false)
  })

  it('fail as they are given', async () => {
    for (const { id, checks } of ONE_AND_ON_LIBP2P) {
      const result = await check(id, 7)
      assert(result, `the check of ${id} was refused; the log of P2P Lab says why`)
      assert.deepEqual(
        result.checks.map(({ verdict }) => verdict),
        checks.map(() => 'fail'),
      )
      assert.equal(lab.labs.state(id), 'failed')
    }
  })

  it('say for every check of the starter of 1.1 what was expected, what came, and the seed', async () => {
    const result = await check('1.1', 7)
    assert(result, 'the check was refused')
    assert.equal(result.verdict, 'fail')
    assert.equal(result.seed, 7)
    assert.deepEqual(
      result.checks.map(({ id, verdict }) => ({ id, verdict })),
      exercise('1.1')!.checks.map(({ id }) => ({ id, verdict: 'fail' })),
    )
    for (const { id, message = '' } of result.checks) assert.match(message, /\b7\b/, id)
  })

  it('pass with the solution as it stands in the editor, not yet saved, and count as done', async () => {
    const dist = path.join(vscode.extensions.getExtension('p2p-lab.p2p-lab')!.extensionPath, 'dist')
    const pack = parsePack(JSON.parse(await readFile(path.join(dist, 'labs.json'), 'utf8')))
    const document = await vscode.workspace.openTextDocument(fileOf('1.1'))
    const editor = await vscode.window.showTextDocument(document)
    const all = new vscode.Range(0, 0, document.lineCount, 0)
    await editor.edit(edit => edit.replace(all, pack!.exercises['1.1']!.programs.typescript!.solution))
    assert.equal(document.isDirty, true)

    const result = await check('1.1', 7)
    assert(result, 'the check was refused; the log of P2P Lab says why')
    assert.equal(document.isDirty, false)
    assert.deepEqual(
      result.checks.filter(({ verdict }) => verdict !== 'pass'),
      [],
    )
    assert.equal(result.verdict, 'pass')
    assert.equal(lab.labs.state('1.1'), 'passed')
    assert.equal(lab.labs.hasPassed('1.1'), true)
  })

  it('are passed as long as the file is what has passed, also when it was changed outside the editor', async () => {
    const file = fileOf('1.1').fsPath
    const passed = await readFile(file, 'utf8')
    assert.equal(lab.labs.checks('1.1')[exercise('1.1')!.checks[0]!.id], 'pass')
    await writeFile(file, `${passed}// more\n`)
    const stands = (state: string) =>
      until(lab.labs.onDidChange, () => (lab.labs.state('1.1') === state ? true : undefined))
    await stands('changed')
    assert.deepEqual(lab.labs.checks('1.1'), {})
    assert.equal(lab.labs.hasPassed('1.1'), true)
    await writeFile(file, passed)
    await stands('passed')
  })

  it('know what a progress file says that somebody else wrote', async () => {
    const content = await hashOf(folder.fsPath, trackOf(exercise('1.2')!, 'typescript').file)
    assert(content)
    const checked = {
      exercise: '1.2',
      language: 'typescript',
      content,
      verdict: 'pass',
      seed: 1,
      checks: [],
      whole: true,
    } as const
    const { written } = await updateProgress(folder.fsPath, facts => withResult(facts, checked))
    assert(written)
    await until(lab.labs.onDidChange, () => (lab.labs.state('1.2') === 'passed' ? true : undefined))
    assert.equal(lab.labs.state('1.1'), 'passed')
  })

  it('are caught up to: untouched files are filled, and count as the reference, not as passed', async () => {
    const passed = await readFile(fileOf('1.1').fsPath, 'utf8')
    const mine = '// mine'
    await writeFile(fileOf('1.3').fsPath, mine)
    const catchUp = (replaceOwn: boolean) =>
      vscode.commands.executeCommand<{ exercise: string; kept?: string }[]>(
        'p2plab.catchUp',
        '1.4',
        replaceOwn,
      )
    const ids = (filled: { exercise: string }[]) => filled.map(({ exercise }) => exercise)
    // 1.1 has passed, and 1.2 still is the starter, whatever the test before has written about it.
    assert.deepEqual(ids(await catchUp(false)), ['1.2'])
    assert.equal(lab.labs.state('1.2'), 'reference')
    assert.equal(lab.labs.hasPassed('1.2'), true)
    assert.equal(await readFile(fileOf('1.3').fsPath, 'utf8'), mine)
    const [filled] = await catchUp(true)
    assert.equal(filled!.exercise, '1.3')
    assert.equal(await readFile(vscode.Uri.joinPath(folder, filled!.kept!).fsPath, 'utf8'), mine)
    assert.equal(await readFile(fileOf('1.1').fsPath, 'utf8'), passed)
    await vscode.commands.executeCommand('p2plab.restoreExercise', '1.3', true)
    assert.equal(await readFile(fileOf('1.3').fsPath, 'utf8'), mine)
  })

  it('are reported in a document that is no file', async () => {
    const text = await vscode.commands.executeCommand<string>('p2plab.createReport')
    assert.match(text, /\| 1\.1 Echo \| ✓ passed \| (\d+) of \1 \|/)
    assert.match(text, /\| 1\.2 Frames \| = reference solution \|/)
    const { document } = vscode.window.activeTextEditor!
    assert.deepEqual([document.isUntitled, document.languageId, document.getText()], [true, 'markdown', text])
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor')
  })

  it('say of a report that was open when the window was closed that it was not kept', async () => {
    const uri = vscode.Uri.from({ scheme: 'p2plab', path: '/4.8/Report of 4.8.md' })
    const document = await vscode.workspace.openTextDocument(uri)
    assert.match(document.getText(), /^P2P Lab keeps a report until the window closes\./)
  })
})
