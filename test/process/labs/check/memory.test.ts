/** The memory of a program is that of its whole process group, and grows with what it asks for. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { python } from '../../../kit/python.ts'
import { memoryOf } from '../../../../labs/check/kit/memory.ts'
import type { Memory } from '../../../../labs/check/kit/memory-figures.ts'
import { killGroup, ownGroup } from '../../../../labs/check/engine/process-group.ts'

const MIB = 2 ** 20

/** Says "ready", takes memory on the first line of its input, and says "done". In a child of its own when `nested`. */
const program = (take: string, nested: boolean): string => {
  const source = `process.stdin.once('data', () => { globalThis.kept = ${take}; console.log('done') }); console.log('ready')`
  if (!nested) return source
  return `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(source)}], { stdio: 'inherit' })`
}

/** How much the program grew by. */
async function growth(take: string, nested = false): Promise<Memory> {
  const child = spawn(process.execPath, ['-e', program(take, nested)], {
    ...ownGroup,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    await once(child.stdout, 'data')
    const before = await memoryOf(child.pid!)
    child.stdin.write('go\n')
    await once(child.stdout, 'data')
    const after = await memoryOf(child.pid!)
    assert.ok(before && after)
    return {
      resident: after.resident - before.resident,
      peak: after.peak - before.peak,
      committed: after.committed - before.committed,
    }
  } finally {
    await killGroup(child.pid!)
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
}

describe('memoryOf', () => {
  it('sees memory that is used', async () => {
    const { resident, peak } = await growth('Buffer.alloc(300 * 2 ** 20, 1)')
    assert.ok(resident > 250 * MIB && peak > 250 * MIB, `${resident} ${peak}`)
  })

  it('sees memory that is asked for and not touched', async function () {
    if (process.platform === 'darwin') this.skip()
    const { committed } = await growth('Buffer.alloc(2 ** 32 - 1)')
    assert.ok(committed > 4000 * MIB, `${committed}`)
  })

  it('sees the memory of what the program has started', async () => {
    const { resident } = await growth('Buffer.alloc(300 * 2 ** 20, 1)', true)
    assert.ok(resident > 250 * MIB, `${resident}`)
  })

  it('sees little where little is asked for', async () => {
    const { resident, committed } = await growth('Buffer.alloc(1000)')
    assert.ok(resident < 100 * MIB && committed < 1000 * MIB, `${resident} ${committed}`)
  })

  it('sees the same with ps as in /proc', async function () {
    if (process.platform !== 'linux' || spawnSync('ps', ['-V']).status !== 0) this.skip()
    const child = spawn(process.execPath, ['-e', program('0', true)], {
      ...ownGroup,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    try {
      await once(child.stdout, 'data')
      const [here, there] = [await memoryOf(child.pid!), await memoryOf(child.pid!, 'darwin')]
      assert.ok(here && there)
      assert.ok(Math.abs(here.resident - there.resident) < 30 * MIB, `${here.resident} ${there.resident}`)
      assert.ok(here.resident > 60 * MIB, 'it is two processes')
    } finally {
      await killGroup(child.pid!)
    }
  })

  it('does not count addresses that are only reserved, as V8 does with gigabytes of them', async function () {
    if (process.platform === 'darwin') this.skip()
    const { committed } = await growth('new WebAssembly.Memory({ initial: 1, maximum: 65536 })')
    assert.ok(committed < 500 * MIB, `${committed}`)
  })

  it('sees memory that is asked for within addresses that were reserved before, as Electron does', async function () {
    const command = python()
    if (process.platform !== 'linux' || command === undefined) this.skip()
    const source = `
import ctypes, mmap, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
GIB = 1 << 30
cage = libc.mmap(None, 64 * GIB, 0, 0x4000 | mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
print('ready', flush=True)
sys.stdin.readline()
print('done' if libc.mprotect(cage, 2 * GIB, mmap.PROT_READ | mmap.PROT_WRITE) == 0 else 'failed', flush=True)
sys.stdin.readline()
`
    const child = spawn(command, ['-c', source], { ...ownGroup, stdio: ['pipe', 'pipe', 'inherit'] })
    try {
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
      assert.equal((await lines.next()).value, 'ready')
      const before = await memoryOf(child.pid!)
      child.stdin.write('go\n')
      assert.equal((await lines.next()).value, 'done')
      const after = await memoryOf(child.pid!)
      assert.ok(before!.committed < 1024 * MIB, `${before!.committed}`)
      assert.ok(after!.committed - before!.committed > 2000 * MIB, `${after!.committed}`)
      assert.ok(after!.resident - before!.resident < 100 * MIB, `${after!.resident}`)
    } finally {
      await killGroup(child.pid!)
    }
  })

  it('is undefined for a program that is gone', async () => {
    const child = spawn(process.execPath, ['-e', '0'], { ...ownGroup, stdio: 'ignore' })
    await once(child, 'exit')
    assert.equal(await memoryOf(child.pid!), undefined)
  })
})
