/** What .vscode/launch.json needs besides the watch: a built lab workspace, and the host tests in one file. */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { bundleSuites } from '../test/host/harness/bundle.ts'
import { fillLabWorkspace } from './vscode/lab.ts'
import { cache, root } from './vscode/paths.ts'

const built = spawnSync(process.execPath, [path.join(root, 'scripts/build.mjs')], {
  stdio: 'inherit',
  windowsHide: true,
})
if (built.status !== 0) process.exit(1)
await fillLabWorkspace(path.join(cache, 'lab'))
await bundleSuites()
