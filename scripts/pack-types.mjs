// The types of the packages that a learner's file can import (labs/learner/packages.ts), for the lab workspace: the
// declaration files that these packages lead to and no others, and a configuration that says where each import is.
import { readdir, readFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import path from 'node:path'
import ts from 'typescript'

const OPTIONS = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext }
/** A package inside node_modules, at any depth: its folder, its name, and the file within. */
const IN_PACKAGE = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\/(.+)$/

/**
 * The files by their path under the folder of the types, where each imported name is found, and what they were made
 * from, relative to `root`. Throws when an import leads nowhere, or to a newer version than was taken before.
 *
 * @param {string} root
 * @param {readonly string[]} packages
 * @returns {Promise<{ files: Record<string, string>, paths: Record<string, string[]>, inputs: string[] }>}
 */
export async function packTypes(root, packages) {
  /** @type {Map<string, { folder: string, version: string }>} */
  const chosen = new Map()
  const files = {}
  const paths = {}
  const inputs = []
  // As @libp2p/interface sees them: at the top of node_modules some have another version.
  const start = path.join(root, 'node_modules/@libp2p/interface/index.ts')
  const waiting = packages.map(name => ({ name, from: start }))
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { resolvedModule } = ts.resolveModuleName(
      next.name,
      next.from,
      OPTIONS,
      SYSTEM,
      undefined,
      undefined,
      ESM,
    )
    const place = IN_PACKAGE.exec(resolvedModule?.resolvedFileName.replaceAll(path.sep, '/') ?? '')
    if (!place) throw new Error(`types: "${next.name}", imported by ${next.from}, is not found`)
    const [, folder, name, file] = place
    const version = await versionOf(folder)
    const known = chosen.get(name)
    // An older version is not packed beside a newer one: two kinds of the same class would only confuse.
    if (known && isNewer(version, known.version)) {
      throw new Error(`types: ${name} ${version} is needed after ${known.version} was taken, by ${next.from}`)
    }
    if (!known) {
      chosen.set(name, { folder, version })
      for (const licence of await licences(folder)) {
        files[`${name}/${licence}`] = await readFile(path.join(folder, licence), 'utf8')
      }
    }
    const target = `${name}/${file}`
    if (!next.name.startsWith('.')) paths[next.name] = [`./${target}`]
    if (Object.hasOwn(files, target)) continue
    const source = path.join(chosen.get(name).folder, file)
    const text = await readFile(source, 'utf8')
    files[target] = text
      .replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n')
      // The configuration names Node's types, which are elsewhere in a workspace than these files would look.
      .replace(/^\/\/\/ <reference types="node" *\/>\r?\n/gm, '')
    inputs.push(path.relative(root, source).replaceAll(path.sep, '/'))
    for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
      if (!isBuiltin(fileName)) waiting.push({ name: fileName, from: source })
    }
  }
  return { files, paths, inputs }
}

/** @param {string} a @param {string} b */
const isNewer = (a, b) => a.localeCompare(b, 'en', { numeric: true }) > 0

const ESM = ts.ModuleKind.ESNext
/** A worktree's node_modules may be a link: what counts is the place in it. */
const SYSTEM = { ...ts.sys, realpath: undefined }

/** @param {string} folder */
const versionOf = async folder =>
  JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')).version

/** What is offered under "Apache-2.0 OR MIT" goes along under MIT. @param {string} folder */
async function licences(folder) {
  const names = (await readdir(folder)).filter(name => /^licen[cs]e/i.test(name))
  const mit = names.filter(name => /mit/i.test(name))
  return mit.length > 0 ? mit : names
}
