import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import vscode from 'vscode'
import type { ExerciseResult } from '../../../labs/check/protocol.ts'
import { startUp } from '../../webview/kit/recording.ts'
import { api, until } from './extension.ts'

const inputs = () => vscode.window.tabGroups.all.flatMap(group => group.tabs).map(tab => tab.input)
const editors = () => inputs().filter(input => input instanceof vscode.TabInputCustom)
const pages = () =>
  inputs()
    .filter(input => input instanceof vscode.TabInputWebview)
    .map(input => input.viewType.replace(/^mainThreadWebview-/, ''))

describe('what is not a running network', function () {
  this.timeout(120_000)
  let folder: vscode.Uri
  before(async () => {
    folder = (await (await api()).labs.current())!
  })
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'))

  it('opens in the editor of recordings, several beside each other', async () => {
    const text = [
      '{"p2ptrace":1,"createdAt":"2026-01-31T12:00:00.000Z"}',
      ...startUp(2).events.map(e => JSON.stringify(e)),
    ]
    const files = ['one', 'two'].map(name => vscode.Uri.joinPath(folder, `${name}.p2ptrace`))
    for (const file of files) {
      await writeFile(file.fsPath, `${text.join('\n')}\n`)
      await vscode.commands.executeCommand('p2plab.openRecording', file)
    }
    await until(vscode.window.tabGroups.onDidChangeTabs, () => (editors().length === 2 ? true : undefined))
    assert.deepEqual(
      editors().map(({ uri, viewType }) => [uri.path, viewType]),
      files.map(({ path }) => [path, 'p2plab.recording']),
    )
  })

  it('is also the transcript of a check, from an item or a message of the Testing view', async () => {
    await vscode.commands.executeCommand<ExerciseResult>('p2plab.checkExercise', '1.1')
    await vscode.commands.executeCommand('p2plab.showTranscript', {
      test: { id: '1.1/half-close' },
      message: {},
    })
    await until(vscode.window.tabGroups.onDidChangeTabs, () =>
      pages().includes('p2plab.transcript') ? true : undefined,
    )
    await vscode.commands.executeCommand('p2plab.showTranscript', { id: '1.1/port-zero' })
    assert.equal(pages().filter(page => page === 'p2plab.transcript').length, 1, 'there is one page at most')
  })
})
