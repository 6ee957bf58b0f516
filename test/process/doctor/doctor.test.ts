/** `p2plab doctor` on this machine, with processes that were really left behind. */
import assert from 'node:assert/strict'
import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { parseDoctorReport, type DoctorReport } from '../../../doctor/report.ts'
import { listProcesses } from '../../../doctor/processes.ts'
import { leftoversAmong } from '../../../doctor/leftovers.ts'
import { p2plab } from '../../kit/cli.ts'
import { dist, folderWith, removeFolders, root } from '../../kit/labs.ts'
import { gone, isAlive } from '../../kit/alive.ts'
import { skipBecause } from '../../kit/platform.ts'

async function doctor(
  args: readonly string[] = [],
  cwd?: string,
): Promise<DoctorReport & { status: number | null }> {
  const { status, out, errors } = await p2plab(['doctor', '--json', ...args], cwd ?? (await folderWith()))
  assert.equal(errors, '')
  const report = parseDoctorReport(JSON.parse(out))
  assert(report, out)
  return { ...report, status }
}
const finding = ({ findings }: DoctorReport, id: string) => findings.find(f => f.id === id)

describe('p2plab doctor', function () {
  this.timeout(60_000)
  after(removeFolders)

  it('looks at everything, says a remedy where one is needed, and leaves nothing', async () => {
    const dir = await folderWith({ '.p2plab/types/README': '' })
    const report = await doctor(['--workspace', dir])
    const ids = report.findings.map(({ id }) => id).filter(id => id !== 'files')
    assert.deepEqual(ids, ['node', 'loopback', 'loopback6', 'multicast', 'ports', 'workspace', 'leftovers'])
    for (const { level, text, remedy } of report.findings) {
      assert.match(text, /\.$/)
      assert.equal(level === 'ok', remedy === undefined, text)
    }
    for (const id of ['node', 'loopback', 'workspace']) assert.equal(finding(report, id)?.level, 'ok', id)
    assert.equal(report.ok, true)
    assert.equal(report.status, 0)
    assert.deepEqual(await readdir(path.join(dir, '.p2plab')), ['types'])
  })

  it('exits with 1 where the workspace cannot be written, and says so', async () => {
    // A file in the way of the folder: that stops also an administrator.
    const dir = await folderWith({ '.p2plab': '' })
    const report = await doctor([], dir)
    assert.equal(report.status, 1)
    assert.equal(report.ok, false)
    assert.equal(finding(report, 'workspace')!.level, 'problem')
    const { status, out } = await p2plab(['doctor'], dir)
    assert.equal(status, 1)
    assert.match(
      out,
      /^✗ problem {2}Workspace: .+ is not writable: \.p2plab is a file, not a folder\.\n {4}Rename or delete that file, or open/m,
    )
    assert.match(out, /^✓ ok {7}Loopback: /m)
  })

  it('finds out that too few files may be open', async function () {
    if (process.platform === 'win32') skipBecause(this, 'Windows has no limit of open files')
    const command = `ulimit -n 100 && exec "$0" "$1" doctor --json`
    const child = spawn('sh', ['-c', command, process.execPath, path.join(dist, 'cli.mjs')], {
      cwd: await folderWith(),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => void (out += text))
    const [status] = (await once(child, 'close')) as [number]
    const report = parseDoctorReport(JSON.parse(out))!
    assert.equal(status, 1)
    assert.equal(finding(report, 'files')!.level, 'warning')
    assert.match(finding(report, 'ports')!.text, /^Opened only \d+ of 200 ports at once: .*EMFILE/)
  })

  it('exits with 2 and one line on wrong use', async () => {
    const dir = await folderWith()
    for (const [args, expected] of [
      [['--workspace', 'nowhere'], /The folder "nowhere" does not exist/],
      [['here'], /Unexpected argument "here"/],
    ] as const) {
      const { status, out, errors } = await p2plab(['doctor', ...args], dir)
      assert.deepEqual([status, out], [2, ''])
      assert.match(errors, expected)
    }
  })
})

describe('p2plab doctor and processes that were left', function () {
  this.timeout(60_000)
  let host: ChildProcess | undefined
  let pids: number[] = []
  before(function () {
    if (process.platform === 'win32')
      skipBecause(this, 'Windows cannot stop a process, and one that runs ends by itself')
  })
  afterEach(() => {
    host?.kill('SIGKILL')
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
    pids = []
  })
  after(removeFolders)

  /** A host with a check process and a learner's program that is in the middle of a check. */
  async function startCheck(): Promise<number[]> {
    const source = `export const listen = () => { console.log('here'); return new Promise(() => setInterval(() => {}, 1000)) }`
    const workspace = await folderWith({ '1-tcp/1-echo.ts': source })
    host = fork(path.join(root, 'test/kit/fixtures/check-host.ts'), [dist, workspace], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const [{ check, program }] = (await once(host, 'message')) as [{ check: number; program: number }]
    pids = [check, program]
    return pids
  }

  /** The same, but stopped and without their host: they cannot notice that they should end. */
  async function leaveBehind(): Promise<number[]> {
    for (;;) {
      const left = await startCheck()
      for (const pid of left) if (isAlive(pid)) process.kill(pid, 'SIGSTOP')
      const ended = once(host!, 'exit')
      host!.kill('SIGKILL')
      await ended
      if (left.every(isAlive)) return left
      // The machine was so busy that the check had given the program up before the two were stopped.
      for (const pid of left) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
      await gone(left)
    }
  }

  it('finds them, says so, and ends them when it is told to', async () => {
    const left = await leaveBehind()
    const report = await doctor()
    const seen = report.leftovers.map(({ pid }) => pid)
    assert.deepEqual(seen.toSorted(), left.toSorted())
    assert.deepEqual(new Set(report.leftovers.map(({ kind }) => kind)), new Set(['check', 'learner']))
    assert.equal(finding(report, 'leftovers')!.level, 'warning')
    assert.match(finding(report, 'leftovers')!.text, new RegExp(`2 processes \\(.*check ${left[0]}`))
    assert.equal(report.status, 0)
    assert.ok(left.every(isAlive), 'it ended what it was only to look at')

    const after = await doctor(['--end-leftovers'])
    assert.deepEqual(after.ended.map(({ pid }) => pid).toSorted(), left.toSorted())
    assert.deepEqual(after.leftovers, [])
    assert.equal(finding(after, 'leftovers')!.level, 'ok')
    await gone(left)
    assert.deepEqual((await doctor()).leftovers, [])
  })

  it('finds a network of the command line that npm has left, and not one that was asked to go on', async () => {
    const start = async (more: string) => {
      const options = '--nodes 2 --discovery assigned --json'
      const child = spawn('sh', ['-c', `node cli.mjs network up ${options}${more} & read x`], {
        cwd: dist,
        stdio: ['pipe', 'pipe', 'inherit'],
        env: {
          ...process.env,
          PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH']}`,
        },
      })
      let out = ''
      for await (const chunk of child.stdout.setEncoding('utf8'))
        if ((out += String(chunk)).includes('\n')) break
      const nodes = (JSON.parse(out) as { nodes: { pid: number }[] }).nodes.map(({ pid }) => pid)
      const ps = execFileSync('ps', ['-o', 'ppid=', '-p', String(nodes[0])], { encoding: 'utf8' })
      pids.push(Number(ps), ...nodes)
      return { cli: Number(ps), nodes, child }
    }
    const left = await start('')
    process.kill(left.cli, 'SIGSTOP')
    left.child.stdin.end()
    const kept = await start(' --keep-running')
    kept.child.stdin.end()
    await gone([left.child.pid!, kept.child.pid!])
    const report = await doctor(['--end-leftovers'])
    // Its nodes may have ended by themselves since.
    assert.ok(report.ended.some(({ pid, kind }) => pid === left.cli && kind === 'cli'))
    assert.deepEqual(report.leftovers, [])
    await gone([left.cli, ...left.nodes])
    assert.ok([kept.cli, ...kept.nodes].every(isAlive))
  })

  it('leaves alone what a running host has started', async () => {
    const running = await startCheck()
    const report = await doctor(['--end-leftovers'])
    assert.deepEqual([report.leftovers, report.ended], [[], []])
    assert.ok(running.every(isAlive))
  })

  it('leaves alone what only names one of our files', async () => {
    const file = path.join(dist, 'check.mjs')
    const program = `setInterval(() => {}, 1000)`
    const parent = `const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(program)}, ${JSON.stringify(file)}], { detached: true, stdio: 'ignore' }); child.unref(); console.log(child.pid)`
    const pid = Number(execFileSync(process.execPath, ['-e', parent], { encoding: 'utf8' }))
    pids = [pid]
    const report = await doctor(['--end-leftovers'])
    assert.deepEqual([report.leftovers, report.ended], [[], []])
    assert.ok(isAlive(pid))
  })

  it('sees the same processes with ps as in /proc', async function () {
    if (process.platform !== 'linux') skipBecause(this, 'only Linux has both')
    const left = await leaveBehind()
    const real = realpathSync(dist)
    const byProc = leftoversAmong(await listProcesses('linux'), real, 'linux').map(({ pid }) => pid)
    assert.deepEqual(byProc.toSorted(), left.toSorted())
    const ps = await listProcesses('darwin').catch(() => undefined)
    if (!ps) return skipBecause(this, 'there is no ps here')
    assert.deepEqual(
      leftoversAmong(ps, real, 'darwin')
        .map(({ pid }) => pid)
        .toSorted(),
      left.toSorted(),
    )
  })
})
