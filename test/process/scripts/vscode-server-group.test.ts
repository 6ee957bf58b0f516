/** The tests and `npm start` start VS Code's server in a process group of its own; nothing of it may be left. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { startGroup } from '../../../scripts/vscode/group.ts'
import { gone, isRunning } from '../../host/harness/pids.ts'

/** Starts a child that ignores every polite signal, and says both process ids. */
const STUBBORN = `
  import { spawn } from 'node:child_process'
  const ignore = "process.on('SIGTERM', () => {}); process.on('SIGHUP', () => {}); setInterval(() => {}, 1000)"
  const child = spawn(process.execPath, ['-e', ignore], { stdio: 'ignore' })
  process.on('SIGTERM', () => {})
  console.log(process.pid + ' ' + child.pid)
  setInterval(() => {}, 1000)
`

describe('A process group', function () {
  this.timeout(60_000)
  let folder: string
  let script: string

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-group-'))
    script = path.join(folder, 'stubborn.mjs')
    await writeFile(script, STUBBORN)
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('ends whole, with what the command started', async () => {
    const group = await startGroup(process.execPath, [script], { log: path.join(folder, 'log') })
    const pids = await new Promise<number[]>(resolve =>
      group.onLine(line => resolve(line.split(' ').map(Number))),
    )
    assert.deepEqual(pids.map(isRunning), [true, true])
    await group.end()
    await gone(pids)
    await group.end()
  })

  it('ends when the one who started it is killed', async () => {
    const starter = path.join(folder, 'starter.mjs')
    const from = new URL('../../../scripts/vscode/group.ts', import.meta.url).href
    await writeFile(
      starter,
      `import { startGroup } from ${JSON.stringify(from)}
      const group = await startGroup(process.execPath, [${JSON.stringify(script)}], { log: ${JSON.stringify(path.join(folder, 'log2'))} })
      group.onLine(line => console.log(line))`,
    )
    const child = spawn(process.execPath, [starter], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    const pids = String(line).split(' ').map(Number)
    assert.deepEqual(pids.map(isRunning), [true, true])
    child.kill('SIGKILL')
    await gone(pids)
  })

  it('passes the exit status on', async () => {
    const group = await startGroup(process.execPath, ['-e', 'process.exit(7)'], {
      log: path.join(folder, 'log3'),
    })
    assert.equal(await group.exited, 7)
  })

  it('says when the command cannot be started', async () => {
    const group = await startGroup(path.join(folder, 'nothing-here'), [], { log: path.join(folder, 'log4') })
    assert.equal(await group.exited, 127)
  })
})
