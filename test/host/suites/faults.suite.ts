/** A network that is broken on purpose, through the commands of the palette. */
import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import path from 'node:path'
import vscode from 'vscode'
import type { ScenarioResult } from '../../../network/scenario/run.ts'
import { api, until } from './extension.ts'

const run = <T>(command: string, ...args: unknown[]) =>
  vscode.commands.executeCommand<T>(`p2plab.${command}`, ...args)

describe('a network that is broken on purpose', () => {
  it('is split, and no message crosses; it heals, and messages do again', async () => {
    const { network } = await api()
    await run('startNetwork', { nodes: 4, topology: 'full', seed: 1 })
    await run('splitNetwork', { groups: [{ name: 'A', nodes: ['n1', 'n2'] }] })
    assert.equal(network.state.partition?.length, 2)
    const reached = (id: string) =>
      Object.keys(network.state.messages.find(m => m.id === id)?.deliveries ?? {})
    const apart = (await run<{ message: string }>('broadcast', 'n1', 'apart')).message
    await until(network.onDidChange, () => reached(apart).includes('n2') || undefined)
    assert.deepEqual(reached(apart), ['n2'])

    await run('healNetwork')
    assert.equal(network.state.partition, undefined)
    const whole = (await run<{ message: string }>('broadcast', 'n1', 'whole')).message
    await until(network.onDidChange, () => reached(whole).length === 3 || undefined)
  })

  it('has a node that is paused, and resumed', async () => {
    const { network } = await api()
    await run('pauseNode', 'n3')
    assert(network.state.nodes['n3']?.paused)
    await run('resumeNode', 'n3')
    assert.equal(network.state.nodes['n3']?.paused, undefined)
  })

  it('has a slow link, and the link says what it did', async () => {
    const { network } = await api()
    const links = [{ a: 'n1', b: 'n2' }]
    await run('setLinkFault', undefined, { links, faults: { latencyMs: 50 } })
    await run('broadcast', 'n1', 'slowly')
    await until(
      network.onDidChange,
      () =>
        Object.values(network.state.faultyLinks).some(({ acted }) => (acted?.delayed ?? 0) > 0) || undefined,
    )
    await run('clearLinkFault', { links })
    assert.deepEqual(network.state.faultyLinks, {})
    await run('stopNetwork')
  })

  it('goes through a scenario file, step by step', async () => {
    const { network } = await api()
    const steps = [
      { do: 'start', nodes: 3, topology: 'line' },
      { do: 'broadcast', from: 'n1' },
      { do: 'assertDelivered', atLeast: 1, withinMs: 30_000 },
    ]
    const file = vscode.Uri.file(path.join(tmpdir(), `p2plab-${process.pid}.p2pscenario.json`))
    await vscode.workspace.fs.writeFile(
      file,
      Buffer.from(JSON.stringify({ title: 'Short', description: 'A test.', steps })),
    )
    try {
      const result = await run<ScenarioResult>('runScenario', file)
      assert.equal(result?.outcome, 'pass', JSON.stringify(result))
      assert.equal(Object.keys(network.state.nodes).length, 3)
    } finally {
      await vscode.workspace.fs.delete(file)
      await run('stopNetwork')
    }
  })
})
