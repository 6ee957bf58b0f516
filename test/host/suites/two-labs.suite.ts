import assert from 'node:assert/strict'
import vscode from 'vscode'
import type { ExerciseResult } from '../../../labs/check/protocol.ts'
import { readProgress } from '../../../labs/progress/file.ts'
import { TEST_MS } from '../../kit/deadlines.ts'
import { FILTER_VARIABLE } from '../harness/results.ts'
import { api, until } from './extension.ts'

const file = '1-tcp/1-echo.ts'

describe('in two lab workspaces', () => {
  let first: vscode.Uri
  let second: vscode.Uri
  before(async function () {
    this.timeout(TEST_MS)
    // Only in a window that is opened for it: test/host/two-labs.test.ts.
    if (!process.env[FILTER_VARIABLE]?.includes('two lab workspaces')) return this.skip()
    // On a busy machine the window begins with one of them.
    const [one, two] = await until(vscode.workspace.onDidChangeWorkspaceFolders, () => {
      const folders = vscode.workspace.workspaceFolders ?? []
      return folders.length >= 2 ? folders : undefined
    })
    first = one!.uri
    second = two!.uri
  })
  const edit = (lab: vscode.Uri) => vscode.window.showTextDocument(vscode.Uri.joinPath(lab, file))
  const check = (...args: unknown[]) =>
    vscode.commands.executeCommand<ExerciseResult | undefined>('p2plab.checkExercise', ...args)
  const noted = async (lab: vscode.Uri) =>
    (await readProgress(lab.fsPath)).facts.results.map(({ exercise, verdict }) => `${exercise} ${verdict}`)

  it('what is edited is what is checked, noted and shown', async function () {
    this.timeout(TEST_MS)
    const { labs, testController } = await api()
    await edit(first)
    assert.equal(String(await labs.current()), String(first))
    // The second has the reference, so a pass can only be its own.
    await edit(second)
    assert.equal(String(await until(labs.onDidChange, () => labs.current())), String(second))
    await vscode.commands.executeCommand('p2plab.catchUp', '1.2', true)
    const passed = await check()
    assert.equal(passed?.verdict, 'pass')
    assert.deepEqual([await noted(first), await noted(second)], [[], ['1.1 pass']])
    assert.deepEqual([String(await labs.current()), labs.state('1.1')], [String(second), 'reference'])
    const item = testController.items.get('1.1')
    assert.equal(item?.description, 'second')
    assert.equal(String(item?.uri), String(vscode.Uri.joinPath(second, file)))

    // A button of an editor names its file, whichever is active.
    const failed = await check(vscode.Uri.joinPath(first, file))
    assert.equal(failed?.verdict, 'fail')
    assert.deepEqual([await noted(first), await noted(second)], [['1.1 fail'], ['1.1 pass']])
    assert.equal(labs.state('1.1'), 'failed')
    assert.equal(testController.items.get('1.1')?.description, 'first')

    await vscode.commands.executeCommand('p2plab.showLabWorkspace', second)
    assert.equal(String(await labs.current()), String(second))
  })
})
