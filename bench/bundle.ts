import path from 'node:path'
import { build, type BuildOptions, type Plugin } from 'esbuild'
import { builtinsAsTheyAre } from '../scripts/bundle/builtins.ts'
import { bundledOnce } from '../scripts/bundle/once.ts'
import { root } from '../scripts/vscode/paths.ts'

export interface BundleOptions {
  /** Run before everything else, as absolute paths. */
  inject?: string[]
  plugins?: Plugin[]
  /** As in scripts/build.mjs for the package. */
  minify?: boolean
}

/** Bundles a program for Node as the build does (scripts/build.mjs), so that a start is not longer for want of it. */
export async function bundle(entry: string, outfile: string, options: BundleOptions = {}): Promise<void> {
  const common: BuildOptions = {
    absWorkingDir: root,
    bundle: true,
    // As for what stands on libp2p in the product; it is esbuild's own default.
    keepNames: false,
    legalComments: 'none',
    logLevel: 'warning',
    platform: 'node',
    format: 'esm',
    target: 'node22.18',
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  }
  const plugins = [bundledOnce(), builtinsAsTheyAre(), ...(options.plugins ?? [])]
  await build({ ...common, ...options, plugins, entryPoints: [path.join(root, entry)], outfile })
}
