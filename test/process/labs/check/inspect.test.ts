/** A check under a debugger: its deadlines stand still while the program is paused, and nothing is left of it. */
import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { InspectedProgram } from '../../../../labs/check/client.ts'
import { REPLY_MS } from '../../../../labs/check/engine/program.ts'
import { checkFile, dist, folderWith, removeFolders, root, shown, source } from '../../../kit/labs.ts'
import { gone, isAlive } from '../../../kit/alive.ts'
import { attach, hold, stopAt, type Debugger } from '../../../kit/debugger.ts'

const FILE = /1-echo\.ts$/
/** Longer than the check waits for a reply. */
const LONG_MS = REPLY_MS + 1_500

describe('A check under a debugger', function () {
  this.timeout(120_000)
  let text: string
  /** The first line inside listen, counted from 1. */
  let line: number

  before(async () => {
    text = await source('1.1', 'solution.ts')
    line = text.split('\n').findIndex(l => l.includes('function listen')) + 2
  })
  after(removeFolders)

  /** Runs two checks of the solution, with `debug` as the debugger of each. */
  async function check(debug: (program: InspectedProgram) => Promise<void>, signal?: AbortSignal) {
    const programs: InspectedProgram[] = []
    const debugging: Promise<void>[] = []
    let log = ''
    const result = await checkFile('1.1', await folderWith({ '1-tcp/1-echo.ts': text }), {
      only: ['every-byte', 'stop'],
      signal,
      onInspector: program => {
        programs.push(program)
        const done = debug(program)
        done.catch(() => {})
        debugging.push(done)
      },
      onLog: ({ text: printed }) => void (log += printed),
    })
    await Promise.all(debugging)
    await gone(programs.map(({ pid }) => pid))
    return { result, programs, log }
  }

  it('passes although the program was paused for longer than any reply may take', async () => {
    const { result, programs, log } = await check(async ({ port, check: id, suspend, resume }) => {
      const session = await stopAt(port, FILE, line)
      suspend()
      if (id === 'stop') await hold(LONG_MS)
      resume()
      await session.send('Debugger.resume')
    })
    assert.equal(result.verdict, 'pass', shown(result))
    assert.ok(result.checks[1]!.ms > LONG_MS)
    // Each check has a program of its own, so there were two sessions.
    assert.deepEqual(
      programs.map(program => program.check),
      ['every-byte', 'stop'],
    )
    // What the inspector says is not the learner's.
    assert.equal(log, '')
  })

  it('fails in time when the program is paused and nobody says so', async () => {
    const { result } = await check(async ({ port }) => void (await stopAt(port, FILE, line)))
    assert.equal(result.verdict, 'fail', shown(result))
    assert.match(result.checks[1]!.message!, /a reply to listen within 5 s/)
  })

  it('waits for a debugger however long it takes to come', async () => {
    const { result } = await check(async ({ port, check: id }) => {
      if (id === 'stop') await hold(LONG_MS)
      const session = await attach(port)
      await session.send('Runtime.runIfWaitingForDebugger')
    })
    assert.equal(result.verdict, 'pass', shown(result))
  })

  it('ends when it is cancelled while the program is paused, or waits for a debugger', async () => {
    for (const pause of [true, false]) {
      const cancel = new AbortController()
      const { result, programs } = await check(async ({ port, suspend }) => {
        if (pause) await stopAt(port, FILE, line)
        suspend()
        cancel.abort()
      }, cancel.signal)
      assert.equal(result.problem, 'The check was canceled.')
      assert.equal(programs.length, 1)
    }
  })
})

describe('Nothing of a check under a debugger is left running', () => {
  let host: ChildProcess | undefined
  let session: Debugger | undefined
  after(removeFolders)
  afterEach(() => {
    host?.kill('SIGKILL')
    session?.close()
    session = undefined
  })

  for (const paused of [true, false]) {
    for (const killed of ['host', 'check process', 'host and check process'] as const) {
      const where = paused ? 'is paused' : 'waits for a debugger'
      it(`when the ${killed} is killed and the program ${where}`, async () => {
        const file = `export const listen = () => {\n  return {}\n}\n`
        const workspace = await folderWith({ '1-tcp/1-echo.ts': file })
        host = fork(path.join(root, 'test/kit/fixtures/debugged-host.ts'), [dist, workspace], {
          stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        })
        const [told] = (await once(host, 'message')) as [{ check: number; program: number; port: number }]
        const { check, program, port } = told
        if (paused) session = await stopAt(port, FILE, 2)
        assert.ok(isAlive(check) && isAlive(program))
        if (killed !== 'host') process.kill(check, 'SIGKILL')
        if (killed !== 'check process') host.kill('SIGKILL')
        await gone([check, program])
      })
    }
  }
})
