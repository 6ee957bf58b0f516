/** Programs that loop for ever end with the process that guards them. */
import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createGuard } from '../../../../labs/check/engine/guard.ts'
import { gone, isAlive } from '../../../kit/alive.ts'
import { dist, folderWith, removeFolders, root } from '../../../kit/labs.ts'
import { skipBecause } from '../../../kit/platform.ts'

interface Told {
  pids: [number, number, number]
  guard: number
}

describe('The guard of programs', () => {
  let owner: ChildProcess
  let told: Told
  const hear = async () => ((await once(owner, 'message')) as [Told])[0]

  beforeEach(async function () {
    if (process.platform === 'win32') return skipBecause(this, 'Windows has no /bin/sh.')
    owner = fork(path.join(root, 'test/kit/fixtures/guarded.ts'), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    told = await hear()
  })
  afterEach(() => {
    owner.kill('SIGKILL')
    for (const pid of told.pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  })

  it('ends those that it watches, and only those, and itself', async () => {
    const [first, second, ended] = told.pids
    assert.ok(told.pids.every(isAlive))
    owner.kill('SIGKILL')
    await gone([first, second, told.guard])
    assert.ok(isAlive(ended))
  })

  it('is replaced by another one that knows the same when somebody kills it', async () => {
    const [first, second, ended] = told.pids
    process.kill(told.guard, 'SIGKILL')
    let another = told
    while (another.guard === told.guard || another.guard === undefined) {
      owner.send('again')
      another = await hear()
      await pause(10)
    }
    owner.kill('SIGKILL')
    await gone([first, second, another.guard])
    assert.ok(isAlive(ended))
  })

  it('takes no notice of Ctrl+C in the terminal', async () => {
    for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.kill(told.guard, signal)
    owner.send('again')
    assert.deepEqual(await hear(), told)
    owner.kill('SIGKILL')
    await gone([...told.pids.slice(0, 2), told.guard])
  })
})

describe('Without a shell', () => {
  it('programs have to look for themselves', () => {
    assert.equal(createGuard('/bin/no-such-shell').isThere, false)
    assert.equal(createGuard('/bin/sh', 'win32').isThere, false)
  })

  it('our runner does, also where its program loops for ever', async () => {
    const workspace = await folderWith({ 'loops.ts': `console.log('here')\nfor (;;);\nexport {}` })
    const owner = fork(path.join(root, 'test/kit/fixtures/unguarded.ts'), [dist, workspace, 'loops.ts'], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const [pid] = (await once(owner, 'message')) as [number]
    assert.ok(isAlive(pid))
    owner.kill('SIGKILL')
    await gone([pid])
  })

  after(removeFolders)
})
