import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { filesFinding, nodeFinding } from '../../../doctor/machine.ts'
import { leftoversAmong } from '../../../doctor/leftovers.ts'
import { parsePowerShell, parsePs, type ProcessInfo } from '../../../doctor/processes.ts'
import { parseDoctorReport } from '../../../doctor/report.ts'
import { workspaceFinding } from '../../../doctor/workspace.ts'
import { isNetworkFolder } from '../../../labs/workspace/network-folder.ts'

const DIST = '/extensions/p2p-lab/dist'
const NODE = '/usr/share/code/code'

/** Node processes of one user, started one after the other; each overrides what matters. */
const machine = (...infos: Partial<ProcessInfo>[]): ProcessInfo[] => [
  { pid: 1, parent: 0, command: '/sbin/init', executable: '/sbin/init', started: 0, own: false },
  ...infos.map((info, i) => ({
    pid: 100 + i,
    parent: 1,
    command: `${NODE} ${info.script ?? ''}`,
    executable: NODE,
    started: 100 + i,
    own: true,
    ...info,
  })),
]
const found = (processes: ProcessInfo[], platform: NodeJS.Platform = 'linux', dist = DIST) =>
  leftoversAmong(processes, dist, platform).map(({ pid }) => pid)

describe('a process that an earlier run left', () => {
  it('runs one of our bundles, and what started it is gone', () => {
    for (const name of ['network', 'node', 'program-node', 'check', 'learner'])
      assert.deepEqual(found(machine({ script: `${DIST}/${name}.mjs` })), [100], name)
    assert.equal(leftoversAmong(machine({ script: `${DIST}/node.mjs` }), DIST, 'linux')[0]!.kind, 'node')
  })

  it('is none while what started it runs', () => {
    const host = { script: '/usr/share/code/out/bootstrap-fork.js' }
    const network = { script: `${DIST}/network.mjs`, parent: 100 }
    const node = { script: `${DIST}/node.mjs`, parent: 101 }
    assert.deepEqual(found(machine(host, network, node)), [])
    // The program file of a process that was updated meanwhile is the same.
    assert.deepEqual(found(machine({ ...host, parent: 1 }, network)), [])
  })

  it('is also what a leftover started', () => {
    const network = { script: `${DIST}/network.mjs` }
    const node = { script: `${DIST}/node.mjs`, parent: 100 }
    assert.deepEqual(found(machine(network, node)), [100, 101])
  })

  it('may have been handed to the user’s own systemd, or to a number that somebody else has now', () => {
    const systemd = { command: '/lib/systemd/systemd --user', executable: '/lib/systemd/systemd' }
    assert.deepEqual(found(machine(systemd, { script: `${DIST}/check.mjs`, parent: 100 })), [101])
    const check = { script: `${DIST}/check.mjs`, parent: 101 }
    assert.deepEqual(found(machine(check, { script: '/other.js' })), [100])
    assert.deepEqual(found(machine({ script: `${DIST}/check.mjs`, parent: 4242 })), [100])
  })

  it('is nothing of somebody else, of another installation, or that only names our files', () => {
    const script = `${DIST}/check.mjs`
    assert.deepEqual(found(machine({ script, own: false })), [])
    assert.deepEqual(found(machine({ script: '/elsewhere/dist/check.mjs' })), [])
    assert.deepEqual(found(machine({ script: `${DIST}/check.mjs.map` })), [])
    assert.deepEqual(found(machine({ command: `vim ${script}`, executable: '/usr/bin/vim' })), [])
    assert.deepEqual(found(machine({ script: '/tmp/x.js', command: `${NODE} /tmp/x.js ${script}` })), [])
  })

  it('may be a command line, unless it was asked to go on, or its parent may have started it', () => {
    const script = `${DIST}/cli.mjs`
    const node = { script: `${DIST}/node.mjs`, parent: 100 }
    assert.deepEqual(found(machine({ script }, node)), [100, 101])
    const command = `${NODE} ${script} network up --nodes 2`
    assert.deepEqual(found(machine({ script, command })), [100])
    assert.deepEqual(found(machine({ script, command: `${command} --keep-running` }, node)), [])
    const shell = { command: '/bin/bash -i', executable: '/bin/bash' }
    assert.deepEqual(found(machine(shell, { script, parent: 100 })), [])
    // Process 1 of a container.
    const [init, ...others] = machine({ script })
    for (const starter of ['-bash', '/bin/sh -c x', `tini -- node ${script}`])
      assert.deepEqual(found([{ ...init!, command: starter }, ...others]), [], starter)
    assert.deepEqual(found([{ ...init!, command: 'tini -- code-server' }, ...others]), [100])
  })

  it('is none whose parent cannot be seen, as in a container, or may be process 1 itself', () => {
    const script = `${DIST}/check.mjs`
    assert.deepEqual(found(machine({ script, parent: 0 })), [])
    const [init, ...others] = machine({ script })
    assert.deepEqual(found([{ ...init!, own: true, executable: NODE }, ...others]), [])
    const { executable: _hidden, ...hidden } = { ...init!, own: true }
    assert.deepEqual(found([hidden, ...others]), [100])
    assert.deepEqual(found([{ ...hidden, command: `${NODE} server.js` }, ...others]), [])
  })

  it('is found on macOS by what ps prints', () => {
    const app = '/Applications/Visual Studio Code.app/Contents/MacOS/Code Helper (Plugin)'
    const text = [
      '    1     0     0 Ss   Sun Nov 22 10:00:00 2026 /sbin/launchd',
      `  300     1   501 S    Sun Nov 22 10:01:00 2026 ${app} ${DIST}/network.mjs`,
      `  301   300   501 S    Sun Nov 22 10:01:01 2026 ${app} --v8-pool-size=1 --max-semi-space-size=1 ${DIST}/node.mjs`,
      `  302     1   502 S    Sun Nov 22 10:01:02 2026 ${app} ${DIST}/network.mjs`,
      `  303     1   501 Z    Sun Nov 22 10:01:03 2026 ${app} ${DIST}/network.mjs`,
      `  304     1   501 S    Sun Nov 22 10:01:04 2026 ${app} --inspect /x.js ${DIST}/network.mjs`,
      `  310   400   501 S    Sun Nov 22 10:02:00 2026 node ${DIST}/check.mjs`,
      `  400   401   501 S    Sun Nov 22 10:01:59 2026 node ${DIST}/cli.mjs check 1.1`,
      `  401     1   501 S    Sun Nov 22 10:01:58 2026 -zsh`,
      `  402     1   501 S    Sun Nov 22 10:01:58 2026 node ${DIST}/cli.mjs network up --keep-running`,
      'garbage',
    ].join('\n')
    const processes = parsePs(text, 501)
    assert.equal(processes.length, 9)
    assert.deepEqual(found(processes, 'darwin'), [300, 301])
  })

  it('is found on Windows by what PowerShell prints', () => {
    const dist = 'c:\\Users\\Ada Lovelace\\.vscode\\extensions\\p2p-lab\\dist'
    const code = 'C:\\Program Files\\Microsoft VS Code\\Code.exe'
    const run = (script: string, option = '') => `"${code}" ${option}"C:${dist.slice(2)}\\${script}"`
    const row = (pid: number, parent: number, command: string | null, more = {}) => ({
      pid,
      parent,
      session: 1,
      started: pid,
      executable: code,
      command,
      ...more,
    })
    const text = JSON.stringify([
      row(4, 0, null, { session: 0 }),
      row(500, 499, run('network.mjs')),
      row(501, 500, run('node.mjs', '--v8-pool-size=1 --max-semi-space-size=1 ')),
      row(502, 499, run('network.mjs'), { session: 2 }),
      row(510, 900, run('check.mjs')),
      row(520, 600, run('check.mjs')),
      row(600, 599, '"C:\\editor.exe"', { started: 5 }),
      row(900, 899, '"C:\\later.exe"'),
      row(901, 1, '"C:\\node.exe" cli.mjs doctor'),
      row(902, 899, `"C:\\notepad.exe" /A ${dist}\\check.mjs.txt`),
    ])
    assert.deepEqual(found(parsePowerShell(text, 901), 'win32', dist), [500, 510, 501])
    // Without oneself in the list nothing is known to be one's own.
    assert.deepEqual(found(parsePowerShell(text, 7), 'win32', dist), [])
  })
})

