import { build } from 'esbuild'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { cache, root } from '../../../scripts/vscode/paths.ts'

/** Bundles the suites into one file that VS Code's extension host can load, and returns its path. */
export async function bundleSuites(): Promise<string> {
  const outfile = path.join(cache, 'host-tests', 'index.cjs')
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [path.join(root, 'test/host/suites/index.ts')],
    outfile,
    write: false,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22.18',
    sourcemap: 'inline',
    // Mocha is loaded from node_modules: it finds its own files by their place.
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  })
  // Whole or not at all: another run may be loading it.
  const half = `${outfile}.${process.pid}`
  await mkdir(path.dirname(outfile), { recursive: true })
  await writeFile(half, outputFiles[0]!.contents)
  await rename(half, outfile)
  return outfile
}
