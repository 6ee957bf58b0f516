/** The helper that tells on Windows how much memory a program has, with a stand-in for PowerShell. */
import assert from 'node:assert/strict'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import {
  createMemoryHelper,
  windowsTree,
  type MemoryHelper,
} from '../../../../labs/check/kit/memory-windows.ts'

/** Answers each line with its own pid, the number of the line in private bytes, and the last line, cut in odd places. */
const ANSWERS = `
let n = 0
require('node:readline').createInterface({ input: process.stdin }).on('line', () => {
  n++
  process.stdout.write('4711 1 5 ' + n + ' 0\\r\\n' + process.pid + ' 4711 6 0 0\\r\\np2pl')
  setTimeout(() => process.stdout.write('ab-end\\r\\n'), 5)
})`

describe('The memory of programs on Windows', () => {
  const started: ChildProcessByStdio<Writable, Readable, null>[] = []
  let helper: MemoryHelper | undefined
  const withHelper = (source: string, lookMs?: number) =>
    (helper = createMemoryHelper(() => {
      const child = spawn(process.execPath, ['-e', source], { stdio: ['pipe', 'pipe', 'ignore'] })
      started.push(child)
      return child
    }, lookMs))
  afterEach(async () => {
    helper?.close()
    for (const child of started.splice(0))
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })

  it('is asked of one process again and again, also by several at once', async () => {
    const { look } = withHelper(ANSWERS)
    const all = await Promise.all([look(4711), look(4711), look(4711)])
    all.push(await look(4711))
    assert.deepEqual(
      all.map(([program]) => program!.resident),
      [1, 2, 3, 4],
    )
    assert.equal(started.length, 1)
  })

  it('is unknown when the helper ends, hangs, or cannot be started, and the next look starts another one', async () => {
    const ends = withHelper('process.exit(1)')
    assert.deepEqual(await ends.look(4711), [])
    assert.deepEqual(await ends.look(4711), [])
    assert.equal(started.length, 2)
    const hangs = withHelper('process.stdin.resume()', 100)
    assert.deepEqual(await hangs.look(4711), [])
    const missing = createMemoryHelper(() =>
      spawn(`${process.execPath}-missing`, [], { stdio: ['pipe', 'pipe', 'ignore'] }),
    )
    assert.deepEqual(await missing.look(4711), [])
  })

  it('is that of the program and all that it started, but of nobody who only has an old number', () => {
    const lines = [
      '20 10 300 5 1',
      '10 1 200 100 2',
      '30 20 400 7 0',
      '40 10 100 1000 9',
      '50 2 500 1000 9',
      '',
      'x y',
    ]
    const found = windowsTree(lines, 10)
    assert.deepEqual(
      found.map(({ resident }) => resident),
      [5, 100, 7],
    )
    assert.deepEqual(
      found.map(({ committed }) => committed),
      [1024, 2048, 7],
    )
    assert.deepEqual(windowsTree(lines, 11), [])
  })
})
