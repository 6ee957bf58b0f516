/** `p2plab list` and `p2plab check`, as they are run in a terminal. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { ExerciseResult } from '../../../labs/check/protocol.ts'
import { parseEvent } from '../../../network/events.ts'
import { EXERCISES } from '../../../labs/catalogue.ts'
import { dist, folderWith, removeFolders, root, workspaceOf } from '../../kit/labs.ts'
import { wrongProgram } from '../../kit/programs.ts'
import { gone } from '../../kit/alive.ts'
import { endConversations, noTerminal, typeTo } from '../../kit/conversation.ts'
import { skipBecause } from '../../kit/platform.ts'

interface Ran {
  status: number | null
  out: string
  errors: string
}

function start(args: string[], cwd: string) {
  const child = spawn(process.execPath, [path.join(dist, 'cli.mjs'), ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ran: Ran = { status: null, out: '', errors: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (ran.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (ran.errors += text))
  const done = once(child, 'close').then(([status]) => ({ ...ran, status: status as number | null }))
  return { child, ran, done }
}

const p2plab = async (args: string[], cwd?: string): Promise<Ran> =>
  start(args, cwd ?? (await folderWith())).done

describe('p2plab list', () => {
  after(removeFolders)

  it('shows every exercise', async () => {
    const { status, out, errors } = await p2plab(['list'])
    assert.equal(status, 0)
    assert.equal(errors, '')
    const rows = out.split('\n').map(line => line.trim().split(/ {2,}/))
    for (const { id, title } of EXERCISES)
      assert.deepEqual(
        rows.find(row => row[0] === id),
        [id, title, 'typescript'],
      )
  })

  it('prints JSON and nothing else with --json', async () => {
    const { status, out } = await p2plab(['list', '--json'])
    assert.equal(status, 0)
    const list = JSON.parse(out) as { id: string; title: string; lab: number; tracks: string[] }[]
    assert.deepEqual(
      list.map(({ id, title, lab, tracks }) => ({ id, title, lab, tracks })),
      EXERCISES.map(({ id, title, lab, tracks }) => ({ id, title, lab, tracks })),
    )
  })
})

describe('p2plab check', () => {
  after(removeFolders)
  afterEach(endConversations)

  it('exits with 0 when all checks pass, and prints one JSON object with --json', async () => {
    const workspace = await workspaceOf('solution.ts')
    const { status, out } = await p2plab(['check', '1.1', '--workspace', workspace, '--seed', '7', '--json'])
    assert.equal(status, 0)
    const result = JSON.parse(out) as Record<string, unknown>
    assert.equal(result['exercise'], '1.1')
    assert.equal(result['verdict'], 'pass')
    assert.equal(result['seed'], 7)
    assert.ok(Number.isInteger(result['ms']))
    const checks = result['checks'] as Record<string, unknown>[]
    assert.deepEqual(
      checks.map(({ id, title, verdict }) => ({ id, title, verdict })),
      EXERCISES[0]!.checks.map(check => ({ ...check, verdict: 'pass' })),
    )
  })

  it('shows with --transcript all that went over the wire, also where a check passes', async () => {
    const args = ['check', '1.1', '--only', 'half-close', '--transcript']
    const workspace = await workspaceOf('solution.ts')
    const { status, out } = await p2plab(args, workspace)
    assert.equal(status, 0, out)
    assert.match(out, / ms {2}checker → program {2}connection 1: connected to port \d+\n/)
    assert.match(out, / ms {2}program → checker {2}connection 1: end \(FIN\)\n/)
    assert.match(out, /\n {10,}00000000 {2}(?:[0-9a-f]{2} +)+\|.+\|\n/)

    const json = JSON.parse((await p2plab([...args, '--json'], workspace)).out) as ExerciseResult
    const events = json.checks[0]!.transcript!
    for (const event of events) assert.deepEqual(parseEvent(event), event)
    const kinds = events.flatMap(event => (event.type === 'check-transmission' ? [event.kind] : []))
    for (const kind of ['connect', 'bytes', 'fin', 'control']) assert.ok(kinds.includes(kind as never), kind)
    const bare = JSON.parse((await p2plab([...args.slice(0, 4), '--json'], workspace)).out) as ExerciseResult
    assert.equal(bare.checks[0]!.transcript, undefined)
  })

  it('shows in a terminal once what the program prints, and to a pipe in the message, too', async function () {
    const reason = noTerminal()
    if (reason !== undefined) skipBecause(this, reason)
    const text = "export async function listen() { console.error('once ' + 'only'); throw new Error('no') }"
    const workspace = await folderWith({ '1-tcp/1-echo.ts': text })
    const args = ['check', '1.1', '--only', 'stop']
    const inTerminal = typeTo(args, { cwd: workspace })
    await inTerminal.over
    assert.equal(inTerminal.out.match(/once only/g)?.length, 1, inTerminal.out)
    assert.match((await p2plab(args, workspace)).out, /Your program printed:\n +once only/)
  })

  it('exits with 1 when a check fails, and says why', async () => {
    const { status, out } = await p2plab(
      ['check', '1.1', '--only', 'stop', '--seed', '42'],
      await workspaceOf('starter.ts'),
    )
    assert.equal(status, 1)
    assert.match(out, /✗ fail {2}Refuses connections after stop \(stop, \d+ ms\)/)
    assert.match(out, /Got: an error: 1-tcp\/1-echo\.ts:8:9: listen is not written yet/)
    assert.match(out, /Seed: 42/)
    assert.match(out, /Exercise 1\.1: fail\. 0 of 1 checks passed/)
  })

  it('sends the same bytes again with the same seed', async () => {
    const workspace = await folderWith({ '1-tcp/1-echo.ts': await wrongProgram('1.1', 'decodes-utf8') })
    const differences = async (seed: string) => {
      const { out } = await p2plab(
        ['check', '1.1', '--only', 'every-byte', '--seed', seed, '--json'],
        workspace,
      )
      return (JSON.parse(out) as { checks: { diff: object }[] }).checks[0]!.diff
    }
    const first = await differences('5')
    assert.deepEqual(await differences('5'), first)
    assert.notDeepEqual(await differences('6'), first)
  })

  it('runs the checks so many times and says how often each one passes', async () => {
    const workspace = await workspaceOf('solution.ts')
    const args = ['check', '1.1', '--only', 'stop', '--times', '3']
    const passing = await p2plab([...args, '--seed', '9'], workspace)
    assert.equal(passing.status, 0, passing.errors)
    assert.match(passing.out, /^Run 1 of 3: pass, [\d.]+ s\. Seed 9\.\n/)
    assert.match(passing.out, /\nExercise 1\.1, 3 runs: pass 3\.\n {2}stop {2}pass 3\n$/)
    const { status, out } = await p2plab([...args, '--json'], await workspaceOf('starter.ts'))
    assert.equal(status, 1)
    const { runs, ...counts } = JSON.parse(out) as { runs: { seed: number; verdict: string }[] }
    const none = { pass: 0, fail: 3, inconclusive: 0, error: 0 }
    assert.deepEqual(counts, { exercise: '1.1', times: 3, ...none, checks: [{ id: 'stop', ...none }] })
    assert.equal(new Set(runs.map(({ seed }) => seed)).size, 3)
    assert.ok(runs.every(({ verdict }) => verdict === 'fail'))
  })

  it('runs any command line with --program, and keeps its output apart from the JSON', async () => {
    const workspace = await folderWith({
      'program.mjs': `console.log('my log'); console.error('my error'); console.log('{"p2plab":"ready","contract":1}'); setInterval(() => {}, 1e3);
        process.stdin.on('end', () => process.exit()).on('data', line => {
          const { id } = JSON.parse(line)
          console.log(JSON.stringify({ p2plab: 'error', id, message: process.env.P2PLAB_EXERCISE + ' ' + process.env.P2PLAB_SEED }))
        })`,
    })
    const { status, out, errors } = await p2plab(
      [
        'check',
        '1.2',
        '--program',
        `"${process.execPath}" program.mjs`,
        '--only',
        'empty',
        '--seed',
        '3',
        '--json',
      ],
      workspace,
    )
    assert.equal(status, 1)
    const { checks } = JSON.parse(out) as { checks: { message: string }[] }
    assert.match(checks[0]!.message, /Got: an error: 1\.2 3/)
    assert.match(errors, /my log\n/)
    assert.match(errors, /my error\n/)
  })

  const wrongUse: [args: string[], expected: RegExp][] = [
    [['check'], /ID is missing/],
    [['check', '9.9'], /There is no exercise "9\.9"\. Exercises: 1\.1, 1\.2, /],
    [['check', '1.1', '1.2'], /Unexpected argument "1\.2"/],
    [['check', '1.1', '--sed', '1'], /Unknown option --sed\. Usage: p2plab check/],
    [['check', '1.1', '-s'], /Unknown option -s/],
    [['check', '1.1', '--seed'], /--seed needs a value/],
    [['check', '1.1', '--seed', '-1'], /--seed must be a whole number from 0 to 4294967295, not "-1"/],
    [['check', '1.1', '--seed', '4294967296'], /--seed must be/],
    [['check', '1.1', '--times', '0'], /--times must be a whole number from 1 to 1000, not "0"/],
    [['check', '1.1', '--times', '2', '--transcript'], /--transcript is about one run: leave out --times/],
    [['check', '1.1', '--seed', 'ten'], /--seed must be .* not "ten"/],
    [['check', '1.1', '--seed', '1e3'], /--seed must be/],
    [['check', '1.1', '--only', 'nothing'], /Exercise 1\.1 has no check "nothing"\. Its checks: port-zero,/],
    [['check', '1.1', '--json=yes'], /--json takes no value/],
    [['check', '1.1', '--workspace', 'nowhere'], /The folder "nowhere" does not exist/],
    [['check', '1.1', '--program', ' '], /--program needs a command line/],
    [['check', '1.1'], /There is no file 1-tcp\/1-echo\.ts/],
    [
      ['check', '1.1', '--program', 'no-such-program-here'],
      /Could not run "no-such-program-here": there is no program .* on this computer's PATH\./,
    ],
    [
      ['check', '1.1', '--program', './no-such-file -v'],
      /Could not run .*: there is no program \.\/no-such-file in /,
    ],
    [['chekc', '1.1'], /Unknown command "chekc"\. Commands: /],
    [['check\u001b[31m\n', '1.1'], /Unknown command "check/],
    [[], /No command given/],
  ]
  // cmd.exe ends with 1 then, as a program may.
  if (process.platform !== 'win32') {
    const command = 'cd . && no-such-program'
    wrongUse.push([['check', '1.1', '--program', command], /Could not run .*no-such-program.*not found/])
  }
  for (const [args, expected] of wrongUse) {
    it(`exits with 2 and one line for: ${JSON.stringify(args.join(' '))}`, async () => {
      for (const json of [[], ['--json']]) {
        if (json.length > 0 && args[0] !== 'check') continue
        const { status, out, errors } = await p2plab([...args, ...json])
        const lines = errors
          .trimEnd()
          .split('\n')
          .filter(line => !line.startsWith('/bin/sh') && !line.startsWith('sh:'))
        assert.match(errors, args.at(-1) === '--seed' && json.length > 0 ? /needs a value/ : expected)
        assert.equal(lines.length, 1, errors)
        assert.equal(status, 2)
        assert.equal(out, '')
      }
    })
  }

  it('shows its options with --help', async () => {
    const { status, out } = await p2plab(['check', '--help'])
    assert.equal(status, 0)
    for (const option of ['--program', '--workspace', '--seed', '--only', '--json'])
      assert.ok(out.includes(option))
  })

  it('tells its version', async () => {
    const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
      version: string
    }
    if (path.dirname(dist) !== root) return
    assert.equal((await p2plab(['--version'])).out, `${version}\n`)
  })

  it('ends the program and exits with 130 on an interrupt', async function () {
    if (process.platform === 'win32') skipBecause(this, 'Windows has no SIGINT that a test could send')
    const workspace = await folderWith({
      '1-tcp/1-echo.ts': 'console.log("pid " + process.pid + ".")\nfor (;;);\n',
    })
    const { child, ran, done } = start(['check', '1.1'], workspace)
    while (!/pid \d+\./.test(ran.errors)) await wait(10)
    child.kill('SIGINT')
    const { status } = await done
    assert.equal(status, 130)
    await gone([Number(/pid (\d+)\./.exec(ran.errors)![1])])
  })
})