describe('the doctor', () => {
  it('wants a Node that strips types', () => {
    for (const version of ['22.18.0', '22.20.1', '23.6.0', '24.0.0'])
      assert.equal(nodeFinding(version).level, 'ok')
    for (const version of ['22.17.9', '23.5.0', '20.19.0', '']) {
      const { level, remedy } = nodeFinding(version)
      assert.equal(level, 'problem')
      assert.match(remedy!, /22\.18 or newer/)
    }
  })

  it('wants room for the sockets of a large network', () => {
    assert.equal(filesFinding(Infinity)?.level, 'ok')
    assert.equal(filesFinding(1024)?.level, 'warning')
  })

  it('is understood by who asked', () => {
    const finding = { id: 'a', title: 'A', level: 'ok', text: 'Fine.' }
    const report = { ok: true, findings: [finding], leftovers: [{ pid: 7, kind: 'node' }], ended: [] }
    assert.deepEqual(parseDoctorReport(report), report)
    for (const bad of [
      null,
      {},
      { ...report, findings: [{ ...finding, level: 'bad' }] },
      { ...report, ok: 1 },
    ])
      assert.equal(parseDoctorReport(bad), undefined)
  })
})

describe('a workspace in a network folder', () => {
  it('is known by its path, on Windows only', () => {
    for (const dir of [
      '\\\\server\\share\\lab',
      '\\\\wsl$\\Ubuntu\\home\\anna',
      '//server/share',
      '\\\\?\\UNC\\server\\share',
    ]) {
      assert.ok(isNetworkFolder(dir, 'win32'), dir)
      assert.ok(!isNetworkFolder(dir, 'linux'), dir)
    }
    for (const dir of ['C:\\lab', '\\\\?\\C:\\lab', '\\\\.\\pipe', '/lab', '\\lab'])
      assert.ok(!isNetworkFolder(dir, 'win32'), dir)
  })

  it('can be written, and the doctor says what cannot be done in it', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'p2plab-doctor-'))
    try {
      assert.equal((await workspaceFinding(dir, true)).level, 'ok')
      const { level, text, remedy } = await workspaceFinding(`/${dir}`, true, 'win32')
      assert.equal(level, 'warning')
      assert.match(text, /network folder/)
      assert.match(remedy!, /drive letter/)
    } finally {
      await rm(dir, { recursive: true })
    }
  })
})
