import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { giveTurns, type Options, type Turns } from '../../../scripts/test/turns.ts'
import { filesOf } from '../../../scripts/test/files.ts'

describe('Turns of test files', () => {
  let turns: Turns | undefined
  const sockets: net.Socket[] = []
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy()
    turns?.close()
  })
  const give = async (options: Options) => (turns = await giveTurns(options))

  /** Asks as a worker of mocha does; `begun` resolves when it is told to go. */
  async function ask(file: string) {
    const socket = net.connect(turns!.port, '127.0.0.1')
    sockets.push(socket)
    const begun = once(socket, 'data')
    let begins = false
    void begun.then(() => (begins = true)).catch(() => {})
    await once(socket, 'connect')
    socket.write(`${file}\n`)
    return { begun, begins: () => begins, end: () => socket.destroy() }
  }

  /** `idle` of a machine, and the promise of its nth look. */
  function machine(share: number) {
    let looks = 0
    const waiting = new Map<number, () => void>()
    return {
      idle() {
        waiting.get(++looks)?.()
        return share
      },
      looksAgain: (times: number) => new Promise<void>(resolve => waiting.set(looks + times, resolve)),
    }
  }

  it('are the least there may be while the processors have no time left', async () => {
    const { idle, looksAgain } = machine(0)
    const ended: string[] = []
    await give({ least: 1, most: 3, idle, tickMs: 5, onEnd: file => void ended.push(file) })
    const first = await ask('test/process/a.test.ts')
    await first.begun
    const second = await ask('test/process/b.test.ts')
    await looksAgain(3)
    assert.equal(second.begins(), false)
    first.end()
    await second.begun
    assert.deepEqual(ended, ['test/process/a.test.ts'])
  })

  it('are more while they have, up to the most', async () => {
    const { idle, looksAgain } = machine(1)
    await give({ least: 1, most: 2, idle, tickMs: 5 })
    const [first, second, third] = [await ask('a'), await ask('b'), await ask('c')]
    await Promise.all([first.begun, second.begun])
    await looksAgain(3)
    assert.equal(third.begins(), false)
    second.end()
    await third.begun
  })

  it('are given back by a worker that is gone, also while it waits', async () => {
    await give({ least: 1, most: 1, idle: () => 0, tickMs: 5 })
    const first = await ask('a')
    await first.begun
    const gone = await ask('b')
    const third = await ask('c')
    gone.end()
    first.end()
    await third.begun
  })
})

describe('Test files of a suite', () => {
  it('begin with the longest', () => {
    const [first, second, ...rest] = filesOf('unit')
    const last = rest.at(-1)!
    assert.deepEqual(filesOf('unit', { [last]: 30, [second!]: 40 }).slice(0, 3), [second, last, first])
  })
})
