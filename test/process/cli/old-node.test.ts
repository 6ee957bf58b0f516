/** What is run by hand says that the Node is too old, before it loads what such a Node does not know. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { nodeProblem } from '../../../network/node-version.ts'
import { dist } from '../../kit/labs.ts'

/** Makes the Node that runs us say that it is an older one, and lack what that one lacks. */
const AS_NODE_20 = `--import=data:text/javascript,${encodeURIComponent(
  `Object.defineProperty(process.versions, 'node', { value: '20.20.2' }); delete Promise.withResolvers`,
)}`

const TOO_OLD =
  'too old for the exercises and for libp2p. Use Node 22.18 or newer. In VS Code, that means version 1.104 or newer.\n'

function run(node: string, args: readonly string[], cwd = dist) {
  const { status, stdout, stderr } = spawnSync(node, args, { cwd, encoding: 'utf8' })
  return { status, stdout, stderr }
}

/** One of PATH that really is older; not every machine has one. */
function olderNode(): string | undefined {
  const names = process.platform === 'win32' ? ['node.exe'] : ['node', 'nodejs']
  const folders = ['/usr/bin', '/usr/local/bin', ...(process.env['PATH'] ?? '').split(path.delimiter)]
  return folders
    .flatMap(folder => names.map(name => path.join(folder, name)))
    .filter(file => existsSync(file))
    .find(file => nodeProblem(run(file, ['-p', 'process.versions.node']).stdout.trim() || '99'))
}

describe('with a Node that is too old', () => {
  for (const words of [['check', '1.1'], ['list'], ['doctor'], []]) {
    it(`p2plab ${words.join(' ')} is one sentence and status 2`, () => {
      const ran = run(process.execPath, [AS_NODE_20, path.join(dist, 'cli.mjs'), ...words])
      assert.deepEqual(ran, { status: 2, stdout: '', stderr: `Node 20.20.2 is ${TOO_OLD}` })
    })
  }

  it('the runner of a learner’s file is one sentence', () => {
    const ran = run(process.execPath, [AS_NODE_20, path.join(dist, 'learner.mjs'), 'x.ts'])
    assert.deepEqual(ran, { status: 1, stdout: '', stderr: `P2P Lab: Node 20.20.2 is ${TOO_OLD}` })
  })

  it('so it is with a real one, where this machine has one', function () {
    const older = olderNode()
    if (older === undefined) return this.skip()
    for (const [file, status] of [
      ['cli.mjs', 2],
      ['learner.mjs', 1],
    ] as const) {
      const ran = run(older, [path.join(dist, file), 'check', '1.1'])
      assert.equal(ran.status, status)
      assert.ok(ran.stderr.endsWith(TOO_OLD), ran.stderr)
      assert.equal(ran.stderr.split('\n').length, 2)
    }
  })
})
