/**
 * A package that npm has installed several times in the same version is bundled once. Of what stands on libp2p a third was such copies, of which each
 * process loaded and set up every one: multiformats fourteen times.
 */
import { readFileSync } from 'node:fs'
import type { Plugin } from 'esbuild'

interface Lockfile {
  packages: Record<string, { version?: string }>
}

/** "…/" · "node_modules/@a/b" · "/c.js", of the last such folder. */
const PACKAGE = /^(.*[\\/])?(node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)([\\/].*)$/

export function bundledOnce(): Plugin {
  const trees = new Map<string, (folder: string) => string>()
  return {
    name: 'once',
    setup(b) {
      b.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
        if (pluginData === bundledOnce) return undefined
        const found = await b.resolve(path, { ...from, pluginData: bundledOnce })
        const at = found.errors.length === 0 && found.namespace === 'file' && split(found.path)
        if (!at) return found
        let first = trees.get(at.root)
        if (!first) trees.set(at.root, (first = firstCopies(at.root)))
        return { ...found, path: at.root + first(at.folder) + at.file }
      })
    },
  }
}

/** Where a package is in the tree that npm has installed below `root`, and a file in it. Undefined for a file of no package. */
export function split(file: string): { root: string; folder: string; file: string } | undefined {
  const last = PACKAGE.exec(file)
  if (!last) return undefined
  const whole = (last[1] ?? '') + last[2]!
  const top = whole.indexOf('node_modules')
  return { root: whole.slice(0, top), folder: whole.slice(top).replaceAll('\\', '/'), file: last[3]! }
}

/** What stands for the package in a folder: the first of its copies of the same version, by what npm notes of its tree. */
function firstCopies(root: string): (folder: string) => string {
  let packages: Lockfile['packages']
  try {
    packages = (JSON.parse(readFileSync(`${root}node_modules/.package-lock.json`, 'utf8')) as Lockfile)
      .packages
  } catch {
    // Not installed by npm.
    return folder => folder
  }
  const nameOf = (folder: string) =>
    folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)
  const keyOf = (folder: string) => {
    const version = packages[folder]?.version
    return version === undefined ? undefined : `${nameOf(folder)}@${version}`
  }
  const first = new Map<string, string>()
  for (const folder of Object.keys(packages).sort((a, b) => a.length - b.length || (a < b ? -1 : 1))) {
    const key = keyOf(folder)
    if (key !== undefined && !first.has(key)) first.set(key, folder)
  }
  return folder => first.get(keyOf(folder) ?? '') ?? folder
}
