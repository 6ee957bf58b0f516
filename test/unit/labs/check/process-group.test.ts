import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { killGroup, killGroupOf, type System } from '../../../../labs/check/engine/process-group.ts'

/** A Windows whose taskkill does as `taskkill` says; `done` is what was tried. */
function windows(taskkill: 'works' | 'fails' | 'is missing' | 'hangs') {
  const done: string[] = []
  const start = (command: string, args: string[]): ChildProcess => {
    done.push([command, ...args].join(' '))
    const child = Object.assign(new EventEmitter(), { kill: () => done.push('taskkill is ended') })
    if (taskkill === 'is missing') setImmediate(() => child.emit('error', new Error('ENOENT')))
    else if (taskkill !== 'hangs') setImmediate(() => child.emit('exit', taskkill === 'works' ? 0 : 1))
    return child as unknown as ChildProcess
  }
  const kill = (pid: number) => void done.push(`kill ${pid}`)
  const system: System = { platform: 'win32', start, kill, timeoutMs: 20 }
  return { done, system }
}

const child = (exitCode: number | null, signalCode: string | null = null) =>
  ({ pid: 4711, exitCode, signalCode }) as unknown as ChildProcess

describe('ending a program on Windows', () => {
  it('ends its tree', async () => {
    const { done, system } = windows('works')
    await killGroup(4711, system)
    assert.deepEqual(done, ['taskkill /pid 4711 /T /F'])
  })

  for (const how of ['fails', 'is missing', 'hangs'] as const) {
    it(`ends the program itself, and waits no longer, where taskkill ${how}`, async () => {
      const { done, system } = windows(how)
      await killGroupOf(child(null), system)
      assert.deepEqual(done, [
        'taskkill /pid 4711 /T /F',
        ...(how === 'hangs' ? ['taskkill is ended'] : []),
        'kill 4711',
      ])
    })
  }

  it('touches nobody when the program has ended: its number may be a stranger’s', async () => {
    const { done, system } = windows('works')
    await killGroupOf(child(0), system)
    await killGroupOf(child(null, 'SIGKILL'), system)
    assert.deepEqual(done, [])
    await killGroupOf(child(0), { ...system, platform: 'linux' })
    assert.deepEqual(done, ['kill -4711'], 'elsewhere what is left of its group goes')
  })
})
