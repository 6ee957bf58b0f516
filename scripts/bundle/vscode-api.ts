import type { Plugin } from 'esbuild'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

const VALUE = /^\texport (?:abstract )?(?:const|let|namespace|class|enum|function) (\w+)/gm

/**
 * `vscode` is required once and its members become variables. Left to itself, esbuild requires it for every file that imports it, and each
 * time copies its 350 members: half of what loading the extension took.
 */
export const vscodeApi: Plugin = {
  name: 'vscode-api',
  setup(b) {
    b.onResolve({ filter: /^vscode$/ }, ({ namespace }) =>
      namespace === 'vscode-api'
        ? { path: 'vscode', external: true }
        : { path: 'vscode', namespace: 'vscode-api' },
    )
    b.onLoad({ filter: /^vscode$/, namespace: 'vscode-api' }, async () => {
      const types = createRequire(import.meta.url).resolve('@types/vscode/index.d.ts')
      const names = new Set([...(await readFile(types, 'utf8')).matchAll(VALUE)].map(([, name]) => name))
      return { contents: `import vscode from 'vscode'\nexport const { ${[...names].join(', ')} } = vscode\n` }
    })
  },
}
