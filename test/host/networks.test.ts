/** Networks in the real VS Code, all in one window. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fillLabWorkspace } from '../../scripts/vscode/lab.ts'
import { TEST_MS } from '../kit/deadlines.ts'
import { sharedWorkbench } from './harness/shared-workbench.ts'
import { runMyNetwork } from './networks/my-network.ts'
import { runCommand } from './harness/workbench.ts'
import { aRunningNetwork } from './networks/view.ts'
import { twoWindows } from './networks/windows.ts'

describe('in VS Code', function () {
  // The first run on a machine installs VS Code.
  this.timeout(TEST_MS)
  let folder: string

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-networks-'))
    await fillLabWorkspace(folder)
  })
  const window = sharedWorkbench(() => ({
    name: 'networks',
    folder,
    settings: {
      // What is set for networks of libp2p nodes must not get in the way of the learner's own.
      'p2plab.network.discovery': 'mdns',
      'p2plab.network.metrics': true,
      'files.autoSave': 'off',
    },
  }))
  after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

  /** A test that failed half-way leaves the others a network at which they ask a question more. */
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await runCommand(window().page, 'P2P Lab: Stop Network').catch(() => undefined)
  })

  describe('a running network', () => aRunningNetwork(window, () => folder))
  describe('Run My Network', () => runMyNetwork(window, () => folder))
  describe('two windows with a network each', () => twoWindows(window))
})
