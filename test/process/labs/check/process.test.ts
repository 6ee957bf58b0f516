/** The check process, as its host sees it. */
import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { runCheck } from '../../../../labs/check/client.ts'
import { HEARTBEAT_MISSED_MS } from '../../../../network/heartbeat.ts'
import { parseFromCheck, type FromCheck, type ToCheck } from '../../../../labs/check/protocol.ts'
import {
  checkFile,
  dist,
  existing,
  folderWith,
  removeFolders,
  shown,
  workspaceOf,
} from '../../../kit/labs.ts'
import { gone } from '../../../kit/alive.ts'

describe('The check process', () => {
  let child: ChildProcess | undefined
  after(removeFolders)
  afterEach(() => child?.kill('SIGKILL'))

  const forked = () => {
    child = fork(path.join(dist, 'check.mjs'), [], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    return child
  }
  const stopCheck = (workspace: string): ToCheck => ({
    type: 'check',
    exercise: '1.1',
    program: { kind: 'typescript', file: '1-tcp/1-echo.ts', workspace },
    seed: 1,
    only: ['stop'],
  })

  it('drops what is no message, takes one check, and ends when it is finished', async () => {
    const workspace = await workspaceOf('solution.ts')
    const process = forked()
    const messages: FromCheck[] = []
    process.on('message', value => {
      const message = parseFromCheck(value)
      assert.ok(message, JSON.stringify(value))
      messages.push(message)
    })
    const closed = once(process, 'close')
    for (const garbage of [null, 'x', 7, {}, { type: 'check' }, { type: 'check', exercise: 1 }, [{}]]) {
      process.send(garbage as object)
    }
    process.send(stopCheck(workspace))
    process.send(stopCheck(workspace))
    const [status] = (await closed) as [number]
    assert.equal(status, 0)
    // The end of the program may be reported before the check's result or after it.
    assert.deepEqual(messages.map(message => message.type).sort(), [
      'check-finished',
      'check-started',
      'finished',
      'program',
      'program',
    ])
    const finished = messages.at(-1)
    assert.ok(finished?.type === 'finished' && finished.result.verdict === 'pass')
  })

  it('ends with its program when the heartbeat stays away', async () => {
    // Many checks that each wait for their deadline take longer than the heartbeat may.
    const workspace = await folderWith({
      '1-tcp/1-echo.ts': 'export const listen = () => new Promise(() => {})\n',
    })
    const process = forked()
    const programs: number[] = []
    process.on('message', value => {
      const message = parseFromCheck(value)
      if (message?.type === 'program' && message.running) programs.push(message.pid)
      assert.notEqual(message?.type, 'finished')
    })
    const { only: _, ...all } = stopCheck(workspace) as Extract<ToCheck, { type: 'check' }>
    process.send({ ...all, all: true })
    await once(process, 'close')
    assert.ok(programs.length > 1)
    await gone(programs)
  }).timeout(HEARTBEAT_MISSED_MS * 3)

  it('gives each check a fresh program, and forwards to it only what that program prints', async () => {
    const source = `console.log('I am ' + process.pid + '.')\nexport const listen = () => { console.error('asked'); return { port: 0 } }\n`
    const logs = new Map<string, string>()
    const pids: number[] = []
    const workspace = await folderWith({ '1-tcp/1-echo.ts': source })
    const result = await checkFile('1.1', workspace, {
      only: ['every-byte', 'megabyte', 'clients'],
      onLog: ({ check, text }) => void logs.set(check, (logs.get(check) ?? '') + text),
      onProgram: ({ pid, running }) => void (running && pids.push(pid)),
    })
    assert.deepEqual(
      result.checks.map(check => check.verdict),
      ['fail', 'fail', 'fail'],
    )
    assert.equal(new Set(pids).size, 3)
    assert.deepEqual(
      [...logs].map(([check, text]) => [check, text]),
      ['every-byte', 'megabyte', 'clients'].map((check, i) => [check, `I am ${pids[i]}.\nasked\n`]),
    )
  })

  it('forwards only so much of a log, and says that the rest is left out', async () => {
    const source = `for (let i = 0; i < 5000; i++) console.log('x'.repeat(200))\nexport const listen = () => ({ port: 0 })\n`
    let log = ''
    const workspace = await folderWith({ '1-tcp/1-echo.ts': source })
    const result = await checkFile('1.1', workspace, {
      only: ['stop'],
      onLog: ({ text }) => void (log += text),
    })
    assert.match(result.checks[0]!.message!, /whole number from 1 to 65,535/)
    assert.ok(log.length < 300_000)
    assert.match(log, /further output of your program is omitted/)
  })

  it('says in one sentence why nothing can be run', async () => {
    const workspace = await folderWith()
    const program = { kind: 'typescript', file: '1-tcp/1-echo.ts', workspace } as const
    const problems: [Parameters<typeof runCheck>[0], RegExp][] = [
      [{ exercise: '9.9', program }, /^There is no exercise "9\.9"\.$/],
      [{ exercise: 'toString', program }, /^There is no exercise "toString"\.$/],
      [{ exercise: '1.1', program }, /^There is no file .*1-echo\.ts/],
      [
        { exercise: '1.1', program: { ...program, workspace: path.join(workspace, 'no') } },
        /^The folder .* does not exist/,
      ],
      [
        { exercise: '1.1', program, only: ['nothing'] },
        /^Exercise 1\.1 has no check "nothing"\. Its checks: port-zero, /,
      ],
      [
        { exercise: '1.1', program: { kind: 'command', command: 'no-such-program-here', workspace } },
        /^Could not run "no-such-program-here": /,
      ],
    ]
    for (const [request, expected] of problems) {
      const result = await runCheck(request, { dist })
      assert.equal(result.verdict, 'error', shown(result))
      assert.deepEqual(result.checks, [])
      assert.match(result.problem!, expected)
    }
  })

  it('is reported when it cannot be started', async () => {
    const workspace = await folderWith()
    const request = { exercise: '1.1', program: { kind: 'command', command: 'x', workspace } } as const
    const result = await runCheck(request, { dist: workspace })
    assert.equal(result.verdict, 'error')
    assert.match(result.problem!, /(Could not start the check process|The check process ended with status 1)/)
  })

  it('reports each check as it starts and as it ends, in the order of the catalogue', async () => {
    const seen: string[] = []
    const workspace = await workspaceOf('starter.ts')
    await checkFile('1.2', workspace, {
      onCheckStarted: check => void seen.push(`${check} started`),
      onCheckFinished: ({ id }) => void seen.push(`${id} finished`),
    })
    assert.deepEqual(
      seen,
      existing('1.2').checks.flatMap(({ id }) => [`${id} started`, `${id} finished`]),
    )
  })
})
