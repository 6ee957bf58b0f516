import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { root } from './vscode/paths.ts'

/**
 * Builds dist/, so that what is measured is what is written; not when P2PLAB_DIST names other bundles. Nothing goes to
 * standard output. Ends this process when the build fails.
 */
export function freshBuild(): void {
  if (process.env['P2PLAB_DIST'] !== undefined) return
  const { status } = spawnSync(process.execPath, [path.join(root, 'scripts/build.mjs')], {
    stdio: ['ignore', 2, 2],
    windowsHide: true,
  })
  if (status !== 0) process.exit(1)
}
