/** Programs that loop for ever end with the process that guards them. */
import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
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
  let owner: ChildProcess | undefined
  let told: Told
  const hear = async () => ((await once(owner!, 'message')) as [Told])[0]
  const again = async () => {
    owner!.send('again')
    return hear()
  }

  before(function () {
    if (process.platform === 'win32') skipBecause(this, 'Windows has no /bin/sh.')
  })
  beforeEach(async () => {
    owner = fork(path.join(root, 'test/kit/fixtures/guarded.ts'), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    told = await hear()
  })
  afterEach(() => {
    owner?.kill('SIGKILL')
    for (const pid of told?.pids ?? []) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  })

  it('ends those that it watches, and only those, and itself', async () => {
    const [first, second, ended] = told.pids
    assert.ok(told.pids.every(isAlive))
    owner!.kill('SIGKILL')
    await gone([first, second, told.guard])
    assert.ok(isAlive(ended))
  })

  it('is replaced by another one that knows the same when somebody kills it', async () => {
    const [first, second, ended] = told.pids
    process.kill(told.guard, 'SIGKILL')
    let another = await again()
    while (another.guard === told.guard || another.guard === undefined) another = await again()
    owner!.kill('SIGKILL')
    await gone([first, second, another.guard])
    assert.ok(isAlive(ended))
  })

  it('takes no notice of Ctrl+C in the terminal', async () => {
    await untilItIgnores(told.guard)
    for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.kill(told.guard, signal)
    // Another one would be there after the first of these.
    for (let i = 0; i < 5; i++, await pause(50)) assert.deepEqual(await again(), told)
    owner!.kill('SIGKILL')
    await gone([...told.pids.slice(0, 2), told.guard])
  })
})

/** The shell has begun to ignore signals: before that it is like any other. */
async function untilItIgnores(pid: number): Promise<void> {
  if (process.platform !== 'linux') return pause(1_000)
  // A bit for each signal, from 1 on: SIGHUP, SIGINT and SIGTERM (15).
  const all = 0x4003n
  const ignored = async () => /^SigIgn:\s+(\w+)$/m.exec(await readFile(`/proc/${pid}/status`, 'latin1'))![1]!
  while ((BigInt(`0x${await ignored()}`) & all) !== all) await pause(10)
}

/** Above what any system gives. */
const NOBODY = 2 ** 30

describe('Without a shell', () => {
  it('programs have to look for themselves', () => {
    for (const guard of [
      createGuard('/bin/no-such-shell'),
      createGuard('/', 'linux'),
      createGuard('/bin/sh', 'win32'),
    ]) {
      guard.begin()
      guard.watch(NOBODY)()
      assert.equal(guard.isThere, false)
    }
  })

  it('our runner does, also where its program loops for ever', async () => {
    const workspace = await folderWith({ 'loops.ts': `console.log('here')\nfor (;;);\nexport {}` })
    const owner = fork(path.join(root, 'test/kit/fixtures/unguarded.ts'), [dist, workspace, 'loops.ts'], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const [pid] = (await once(owner, 'message')) as [number]
    try {
      assert.ok(isAlive(pid))
      owner.kill('SIGKILL')
      await gone([pid])
    } finally {
      owner.kill('SIGKILL')
      if (isAlive(pid)) process.kill(pid, 'SIGKILL')
    }
  })

  after(removeFolders)
})
