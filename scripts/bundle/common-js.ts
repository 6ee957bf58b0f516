import { transform, type Plugin } from 'esbuild'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * Writes the files of a build with `splitting` as CommonJS, which esbuild splits only as ES modules: each file that it made is turned
 * into CommonJS by itself. `import()` becomes a `require` that waits until it is needed. The build must have `write: false`,
 * `sourcemap: 'inline'` or none, and `.cjs` in `outExtension`.
 */
export const asCommonJs: Plugin = {
  name: 'common-js',
  setup(b) {
    const { platform, target, minify, legalComments } = b.initialOptions
    b.onEnd(async ({ outputFiles = [] }) => {
      for (const file of outputFiles) {
        const { code, map } = await transform(file.text, {
          format: 'cjs',
          supported: { 'dynamic-import': false },
          sourcefile: path.basename(file.path),
          sourcemap: b.initialOptions.sourcemap ? 'external' : false,
          ...(platform && { platform }),
          ...(target && { target }),
          ...(minify && { minify }),
          ...(legalComments && { legalComments }),
        })
        await mkdir(path.dirname(file.path), { recursive: true })
        const link = map ? `//# sourceMappingURL=${path.basename(file.path)}.map\n` : ''
        await writeFile(file.path, code + link)
        if (map) await writeFile(`${file.path}.map`, map)
      }
    })
  },
}
