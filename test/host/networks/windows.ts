/** Two windows of one VS Code, each with a network of its own: what happens in one of them stays in it. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { listProcesses } from '../../../doctor/processes.ts'
import { STEP_MS } from '../../kit/deadlines.ts'
import { newPage, screenshot } from '../harness/browser.ts'
import { gone, isRunning } from '../harness/pids.ts'
import { answerStart, broadcast, messageRow, nodeRows, startNetwork } from '../harness/live-view.ts'
import { runCommand, webviewFrame, type Workbench } from '../harness/workbench.ts'

/** The extension host that a network hangs on, and with its nodes the network process between them. */
async function processesOf(nodes: readonly { pid: number }[]): Promise<{ host: number; network: number[] }> {
  const all = await listProcesses()
  const pids = nodes.map(({ pid }) => pid)
  const parents = new Set(all.filter(p => pids.includes(p.pid)).map(p => p.parent))
  const network = all.find(p => parents.has(p.pid))
  assert(network && parents.size === 1, `one network process is the parent of the nodes ${pids.join(', ')}`)
  return { host: network.parent, network: [network.pid, ...pids] }
}

/** The last test in a window: its extension host is killed. */
export function twoWindows(window: () => Workbench): void {
  let folder: string
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-windows-'))
  })
  after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

  it('do not see each other, and each network ends with its window, however that ends', async () => {
    const { page: left, server } = window()
    await runCommand(left, 'View: Close All Editors')
    const right = await newPage(left.context().browser()!)
    try {
      right.setDefaultTimeout(STEP_MS)
      await right.goto(server.url(folder))

      const [leftView, rightView] = await Promise.all([startNetwork(left, 2), startNetwork(right, 3)])
      // The others of their own network and nobody else, by real mDNS, whose packets go to all nodes of this machine.
      for (const [view, nodes] of [
        [leftView, 2],
        [rightView, 3],
      ] as const) {
        assert.deepEqual(
          (await nodeRows(view)).map(n => n.discovered),
          Array<number>(nodes).fill(nodes - 1),
        )
      }
      await broadcast(left, leftView, 'from the left', 1)
      await broadcast(right, rightView, 'from the right', 2)
      assert.equal(await messageRow(leftView, 'from the right').count(), 0)
      assert.equal(await messageRow(rightView, 'from the left').count(), 0)

      const ours = await processesOf(await nodeRows(leftView))
      const theirs = await processesOf(await nodeRows(rightView))
      assert.notEqual(ours.host, theirs.host)
      await Promise.all([right.waitForEvent('load'), runCommand(right, 'Developer: Reload Window')])
      await gone(theirs.network)
      assert.deepEqual(ours.network.filter(isRunning), ours.network)

      await seeEmptyView(right)
      const again = await answerStart(right, 2)
      assert.equal((await nodeRows(again)).length, 2)
      await broadcast(left, leftView, 'still here', 1)

      process.kill(ours.host, 'SIGKILL')
      await gone(ours.network)
    } finally {
      await right.context().close()
    }
  })
}

/** The view comes back with the window, says that nothing runs, and offers to start something. Does that. */
async function seeEmptyView(page: Page): Promise<void> {
  const view = await webviewFrame(page, 'main[data-page=network]')
  await view.getByRole('heading', { name: 'No network is running' }).waitFor()
  assert.equal(await view.getByRole('grid', { name: 'Nodes' }).isVisible(), false)
  await screenshot(page, 'windows-reloaded')
  await view.getByRole('button', { name: 'Start Network' }).click()
}
