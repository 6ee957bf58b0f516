/** Networks that are recorded, saved, and started again, through the commands of the palette. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import vscode from 'vscode'
import type { NetworkEvent } from '../../../network/events.ts'
import { initialState, progress, reduce } from '../../../network/state.ts'
import { readTrace } from '../../../network/trace.ts'
import { api, until } from './extension.ts'

const run = <T>(command: string, ...args: unknown[]) =>
  vscode.commands.executeCommand<T>(`p2plab.${command}`, ...args)

describe('a network that is kept', () => {
  let folder: string
  /** Of the user whose VS Code this is: the name is one that nobody else has, and the file is gone at the end. */
  const name = `test-${process.pid}-${Date.now()}`
  let saved: string | undefined
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-keep-'))
  })
  after(async () => {
    await run('stopNetwork')
    await rm(folder, { recursive: true, force: true })
    if (saved !== undefined) await rm(saved, { force: true })
  })

  it('is recorded from its start on, and what is in the file adds up to its state', async () => {
    const { network } = await api()
    const seen: NetworkEvent[] = []
    const listening = network.onDidChange(({ events }) => seen.push(...events))
    try {
      await run('startNetwork', { nodes: 3, topology: 'line' })
      const file = path.join(folder, 'run.p2ptrace')
      assert.deepEqual(await run('recordNetwork', { file }), { file })
      assert.equal(network.state.recording?.file, 'run.p2ptrace')
      const { message } = await run<{ message: string }>('broadcast', 'n1', 'for the record')
      await until(network.onDidChange, () => {
        const found = network.state.messages.find(m => m.id === message)
        return (found && progress(found).reached === 2) || undefined
      })
      assert.deepEqual(await run('stopRecording'), { file })
      assert.equal(network.state.recording, undefined)

      let recorded = initialState
      for await (const item of readTrace(file))
        if (item.kind === 'event') recorded = reduce(recorded, item.event)
      const begin = seen.findLastIndex(e => e.type === 'network-started')
      const end = seen.findLastIndex(e => e.type === 'recording-stopped')
      const live = seen.slice(begin, end + 1).reduce(reduce, initialState)
      // A scenario that ran before is shown until the next one, and so is part of the state.
      const { scenario: _scenario, ...rest } = recorded
      assert.deepEqual({ ...rest, count: 0 }, { ...live, count: 0 })
      assert.equal(Object.keys(recorded.messages[0]!.deliveries).length, 2)

      // The file is there: it is not written over, and the command says so instead of a result.
      const before = await readFile(file)
      assert.equal(await run('recordNetwork', { file }), undefined)
      assert.deepEqual(await readFile(file), before)
    } finally {
      listening.dispose()
    }
  })

  it('is saved, and comes back with the same peer ids', async () => {
    const { network } = await api()
    const ids = () => Object.values(network.state.nodes).map(n => n.peerId)
    const before = ids()
    saved = (await run<{ file: string }>('saveNetwork', { name }))?.file
    assert(saved, 'saveNetwork failed; VS Code shows why')
    assert.equal(await run('saveNetwork', { name }), undefined, 'nothing is written over')
    await run('stopNetwork')
    assert(await run('startSavedNetwork', { name }), 'startSavedNetwork failed; VS Code shows why')
    assert.deepEqual(ids(), before)
    assert.equal(network.state.topology, 'line')
    assert.equal(await run('startSavedNetwork', { name: 'no-such-network' }), undefined)
    assert.equal(network.state.phase, 'ready', 'a name that is not known stops no network')
  })
})
