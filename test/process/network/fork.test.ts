/** A host has options of its own, above all under a debugger: none of them reaches the processes that it starts. */
import assert from 'node:assert/strict'
import path from 'node:path'
import { startNetworkProcess } from '../../../network/client.ts'
import { checkFile, existing, folderWith, removeFolders, shown, source } from '../../kit/labs.ts'
import { dist } from '../../kit/network.ts'

describe('Options for the Node of the host', () => {
  const before = process.env['NODE_OPTIONS']
  beforeEach(() => {
    process.env['NODE_OPTIONS'] = '--require=./there-is-no-such-file.cjs'
  })
  afterEach(() => {
    if (before === undefined) delete process.env['NODE_OPTIONS']
    else process.env['NODE_OPTIONS'] = before
  })

  after(removeFolders)

  it('do not reach a network and its nodes', async () => {
    const network = startNetworkProcess({ module: path.join(dist, 'network.mjs') })
    try {
      const options = { nodes: 1, topology: 'line', discovery: 'assigned' } as const
      await network.request({ op: 'start', options })
      assert.equal(network.state.nodes['n1']?.phase, 'listening')
    } finally {
      await network.end()
    }
  })

  it('do not reach a check and the program', async () => {
    const workspace = await folderWith({ [existing('1.1').file]: await source('1.1', 'solution.ts') })
    const result = await checkFile('1.1', workspace, { only: ['port-zero'] })
    assert.equal(result.verdict, 'pass', shown(result))
  })
})
