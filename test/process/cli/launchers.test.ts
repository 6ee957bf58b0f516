/** The scripts with which the terminals of VS Code run `p2plab`, and the command that npm links. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cp, readFile, readdir, rm, stat, symlink } from 'node:fs/promises'
import path from 'node:path'
import { launcherVariables, writeLaunchers } from '../../../extension/terminal/launchers.ts'
import { EXERCISES } from '../../../labs/catalogue.ts'
import { dist, folderWith, removeFolders, root, workspaceOf } from '../../kit/labs.ts'

describe('the launchers of p2plab', () => {
  after(removeFolders)

  it('run it from a path with spaces, quotes and other letters, with the Node that they are given', async () => {
    const home = path.join(await folderWith(), "Jörg's $HOME & Co")
    const node = path.join(home, 'my node', path.basename(process.execPath))
    await cp(dist, path.join(home, 'the dist'), { recursive: true })
    await cp(process.execPath, node)
    const launchers = { folder: path.join(home, 'bin'), node, cli: path.join(home, 'the dist/cli.mjs') }
    await writeLaunchers(launchers)
    const env = {
      ...process.env,
      ...launcherVariables(launchers),
      PATH: `${launchers.folder}${path.delimiter}${process.env['PATH']}`,
      NODE_OPTIONS: '--require ./nothing-there.cjs',
    }
    const run = (line: string, cwd: string) => spawnSync(line, { cwd, env, shell: true, encoding: 'utf8' })
    const list = run('p2plab list --json', home)
    assert.equal((JSON.parse(list.stdout) as unknown[]).length, EXERCISES.length, list.stderr)
    // A learner's program is run with that Node, too, and arguments stay whole.
    const check = run('p2plab check 1.1 --only "port-zero" --workspace .', await workspaceOf('solution.ts'))
    assert.equal(check.status, 0, check.stdout + check.stderr)
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  })

  it('are written once, and again when they would run something else', async () => {
    const folder = await folderWith()
    const launchers = { folder, node: process.execPath, cli: path.join(dist, 'cli.mjs') }
    await writeLaunchers(launchers)
    const file = path.join(folder, 'p2plab')
    const before = await stat(file)
    await writeLaunchers(launchers)
    assert.equal((await stat(file)).ino, before.ino)
    await writeLaunchers({ ...launchers, cli: '/elsewhere/cli.mjs' })
    assert.match(await readFile(file, 'utf8'), /'\/elsewhere\/cli\.mjs' "\$@"/)
    assert.deepEqual((await readdir(folder)).sort(), ['p2plab', 'p2plab.cmd'])
  })

  it('are beside the command that npm links, which a shell can run itself', async function () {
    if (process.platform === 'win32') this.skip()
    const { bin } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
      bin: { p2plab: string }
    }
    assert.equal(bin.p2plab, 'dist/cli.mjs')
    assert.match(await readFile(path.join(dist, 'cli.mjs'), 'utf8'), /^#!\/usr\/bin\/env node\n/)
    const folder = await folderWith()
    await symlink(path.join(dist, 'cli.mjs'), path.join(folder, 'p2plab'))
    const { stdout } = spawnSync(process.execPath, [path.join(folder, 'p2plab'), 'list'], {
      encoding: 'utf8',
    })
    assert.match(stdout, /1\.1 {2}Echo/)
  })
})
