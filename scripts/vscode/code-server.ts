/**
 * VS Code's server from npm: the package code-server holds the same server and workbench as VS Code of the version after
 * its "4.". It is installed without its scripts, so nothing is compiled or downloaded but npm packages.
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { moveFile } from '../../labs/workspace/move-file.ts'
import { npm } from '../npm.mjs'
import { cache } from './paths.ts'
import type { VSCodeVersion } from './versions.ts'

export interface CodeServer {
  version: VSCodeVersion
  /** The server's entry; run it with `node`. */
  main: string
  node: string
}

/** Installs what is not there yet (about half a minute and 600 MB each) and says so through `say`. */
export async function ensureCodeServer(
  version: VSCodeVersion,
  say: (line: string) => void,
): Promise<CodeServer> {
  const home = path.join(cache, `code-server-${version.codeServer}`)
  if (!existsSync(home)) {
    say(`VS Code ${version.name}: installing its server from npm (once, cached in .vscode-test/)`)
    await installAside(home, async aside => {
      await npm(install(`code-server@${version.codeServer}`), { cwd: aside })
      const server = path.join(aside, serverFolder)
      // Dependencies of the server, and of the built-in extensions: TypeScript.
      await npm(install(), { cwd: server })
      await npm(install(), { cwd: path.join(server, 'extensions') })
    })
  }
  const node = version.node === undefined ? process.execPath : await ensureNode(version.node)
  return { version, main: path.join(home, serverFolder, 'out/server-main.js'), node }
}

const serverFolder = path.join('node_modules', 'code-server', 'lib', 'vscode')

const install = (...names: string[]): string[] => [
  'install',
  '--omit=dev',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-save',
  ...names,
]

/** A Node of another version, from the npm package of this platform. */
async function ensureNode(version: string): Promise<string> {
  const home = path.join(cache, `node-${version}`)
  // The names as the npm package `node` chooses them.
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const name = [prefix, platform, process.arch].join('-')
  if (!existsSync(home)) {
    await installAside(home, aside => npm(install(`${name}@${version}`), { cwd: aside }))
  }
  const folder = path.join(home, 'node_modules', name)
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as {
    bin: { node: string }
  }
  return path.join(folder, manifest.bin.node)
}

/** Fills a folder aside and moves it to `home` when it is whole: an install that is cut short leaves nothing behind. */
async function installAside(home: string, fill: (aside: string) => Promise<unknown>): Promise<void> {
  await mkdir(cache, { recursive: true })
  const aside = await mkdtemp(`${home}.`)
  try {
    await writeFile(path.join(aside, 'package.json'), '{"private":true}')
    await fill(aside)
    await moveFile(aside, home)
  } catch (error) {
    await rm(aside, { recursive: true, force: true })
    // Another run was faster: its copy is as good.
    if (!existsSync(home)) throw error
  }
}
