import assert from 'node:assert/strict'
import vscode from 'vscode'

describe('activation', () => {
  it('the extension is there and activates', async () => {
    const extension = vscode.extensions.getExtension('p2p-lab.p2p-lab')
    assert(extension, 'VS Code does not know the extension p2p-lab.p2p-lab')
    await extension.activate()
    assert.equal(extension.isActive, true)
  })
})
