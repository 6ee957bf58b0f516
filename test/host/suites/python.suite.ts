import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import vscode from 'vscode'
import { parseItemId } from '../../../extension/testing/item-id.ts'
import type { ExerciseResult } from '../../../labs/check/protocol.ts'
import { readProgress } from '../../../labs/progress/file.ts'
import { WORKSPACE_FILE } from '../../../labs/workspace/language.ts'
import { TEST_MS } from '../../kit/deadlines.ts'
import { FILE, FOLDER, noPython, SOLUTION, STARTER } from '../../kit/python-track.ts'
import { FILTER_VARIABLE } from '../harness/results.ts'
import { setTimeout as pause } from 'node:timers/promises'
import { api } from './extension.ts'

describe('in a lab workspace in Python', function () {
  this.timeout(TEST_MS)
  let folder: vscode.Uri
  const run = <T>(name: string, ...args: unknown[]) =>
    vscode.commands.executeCommand<T | undefined>(`p2plab.${name}`, ...args)
  const at = (name: string) => path.join(folder.fsPath, name)

  before(async function () {
    // Only in a window that is opened for it: test/host/python-track.test.ts.
    if (!process.env[FILTER_VARIABLE]?.includes('workspace in Python')) return this.skip()
    const { labs } = await api()
    folder = (await labs.current())!
    assert(folder)
  })

  it('exercises open their own file, and are tests of it', async () => {
    const { testController } = await api()
    await run('openExercise', '9.1')
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, at(FILE))
    await run('openExercise', '1.1')
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, at('1-tcp/1-echo.ts'))
    await vscode.commands.executeCommand('testing.refreshTests')
    assert.equal(testController.items.get('9.1')?.uri?.fsPath, at(FILE))
    assert.equal(testController.items.get('1.1')?.uri?.fsPath, at('1-tcp/1-echo.ts'))
  })

  it('the Python file is checked, noted, shown beside its solution, and reset', async function () {
    if (noPython() !== undefined) return this.skip()
    const { labs } = await api()
    assert.equal((await run<ExerciseResult>('checkExercise', '9.1'))?.verdict, 'fail')
    await writeFile(at(FILE), SOLUTION)
    const passed = await run<ExerciseResult>('checkExercise', '9.1')
    assert.equal(passed?.verdict, 'pass', JSON.stringify(passed))
    assert.equal(labs.state('9.1'), 'passed')
    const { facts } = await readProgress(folder.fsPath)
    assert.deepEqual([...new Set(facts.results.map(({ language }) => language))], ['python'])

    await run('showSolution', '9.1', true)
    const shown = vscode.window.tabGroups.activeTabGroup.activeTab?.input
    assert(shown instanceof vscode.TabInputTextDiff)
    assert.equal(shown.original.fsPath, at(FILE))
    assert.equal(shown.modified.path, '/9.1/solution.py')
    assert.equal((await vscode.workspace.openTextDocument(shown.modified)).getText(), SOLUTION)

    const reset = await run<{ kept?: string }>('resetExercise', '9.1', true)
    assert.match(reset!.kept!, /1-sealed-letters\.py$/)
    assert.equal(await readFile(at(FILE), 'utf8'), STARTER)
    const report = await run<string>('createReport')
    assert.match(report!, /\| 9\.1 Sealed letters \(Python\) \|/)
  })

  it('a file in Python is not debugged, and the guide and the Testing view say so', async () => {
    const { testing } = await api()
    const problems: unknown[] = []
    const listening = testing.onDidProgress(step => {
      if (step.type === 'ended') problems.push(step.result.problem)
    })
    await run('debugCheck', '9.1')
    listening.dispose()
    assert.deepEqual(problems, [`P2P Lab can debug only TypeScript. Check ${FILE} without debugging.`])
  })

  it('the language is read again when its file changes', async () => {
    const { testController } = await api()
    // A reset exercise has another item.
    const uri = () =>
      [...testController.items].find(([id]) => parseItemId(id).exercise === '9.1')?.[1].uri?.fsPath
    const follows = async (name: string) => {
      while (uri() !== at(name)) await pause(20)
    }
    await writeFile(at(WORKSPACE_FILE), '{}')
    await follows(`${FOLDER}.ts`)
    await writeFile(at(WORKSPACE_FILE), '{"language":"python"}\n')
    await follows(FILE)
    // What makes no sense is told, and the exercises are done in TypeScript meanwhile.
    await writeFile(at(WORKSPACE_FILE), '{{')
    await follows(`${FOLDER}.ts`)
    assert.equal(await run('resetExercise', '9.1', true), undefined)
  })
})
