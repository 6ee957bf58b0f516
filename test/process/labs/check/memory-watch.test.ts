/** The memory of a program while the checker watches it. */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Inconclusive } from '../../../../labs/check/kit/finding.ts'
import { memoryOf } from '../../../../labs/check/kit/memory.ts'
import { watchMemory } from '../../../../labs/check/kit/memory-watch.ts'
import { killGroup, ownGroup } from '../../../../labs/check/engine/process-group.ts'

const MIB = 2 ** 20

/** Takes 100 MiB for each line that it gets, and answers it. */
const HUNGRY = `
const held = []
process.stdin.on('data', () => {
  held.push(Buffer.alloc(100 * ${MIB}, 1))
  process.stdout.write('.')
})
process.stdout.write('.')
`

const known = (bytes: number) => ({ resident: bytes })

describe('The memory of a program under watch', () => {
  const started: ChildProcess[] = []
  afterEach(async () => {
    for (const child of started.splice(0)) {
      const gone = child.exitCode ?? child.signalCode ?? once(child, 'exit')
      await killGroup(child.pid!)
      await gone
    }
  })

  async function start(command: string, args: string[]): Promise<ChildProcess & { pid: number }> {
    const child = spawn(command, args, { ...ownGroup, stdio: ['pipe', 'pipe', 'inherit'] })
    started.push(child)
    await once(child.stdout, 'data')
    return child as ChildProcess & { pid: number }
  }

  async function feed(child: ChildProcess): Promise<void> {
    const fed = once(child.stdout!, 'data')
    child.stdin!.write('more\n')
    await fed
  }

  it('is reported when it is over the limit, and not before', async () => {
    const child = await start(process.execPath, ['--eval', HUNGRY])
    const before = (await memoryOf(child.pid))!.resident
    const memory = watchMemory(child.pid, before + 150 * MIB)
    try {
      let over = false
      void memory.over.then(() => (over = true))
      await feed(child)
      await memory.now()
      assert.equal(over, false)
      await feed(child)
      assert.ok((await memory.over) > before + 150 * MIB)
    } finally {
      memory.stop()
    }
  }).timeout(20_000)

  it('leaves the check inconclusive when it cannot be known any more while the program lives', async () => {
    let looks = 0
    // Known at first; a single look that fails is nothing yet.
    const look = () => Promise.resolve(++looks < 4 && looks !== 2 ? known(looks) : undefined)
    const memory = watchMemory(process.pid, 100, { look, isAlive: () => true, blindMs: 100 })
    await assert.rejects(memory.over, (error: Error) => {
      assert.ok(error instanceof Inconclusive)
      return /memory of your program could not be read/.test(error.message)
    })
    assert.ok(looks >= 6, `${looks}`)
    await assert.rejects(memory.now(), Inconclusive)
  })

  it('is what it was last when the program has ended', async () => {
    const child = await start(process.execPath, ['--eval', HUNGRY])
    const memory = watchMemory(child.pid, Infinity, { blindMs: 100 })
    const before = await memory.now()
    const exit = once(child, 'exit')
    await killGroup(child.pid)
    await exit
    const after = await memory.now()
    assert.ok(after > 0 && after < 2 * before, `${before} ${after}`)
    memory.stop()
  })
})
