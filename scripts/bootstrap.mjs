// Makes a clone ready and goes on in the project's own Node. Node builtins only, and Node 20 or newer is enough.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { npm } from './npm.mjs'
import { EVERYTHING, nodeEnvironment } from './own-environment.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const modules = path.join(root, 'node_modules')
const nodePackage = path.join(modules, 'node')

/**
 * Installs what is missing, then runs `script` (relative to scripts/) with our arguments under the project's Node and ends
 * with its exit status.
 * @param {string} script
 */
export async function goOn(script) {
  try {
    await install()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
  const file = path.join(root, 'scripts', script)
  const child = spawn(projectNode(), [file, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    windowsHide: true,
    env: nodeEnvironment(process.env),
  })
  // The child decides what a signal means. A terminal sends Ctrl+C to both of us: then it comes twice. On Windows it comes to
  // both of us only from the terminal, and to pass it on would be to kill the child before it has ended what it started.
  const passOn = process.platform === 'win32' ? () => {} : signal => child.kill(signal)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, passOn)
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
}

/** Installs the packages if they are not those of package-lock.json, and makes sure that the project's Node runs. */
export async function install() {
  if (!installed()) {
    // npm ci would delete the Node that is running us, which Windows does not allow.
    const ours = process.platform === 'win32' && process.execPath.startsWith(modules)
    const how = existsSync(modules) && ours ? ['install', '--no-save'] : ['ci']
    console.log(`Installing the packages of package-lock.json (npm ${how.join(' ')})`)
    // Node 20 is enough for us; some packages warn that they want a newer one, which is what they get.
    await npm([...how, ...EVERYTHING, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      output: 'inherit',
    })
  }
  if (!nodeRuns()) {
    // npm did not run the install script of the package `node`, which fetches the Node of this platform from npm.
    console.log('Completing the install of the project’s own Node')
    await npm(['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error'], {
      cwd: root,
      output: 'inherit',
    })
    if (!nodeRuns()) {
      throw new Error(
        `expected Node ${nodeVersion()} in node_modules, but it does not run: delete node_modules and run npm ci ${EVERYTHING.join(' ')} --ignore-scripts=false`,
      )
    }
  }
}

/** True when every package of the lock file that this platform needs is there in its version. */
function installed() {
  const wanted = readLock(path.join(root, 'package-lock.json'))
  const present = readLock(path.join(modules, '.package-lock.json'))
  if (!wanted || !present) return false
  return Object.entries(wanted).every(
    ([place, entry]) => place === '' || !isNeeded(entry) || present[place]?.version === entry.version,
  )
}

/**
 * What is optional need not be there, but for the program of this platform, as esbuild's is. Where the C library matters too, npm knows.
 * @param {LockEntry} entry
 */
function isNeeded({ optional, os, cpu, libc }) {
  if (!optional) return true
  return !libc && os?.includes(process.platform) === true && cpu?.includes(process.arch) === true
}

/**
 * @typedef {{ version?: string, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} LockEntry
 * @param {string} file
 * @returns {Record<string, LockEntry> | undefined}
 */
function readLock(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined
}

/** The path of the project's Node. It is the real file, not the link in .bin, which is a script on Windows. */
export function projectNode() {
  return path.join(nodePackage, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

const nodeVersion = () =>
  JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).devDependencies.node

function nodeRuns() {
  // npm makes the link in .bin only for a program that is there; npm scripts find it by that link.
  const linked = existsSync(path.join(modules, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node'))
  const result = spawnSync(projectNode(), ['--version'], {
    encoding: 'utf8',
    windowsHide: true,
    env: nodeEnvironment(process.env),
  })
  return linked && result.status === 0 && result.stdout.trim() === `v${nodeVersion()}`
}
