import assert from 'node:assert/strict'
import vscode from 'vscode'
import { api } from './extension.ts'

describe('activation', () => {
  const extension = () => vscode.extensions.getExtension('p2p-lab.p2p-lab')
  const contributes = () => extension()?.packageJSON.contributes

  it('gives every command of the manifest something to do', async () => {
    await api()
    const known = new Set(await vscode.commands.getCommands(true))
    const promised = contributes().commands.map((c: { command: string }) => c.command)
    assert(promised.length >= 12)
    assert.deepEqual(
      promised.filter((name: string) => !known.has(name)),
      [],
    )
  })

  it('reads every title of the manifest from package.nls.json', () => {
    const raw = JSON.stringify(extension()?.packageJSON)
    assert.deepEqual(raw.match(/"%[\w.]+%"/g) ?? [], [])
  })

  it('adds the ports of our processes to those that VS Code does not forward', () => {
    const added = contributes().configurationDefaults['remote.portsAttributes']
    const [pattern, attributes] = Object.entries(added)[0]!
    const all = vscode.workspace.getConfiguration('remote').get<Record<string, unknown>>('portsAttributes')!
    assert.deepEqual(all[pattern], attributes)
    assert(Object.keys(all).length > 1, 'VS Code keeps its own')
  })

  it('has a default within its bounds for every setting', () => {
    const { properties } = contributes().configuration
    for (const [key, schema] of Object.entries<Record<string, unknown>>(properties)) {
      const value = vscode.workspace.getConfiguration().get<unknown>(key)
      assert.deepEqual(value, schema['default'], key)
      if (typeof value === 'number') {
        assert(value >= Number(schema['minimum']) && value <= Number(schema['maximum']), key)
      }
      if (schema['enum']) assert((schema['enum'] as unknown[]).includes(value), key)
    }
  })
})
