/** SIGKILL each process of the tree host → check process → program in turn: within 2 s nothing below it is left. */
import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { checkFile, dist, folderWith, removeFolders, root, shown } from '../../../kit/labs.ts'
import { gone, isAlive } from '../../../kit/alive.ts'

/** Programs that are in the middle of a check for as long as they are let, each in its own way; they say when. */
const PROGRAMS = {
  'waits for ever': `export const listen = () => { console.log('here'); return new Promise(() => setInterval(() => {}, 1000)) }`,
  'loops for ever': `export async function listen() { console.log('here'); for (;;); }`,
  'loops for ever while it is loaded': `console.log('here')\nfor (;;);\nexport {}`,
} as const

interface Tree {
  host: ChildProcess
  check: number
  program: number
}

/** A host process with a check process and a program, all three alive. */
async function startTree(source: string): Promise<Tree> {
  const workspace = await folderWith({ '1-tcp/1-echo.ts': source })
  const host = fork(path.join(root, 'test/kit/fixtures/check-host.ts'), [dist, workspace], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [{ check, program }] = (await once(host, 'message')) as [{ check: number; program: number }]
  assert.ok(isAlive(check) && isAlive(program))
  return { host, check, program }
}

describe('Nothing of a check is left running', () => {
  let tree: Tree | undefined
  after(removeFolders)
  afterEach(() => {
    tree?.host.kill('SIGKILL')
    for (const pid of [tree?.check, tree?.program]) {
      if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGKILL')
    }
    tree = undefined
  })

  for (const [what, source] of Object.entries(PROGRAMS)) {
    it(`when its host is killed and the program ${what}`, async () => {
      tree = await startTree(source)
      tree.host.kill('SIGKILL')
      await gone([tree.check, tree.program])
    })

    it(`when the check process is killed and the program ${what}`, async () => {
      tree = await startTree(source)
      const told = once(tree.host, 'message')
      process.kill(tree.check, 'SIGKILL')
      await gone([tree.check, tree.program])
      const [{ problem }] = (await told) as [{ problem: string }]
      assert.match(problem, /check process (was ended by SIGKILL|ended with)/)
    })

    it(`when host and check process are killed together and the program ${what}`, async () => {
      tree = await startTree(source)
      process.kill(tree.check, 'SIGKILL')
      tree.host.kill('SIGKILL')
      await gone([tree.check, tree.program])
    })

    it(`when the program is killed and ${what}`, async () => {
      tree = await startTree(source)
      process.kill(tree.program, 'SIGKILL')
      const [{ message }] = (await once(tree.host, 'message')) as [{ message: string }]
      assert.match(message, /your program (was ended by SIGKILL|exited with)/)
      await gone([tree.program, tree.check])
    })
  }

  it('when a check is cancelled, however the program hangs', async () => {
    for (const source of Object.values(PROGRAMS)) {
      const workspace = await folderWith({ '1-tcp/1-echo.ts': source })
      const controller = new AbortController()
      const pids: number[] = []
      const result = await checkFile('1.1', workspace, {
        signal: controller.signal,
        onProcess: pid => void pids.push(pid),
        onProgram: ({ pid }) => void pids.push(pid),
        onLog: () => controller.abort(),
      })
      assert.equal(result.verdict, 'error', shown(result))
      assert.equal(result.problem, 'The check was canceled.')
      await gone(pids)
    }
  })

  it('when a check is cancelled before it begins', async () => {
    const result = await checkFile('1.1', await folderWith(), {
      signal: AbortSignal.abort(),
      onProcess: () => assert.fail('nothing must be started'),
    })
    assert.equal(result.problem, 'The check was canceled.')
  })
})
