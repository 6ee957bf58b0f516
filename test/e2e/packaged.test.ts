/**
 * What a user does: install the packaged extension into VS Code, open the palette, start a network, watch it. Nothing on
 * the way may need the internet: proxies lead nowhere and the browser resolves no name.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { exercise } from '../../labs/catalogue.ts'
import { loadPack } from '../../labs/pack.ts'
import { trackOf } from '../../labs/workspace/track.ts'
import { solution } from '../../labs/workspace/workspace.ts'
import { ensureCodeServer } from '../../scripts/vscode/code-server.ts'
import { root } from '../../scripts/vscode/paths.ts'
import { profileArguments } from '../../scripts/vscode/server.ts'
import { CURRENT } from '../../scripts/vscode/versions.ts'
import { screenshot } from '../host/harness/browser.ts'
import { gone, isRunning } from '../host/harness/pids.ts'
import { broadcast, nodeRows, startNetwork } from '../host/harness/live-view.ts'
import { TEST_MS } from '../kit/deadlines.ts'
import { copyProject, type ProjectCopy } from '../kit/project-copy.ts'
import { answer, notification, runCommand, webviewFrame, withWorkbench } from '../host/harness/workbench.ts'

const run = promisify(execFile)

/** Port 9 is "discard": nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9'
const OFFLINE = {
  HTTP_PROXY: NOWHERE,
  HTTPS_PROXY: NOWHERE,
  http_proxy: NOWHERE,
  https_proxy: NOWHERE,
  npm_config_offline: 'true',
}

describe('the packaged extension', function () {
  this.timeout(TEST_MS)
  let folder: string
  let home: string
  let project: ProjectCopy | undefined

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-e2e-'))
    home = path.join(folder, 'server')
    // Packaging builds, and other suites run what is built here.
    project = await copyProject()
    await project.node('scripts/package/main.ts')
    const codeServer = await ensureCodeServer(CURRENT, console.log)
    const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'))
    const vsix = path.join(project.folder, `p2p-lab-${version}.vsix`)
    const install = [codeServer.main, ...profileArguments(home), '--install-extension', vsix]
    const { stdout } = await run(codeServer.node, install, { env: { ...process.env, ...OFFLINE } })
    assert.match(stdout, /was successfully installed/)
  })

  after(async () => {
    await project?.remove()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  it('starts five nodes from the palette, shows them in the view, carries a broadcast, and stops them', async () => {
    const workspace = path.join(folder, 'workspace')
    await mkdir(workspace)
    const options = { name: 'e2e', folder: workspace, home, env: OFFLINE, offline: true }
    await withWorkbench(options, async ({ page }) => {
      const view = await startNetwork(page, 5)
      const nodes = await nodeRows(view)
      const names = ['n1', 'n2', 'n3', 'n4', 'n5']
      assert.deepEqual(
        nodes.map(({ name, state }) => ({ name, state })),
        names.map(name => ({ name, state: 'listening' })),
      )
      const pids = nodes.map(node => node.pid)
      assert.deepEqual(pids.filter(isRunning), pids, 'each node is a process that runs')

      await broadcast(page, view, 'over the mesh', 4)
      await screenshot(page, 'e2e-broadcast')

      await view.getByRole('button', { name: 'Stop Network' }).click()
      await gone(pids)
    })
  })

  it('writes the lab workspace, opens it, and passes exercise 1.1 with its solution', async () => {
    const lab = path.join(folder, 'my-lab')
    const file = path.join(lab, trackOf(exercise('1.1')!, 'typescript').file)
    const settings = { 'p2plab.labs.folder': lab }
    const options = { name: 'e2e-lab', folder, home, env: OFFLINE, offline: true, settings }
    await withWorkbench(options, async ({ page }) => {
      await runCommand(page, 'P2P Lab: Open Lab Workspace…')
      // The same window goes on with the folder that was written.
      await Promise.all([page.waitForURL(/my-lab/), answer(page, /Open Lab Workspace/)])
      const welcome = await webviewFrame(page, 'h1')
      await welcome.getByRole('heading', { name: 'P2P Lab workspace' }).waitFor()
      const pack = await loadPack(path.join(root, 'dist'))
      assert.equal(await readFile(file, 'utf8'), pack.exercises['1.1']?.programs.typescript?.starter)
      await writeFile(file, solution(pack, '1.1', 'typescript'))

      await runCommand(page, 'P2P Lab: Check Exercise')
      await answer(page, /Check Exercise/, '1.1')
      const { length } = exercise('1.1')!.checks
      await notification(page, new RegExp(`passed: ${length} of ${length} checks`))
      await screenshot(page, 'e2e-exercise')
    })
  })
})
