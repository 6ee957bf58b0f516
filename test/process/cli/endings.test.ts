/** What ends a command before it is done: a reader that goes away, a full disk, Ctrl-C, and the program that started it. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { userFolder } from '../../../cli/installation.ts'
import { readTrace } from '../../../network/trace.ts'
import { gone, isAlive } from '../../kit/alive.ts'
import { python } from '../../kit/python.ts'
import { dist, folderWith, removeFolders, workspaceOf } from '../../kit/labs.ts'

const cli = path.join(dist, 'cli.mjs')
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
const p2plab = [process.execPath, cli].map(quoted).join(' ')

/** Runs a line of sh in `cwd` to its end. `P` in it is p2plab, and `status` is written by `P …; echo status $?` or the like. */
async function sh(line: string, cwd: string) {
  const child = spawn('bash', ['-c', line.replace(/\bP\b/g, () => p2plab)], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { out, errors }
}
const small = '--discovery assigned --nodes 2'

describe('p2plab whose output goes nowhere', () => {
  before(function () {
    if (process.platform === 'win32') this.skip()
  })
  after(removeFolders)

  it('stops a failing check in good order where its reader leaves, and does not tell a pass', async () => {
    const { out, errors } = await sh(
      'P check 1.1 | head -1; echo status ${PIPESTATUS[0]}',
      await workspaceOf('starter.ts'),
    )
    assert.match(out, /^✗ fail .*\nstatus (141|1)\n$/)
    assert.equal(errors, '')
  })

  it('checks on and tells the result where the reader of standard error leaves', async () => {
    const workspace = await workspaceOf('solution.ts')
    const file = path.join(workspace, '1-tcp/1-echo.ts')
    const program = await readFile(file, 'utf8')
    await writeFile(file, `setInterval(() => console.error('log'), 1)\n${program}`)
    const { out } = await sh('{ P check 1.1 --only every-byte; echo status $?; } 2> >(true)', workspace)
    assert.match(out, /^✓ pass .*\nExercise 1\.1: pass\. .*\nstatus 0\n$/)
  })

  it('ends a network whose reader leaves with a whole recording', async () => {
    const dir = await folderWith()
    const { out, errors } = await sh(
      `P network up ${small} --record r.p2ptrace | true; echo status \${PIPESTATUS[0]}`,
      dir,
    )
    assert.deepEqual([out, errors], ['status 141\n', ''])
    const types: string[] = []
    for await (const item of readTrace(path.join(dir, 'r.p2ptrace')))
      if (item.kind === 'event') types.push(item.event.type)
    assert.deepEqual(types.slice(-2), ['network-stopped', 'recording-stopped'])
    const exported = await sh(
      'P trace export r.p2ptrace --to shiviz | head -1; echo status ${PIPESTATUS[0]}',
      dir,
    )
    // So few lines may be written before the reader leaves.
    assert.match(exported.out, /^n\d .*\nstatus (0|141)\n$/)
    assert.equal(exported.errors, '')
  })

  for (const args of [
    'list',
    'list --json',
    'check 1.1 --only stop',
    `network up ${small}`,
    `broadcast ${small} --messages 1`,
    'scenario show first-broadcast',
  ]) {
    it(`says in one sentence that the disk is full, and exits with 70: ${args}`, async function () {
      if (!existsSync('/dev/full')) this.skip()
      const { out, errors } = await sh(
        `{ P ${args} > /dev/full; echo status $?; }`,
        await workspaceOf('starter.ts'),
      )
      assert.equal(out, 'status 70\n')
      assert.equal(errors, 'Could not write to standard output (the disk is full). Free some space.\n')
    })
  }

  it('exits with 70 on an internal error', async () => {
    const broken = await folderWith({ 'package.json': 'null', 'dist/labs.json': '' })
    for (const name of ['cli.mjs', 'cli-main.mjs'])
      await cp(path.join(path.dirname(cli), name), path.join(broken, 'dist', name))
    const { status, stderr } = spawnSync(process.execPath, [path.join(broken, 'dist/cli.mjs'), '--version'], {
      encoding: 'utf8',
    })
    assert.equal(status, 70)
    assert.match(stderr, /^P2P Lab failed because of an internal error\. .*\nTypeError: /)
  })
})

describe('Ctrl-C while a network starts', () => {
  for (const args of [['network', 'up'], ['broadcast'], ['scenario', 'run', 'star-hub']]) {
    it(`ends p2plab ${args.join(' ')} quietly with 130`, async function () {
      if (process.platform === 'win32') this.skip()
      const file = path.join(await folderWith(), 'r.p2ptrace')
      const child = spawn(process.execPath, [cli, ...args, '--record', file], {
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const errors = text(child.stderr)
      const exit = once(child, 'exit')
      const started = async () =>
        existsSync(file) && (await readFile(file, 'utf8')).includes('"node-starting"')
      while (!(await started())) assert.equal(child.exitCode, null)
      child.kill('SIGINT')
      assert.deepEqual(await exit, [130, null])
      assert.doesNotMatch(await errors, /cancelled|failed/)
    })
  }
})

describe('p2plab network up and what started it', () => {
  before(function () {
    if (process.platform === 'win32') this.skip()
  })
  after(removeFolders)

  /** The pids of the nodes and of the command line. */
  async function up(command: string, args: string[], cwd: string) {
    const child = spawn(command, args, {
      cwd,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, npm_lifecycle_event: undefined },
    })
    let out = ''
    const { promise, resolve } = Promise.withResolvers<{ nodes: { pid: number }[] }>()
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk
      const json = /^\{.*\}$/m.exec(out)?.[0]
      if (json !== undefined) resolve(JSON.parse(json) as { nodes: { pid: number }[] })
    })
    const { nodes } = await promise
    const [first] = nodes
    const cli = Number(
      spawnSync('ps', ['-o', 'ppid=', '-p', String(first!.pid)], { encoding: 'utf8' }).stdout,
    )
    const pids = [cli, ...nodes.map(({ pid }) => pid)]
    started.push(...pids)
    return { child, cli, pids }
  }
  const started: number[] = []
  afterEach(() => {
    for (const pid of started.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  })
  const withNpm = async () => folderWith({ 'package.json': JSON.stringify({ scripts: { p2plab: p2plab } }) })
  const network = ['network', 'up', ...small.split(' '), '--json']

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    it(`ends with npm, ended by ${signal}`, async () => {
      const npm = ['run', '-s', 'p2plab', '--', ...network]
      const { child, pids } = await up('npm', npm, await withNpm())
      child.kill(signal)
      await gone(pids)
    })
  }

  it('takes paths from where the user is, in a folder of the package', async () => {
    const dir = await withNpm()
    const sub = path.join(dir, 'sub')
    await cp(await workspaceOf('solution.ts'), path.join(sub, 'lab'), { recursive: true })
    const line = `npm run -s p2plab -- check 1.1 --only port-zero --workspace lab; echo status $?`
    assert.match((await sh(line, sub)).out, /\nstatus 0\n$/)
    // What another script of npm's runs is where it should be.
    const env = { npm_package_json: '/a/package.json', INIT_CWD: dir }
    assert.equal(userFolder({ ...env, npm_lifecycle_script: 'mocha' }, '/a'), '/a')
    assert.equal(userFolder({ ...env, npm_lifecycle_script: 'node dist/cli.mjs' }, '/b'), '/b')
    assert.equal(userFolder({ ...env, npm_lifecycle_script: 'node dist/cli.mjs' }, '/a'), dir)
  })

  it('ends with the shell that it was started from, unless it was asked to go on', async () => {
    const inBackground = (more: string) => ['-c', `${p2plab} ${network.join(' ')}${more} & read x`]
    const dir = await folderWith()
    const follower = await up('bash', inBackground(''), dir)
    follower.child.stdin.end()
    await gone(follower.pids)

    const kept = await up('bash', inBackground(' --keep-running'), dir)
    kept.child.stdin.end()
    await gone([kept.child.pid!])
    process.kill(kept.cli, 'SIGHUP')
    const other = await up('bash', inBackground(''), dir)
    other.child.stdin.end()
    await gone(other.pids)
    assert.ok(kept.pids.every(isAlive), 'it did not go on')
    process.kill(kept.cli, 'SIGTERM')
    await gone(kept.pids)
  })
})

