/** The memory of a program while the checker watches it. */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
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
})
