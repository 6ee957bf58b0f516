/** Learner's files that cannot be run, or do not end: what a check says of each, and where it points. */
import assert from 'node:assert/strict'
import { readFile, rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import type { CheckResult } from '../../../../labs/check/protocol.ts'
import { checkFile, folderWith, removeFolders, shown, source } from '../../../kit/labs.ts'
import { gone } from '../../../kit/alive.ts'

const FILE = '1-tcp/1-echo.ts'
const LISTEN = 'export async function listen() { return { port: 1 } }\n'

/** The one check of this file that ran; nothing of it is left. */
async function failing(text: string, only = 'stop'): Promise<CheckResult> {
  const pids: number[] = []
  const workspace = await folderWith({ [FILE]: text })
  const result = await checkFile('1.1', workspace, {
    only: [only],
    onProcess: pid => void pids.push(pid),
    onProgram: ({ pid }) => void pids.push(pid),
  })
  assert.equal(result.verdict, 'fail', shown(result))
  await gone(pids)
  return result.checks[0]!
}

/** What the file is, the file, what the check says, and the line and column that it points to. */
const FILES: [what: string, text: string, says: RegExp, line?: number, column?: number][] = [
  ['has a syntax error', 'export {}\nconst x = = 3', /syntax error: Expression expected/, 2, 11],
  ['declares a name twice', 'const a: number = 1\n  let a = 2', /already been declared/, 2, 7],
  ['uses an enum', 'export {}\n  enum Kind { A }', /an enum does not work here.*: const Kind = /, 2, 3],
  [
    'uses a namespace with values',
    'namespace Lab { export const a = 1 }',
    /a namespace does not work here.* plain functions/,
    1,
    1,
  ],
  [
    'uses a parameter property',
    'export class A {\n  constructor(private x: number) {}\n}',
    /a parameter property does not work here.* this\.x = x/,
    2,
    23,
  ],
  [
    'imports as CommonJS does',
    "import net = require('node:net')",
    /does not work here.* import net from 'node:net'/,
    1,
    1,
  ],
  [
    'imports a package that is not there',
    "export {}\nimport _ from 'lodash/fp'",
    /the package lodash is not installed\. These packages come with P2P Lab: .*libp2p, .*Install any others yourself/,
    2,
    16,
  ],
  [
    'imports a file that is not there',
    "import { a } from './a.ts'",
    /there is no file 1-tcp\/a\.ts\.$/m,
    1,
    20,
  ],
  [
    'imports a file without its ending',
    "import './a'",
    /there is no file 1-tcp\/a\. .*need the file extension/,
    1,
    9,
  ],
  [
    'throws while it is loaded',
    'const x: any = null\nx.y()',
    /TypeError: Cannot read properties of null/,
    2,
    3,
  ],
  [
    'throws outside of a function that is called',
    `${LISTEN}setTimeout(() => { throw new RangeError('late') }, 50)\nexport const stop = () => new Promise(() => {})`,
    /RangeError: late/,
    2,
    26,
  ],
  [
    'is empty',
    '',
    /1-echo\.ts does not export a function listen, nor send, stop\. Write: export async function listen/,
  ],
  [
    'exports something that is no function',
    'export const listen = 3\nexport const send = () => {}',
    /does not export a function listen \(it exports listen, but that is not a function\), nor stop\./,
  ],
  [
    'waits for ever while it is loaded',
    'await new Promise(() => {})',
    /1-echo\.ts never finishes loading\. An await/,
  ],
  // To whoever waits, this is an endless loop, but it does not take ten seconds of processor time.
  [
    'blocks while it is loaded',
    'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)\nexport {}',
    /is ready within 10 s[^]*is there a loop/,
  ],
  [
    'loops for ever in a function',
    'export async function listen() { for (;;); }',
    /listen within 5 s[^]*an endless loop/,
  ],
]

describe("A learner's file fails the check when it", () => {
  after(removeFolders)

  for (const [what, text, says, line, column] of FILES) {
    it(what, async () => {
      const { message, location } = await failing(
        text,
        what.startsWith('throws outside') ? 'clients' : 'stop',
      )
      assert.match(message!, says)
      assert.deepEqual(location, line === undefined ? undefined : { file: FILE, line, column })
      // No stack trace, no file of ours, and nothing said twice.
      assert.doesNotMatch(message!, /^\s+at |learner\.mjs|node:internal/m)
      assert.doesNotMatch(message!, /^ *P2P Lab: /m)
    })
  }

  it('points to the line in the function that throws', async () => {
    const { location } = await failing(await source('1.1', 'starter.ts'))
    assert.deepEqual(location, { file: FILE, line: 8, column: 9 })
  })

  it('names the place in the workspace where the folder of the lab, or the file, is a link', async function () {
    if (process.platform === 'win32') this.skip()
    const text = await source('1.1', 'starter.ts')
    const elsewhere = await folderWith({ 'tcp/1-echo.ts': text, 'my echo.ts': text })
    const [folderLinked, fileLinked] = [await folderWith(), await folderWith({ '1-tcp/README': '' })]
    await symlink(path.join(elsewhere, 'tcp'), path.join(folderLinked, '1-tcp'))
    await symlink(path.join(elsewhere, 'my echo.ts'), path.join(fileLinked, FILE))
    for (const workspace of [folderLinked, fileLinked]) {
      const result = await checkFile('1.1', workspace, { only: ['stop'] })
      const { location, message } = result.checks[0]!
      assert.deepEqual(location, { file: FILE, line: 8, column: 9 }, shown(result))
      assert.match(message!, /Got: an error: 1-tcp\/1-echo\.ts:8:9: listen is not written yet/)
    }
  })

  it('prints two gigabytes, which nobody keeps', async () => {
    const loop = `const line = 'x'.repeat(65_535)\nfor (let i = 0; i < 32_768; i++) console.log(line)\n${LISTEN}`
    const workspace = await folderWith({ [FILE]: loop })
    const pids: number[] = []
    let most = 0
    let logged = 0
    const result = await checkFile('1.1', workspace, {
      only: ['stop'],
      onProcess: pid => void pids.push(pid),
      onProgram: ({ pid }) => void pids.push(pid),
      onLog: ({ text }) => void (logged += text.length),
      onCheckStarted: () => {
        if (process.platform !== 'linux') return
        const look = setInterval(async () => {
          const status = await readFile(`/proc/${pids[0]}/status`, 'utf8').catch(() => '')
          if (status === '') return clearInterval(look)
          most = Math.max(most, Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024)
        }, 20)
      },
    })
    assert.match(result.checks[0]!.message!, /floods its output, so the checker ended it/)
    assert.ok(logged < 1024 * 1024, `${logged} characters of it came to the host`)
    assert.ok(most < 400, `the check process had ${most} MiB`)
    await gone(pids)
  })
})

describe("A learner's file that is deleted", () => {
  after(removeFolders)

  it('before the check is named, and nothing is run', async () => {
    const result = await checkFile('1.1', await folderWith())
    assert.equal(result.verdict, 'error')
    assert.match(result.problem!, /There is no file .*1-echo\.ts\. Open the lab workspace/)
    assert.deepEqual(result.checks, [])
  })

  it('during the check is named by the checks after that', async () => {
    const workspace = await folderWith({ [FILE]: await source('1.1', 'solution.ts') })
    const deleted: Promise<void>[] = []
    const result = await checkFile('1.1', workspace, {
      only: ['every-byte', 'stop'],
      onCheckFinished: ({ id }) => {
        if (id === 'every-byte') deleted.push(rm(path.join(workspace, FILE)))
      },
      // The second program may have begun before that.
      onCheckStarted: id => void (id === 'stop' && deleted.length === 0 && assert.fail()),
    })
    await Promise.all(deleted)
    assert.equal(result.checks[0]!.verdict, 'pass', shown(result))
    const { verdict, message } = result.checks[1]!
    if (verdict !== 'pass') assert.match(message!, /there is no file 1-tcp\/1-echo\.ts\. Create it first/)
  })
})
