/** Users without a home folder, and with variables that are set to nothing: as in containers and in scripts. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { dist, folderWith, removeFolders } from '../../kit/labs.ts'

/** In the system's list of users there is nobody of this id. */
const UNLISTED = `--import=data:text/javascript,${encodeURIComponent(`
  import os from 'node:os'
  import { syncBuiltinESMExports } from 'node:module'
  os.userInfo = os.homedir = () => { throw new Error('ENOENT: uv_os_get_passwd') }
  syncBuiltinESMExports()
`)}`

const FILE = '1-tcp/1-echo.ts'
const SAY = `export async function say(): Promise<{ text: string }> { return { text: 'hello' } }\n`
const FOLDERS = ['HOME', 'USERPROFILE', 'XDG_DATA_HOME', 'XDG_CACHE_HOME', 'APPDATA', 'LOCALAPPDATA']
const OURS = ['P2PLAB_CACHE', 'P2PLAB_NETWORKS']

const withEach = (value: string | undefined) =>
  Object.fromEntries([...FOLDERS, ...OURS].map(name => [name, value]))

async function run(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv, input = '') {
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...env } })
  child.stdin.end(input)
  const [out, errors, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  return { out, errors, status }
}

const say = (cwd: string, env: NodeJS.ProcessEnv, options: readonly string[] = []) =>
  run(
    [...options, path.join(dist, 'learner.mjs'), FILE],
    cwd,
    env,
    `${JSON.stringify({ id: 1, op: 'say', args: {} })}\n`,
  )

describe('for a user without a home folder', () => {
  after(removeFolders)

  it("a learner's program runs, and nothing is written into the workspace", async () => {
    const cwd = await folderWith({ [FILE]: SAY })
    const { out, errors, status } = await say(cwd, withEach(undefined), [UNLISTED])
    assert.deepEqual({ errors, status }, { errors: '', status: 0 })
    assert.match(out, /"hello"/)
    assert.deepEqual(await readdir(cwd), ['1-tcp'])
  })

  it('saved networks are one sentence', async () => {
    const cwd = await folderWith()
    const cli = path.join(dist, 'cli.mjs')
    for (const words of [['list'], ['up', '--nodes', '1', '--save', 'one'], ['up', '--load', 'one']]) {
      const ran = await run([UNLISTED, cli, 'network', ...words], cwd, withEach(undefined))
      assert.equal(ran.status, 2)
      assert.match(
        ran.errors,
        /^[^\n]*this user has no home folder\. Set HOME, or set P2PLAB_NETWORKS to the absolute path[^\n]*\n$/,
      )
    }
    assert.deepEqual(await readdir(cwd), [])
  })
})

describe('where the variables of folders are empty', () => {
  after(removeFolders)

  for (const value of ['', 'here'])
    it(`nothing is written into the current folder: "${value}"`, async () => {
      const cwd = await folderWith({ [FILE]: SAY })
      // Where the user's own folders are is then up to the system: nothing is to be written there.
      const { errors, status } = await say(cwd, withEach(value), [UNLISTED])
      assert.deepEqual({ errors, status }, { errors: '', status: 0 })
      await run([path.join(dist, 'cli.mjs'), 'network', 'list'], cwd, withEach(value))
      assert.deepEqual(await readdir(cwd), ['1-tcp'])
    })
})
