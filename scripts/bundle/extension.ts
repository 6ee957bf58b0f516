import type { BuildOptions } from 'esbuild'
import { asCommonJs } from './common-js.ts'
import { vscodeApi } from './vscode-api.ts'

/**
 * The extension's bundle, with the options that all bundles have, as three files: `extension.cjs` and `extension-chunk.cjs` are loaded when
 * the extension is activated, `extension-later.cjs` when something of extension/later.ts is first needed. The second has what the
 * other two share.
 */
export const extensionBundle = (common: BuildOptions): BuildOptions & { entryPoints: string[] } => ({
  ...common,
  entryPoints: ['extension/extension.ts'],
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  // Without a hash: a second "chunk", which would mean a second boundary, is an error.
  chunkNames: 'extension-[name]',
  splitting: true,
  bundle: true,
  write: false,
  sourcemap: common.minify ? false : 'inline',
  platform: 'node',
  format: 'esm',
  target: 'node22.18',
  // A member of `vscode` that has no value at run time.
  logOverride: { 'import-is-undefined': 'error' },
  plugins: [...(common.plugins ?? []), vscodeApi, asCommonJs],
})
