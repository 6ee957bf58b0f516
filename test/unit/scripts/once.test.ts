import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'
import { bundledOnce, split } from '../../../scripts/bundle/once.ts'
import { root } from '../../kit/labs.ts'

/** The folders of the packages in the bundle of a node process, by name and version. */
async function copies(plugins: ReturnType<typeof bundledOnce>[]): Promise<Map<string, string[]>> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['network/node/main.ts'],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    plugins,
  })
  const folders = new Set(
    Object.keys(metafile.inputs).flatMap(file => split(path.resolve(root, file))?.folder ?? []),
  )
  const byName = new Map<string, string[]>()
  for (const folder of folders) {
    const text = readFileSync(path.join(root, folder, 'package.json'), 'utf8')
    const { name, version } = JSON.parse(text) as { name: string; version: string }
    const key = `${name}@${version}`
    byName.set(key, [...(byName.get(key) ?? []), folder])
  }
  return byName
}

describe('A package that is installed several times in one version', () => {
  it('is bundled once', async () => {
    const twice = [...(await copies([bundledOnce()]))].filter(([, folders]) => folders.length > 1)
    assert.deepEqual(twice, [])
  })

  it('would be bundled several times otherwise', async () => {
    const twice = [...(await copies([]))].filter(([, folders]) => folders.length > 1)
    assert.ok(
      twice.length > 0,
      'npm puts each package in one place: scripts/bundle/once.ts is not needed any more',
    )
  })

  it('is found in its innermost folder, on all systems', () => {
    assert.deepEqual(split('/w/node_modules/@a/b/node_modules/c/dist/d.js'), {
      root: '/w/',
      folder: 'node_modules/@a/b/node_modules/c',
      file: '/dist/d.js',
    })
    assert.deepEqual(split('C:\\w\\node_modules\\c\\node_modules\\@a\\b\\d.js'), {
      root: 'C:\\w\\',
      folder: 'node_modules/c/node_modules/@a/b',
      file: '\\d.js',
    })
    assert.equal(split('/w/network/node/main.ts'), undefined)
  })
})
