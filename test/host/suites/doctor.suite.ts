import assert from 'node:assert/strict'
import vscode from 'vscode'
import type { DoctorReport } from '../../../doctor/report.ts'
import { api } from './extension.ts'

describe('the doctor', () => {
  it('looks at this machine with VS Code’s own Node, in another process', async () => {
    await api()
    const report = await vscode.commands.executeCommand<DoctorReport | undefined>('p2plab.doctor')
    // The list that it shows is not part of what is waited for.
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen')
    assert(report, 'the doctor failed; the log of P2P Lab says why')
    const levels = Object.fromEntries(report.findings.map(({ id, level }) => [id, level]))
    for (const id of ['vscode', 'node', 'loopback', 'ports', 'workspace']) assert.equal(levels[id], 'ok', id)
    assert.deepEqual([report.ok, report.ended], [true, []])
  })
})
