import { build } from 'esbuild'
import path from 'node:path'
import { cache, root } from '../../../scripts/vscode/paths.ts'

/** Bundles the suites into one file that VS Code's extension host can load, and returns its path. */
export async function bundleSuites(): Promise<string> {
  const outfile = path.join(cache, 'host-tests', 'index.cjs')
  await build({
    absWorkingDir: root,
    entryPoints: [path.join(root, 'test/host/suites/index.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22.18',
    sourcemap: 'inline',
    // Mocha is loaded from node_modules: it finds its own files by their place.
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  })
  return outfile
}