describe('what p2plab writes to a terminal', () => {
  after(removeFolders)
  const py = python()

  it('has escape sequences where the terminal takes them, and none in a simple one, with NO_COLOR, or in a pipe', async function () {
    if (process.platform === 'win32' || py === undefined) this.skip()
    const dir = await folderWith({
      // Runs a command on a terminal of its own and shows what it writes.
      'terminal.py': 'import pty, sys\npty.spawn(sys.argv[1:])\n',
    })
    const lab = await workspaceOf('starter.ts')
    // Where CI is set, Node takes a terminal for one without colors.
    const inTerminal = async (args: string, env: string) =>
      (
        await sh(
          `unset CI; export ${env}; ${py} ${quoted(path.join(dir, 'terminal.py'))} P ${args} < /dev/null`,
          lab,
        )
      ).out
    const escape = /\u001b/
    const commands = ['check 1.1 --only stop', `broadcast ${small} --messages 1`, 'doctor']
    for (const command of commands) {
      const seen = await inTerminal(command, 'TERM=xterm-256color')
      assert.match(seen, escape, `${command}: ${JSON.stringify(seen)}`)
      for (const env of ['TERM=dumb', 'TERM=xterm-256color NO_COLOR=1']) {
        const plain = await inTerminal(command, env)
        assert.notEqual(plain, '')
        assert.doesNotMatch(plain, escape, `${command} with ${env}`)
      }
      const { out, errors } = await sh(`TERM=xterm-256color P ${command}`, lab)
      assert.doesNotMatch(out + errors, escape)
    }
  })
})
