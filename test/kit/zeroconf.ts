/**
 * A real implementation of multicast DNS for tests: python-zeroconf (https://github.com/python-zeroconf/python-zeroconf), installed once by pip into
 * a folder outside of the project. It talks in a group of the test's own, on loopback.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { python } from './python.ts'

const VERSION = '0.154.0'
const run = promisify(execFile)
/** As long as the network takes. */
const INSTALL_MS = 5 * 60_000

let installed: Promise<string> | undefined

/** The folder with its modules, or why there is none, as the end of a sentence. Installs it once. */
export async function zeroconf(): Promise<
  { modules: string; reason?: never } | { modules?: never; reason: string }
> {
  const modules = path.join(homedir(), '.cache', 'p2plab-test', `zeroconf-${VERSION}`)
  installed ??= existsSync(modules) ? Promise.resolve(modules) : install(modules)
  try {
    return { modules: await installed }
  } catch (error) {
    const why = (error as Error).message.trim().split('\n').at(-1)!
    return { reason: `python-zeroconf cannot be installed on this machine (${why})` }
  }
}

async function install(modules: string): Promise<string> {
  const [command, ...args] = python()?.split(' ') ?? []
  if (command === undefined) throw new Error('there is no Python 3')
  const unfinished = `${modules}.${process.pid}`
  await mkdir(unfinished, { recursive: true })
  try {
    await run(
      command,
      [...args, '-m', 'pip', 'install', '--quiet', '--target', unfinished, `zeroconf==${VERSION}`],
      { timeout: INSTALL_MS },
    )
    await rename(unfinished, modules)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  return modules
}

export interface Said {
  event: 'announced' | 'found' | 'lost'
  name?: string
  addresses?: string[]
  port?: number
  entries?: Record<string, string>
}

export interface Zeroconf {
  /** Resolves to what it says next that fits. Rejects when it ends. */
  says(fits: (said: Said) => boolean): Promise<Said>
  /** It says goodbye. Resolves when it is gone. */
  leave(): Promise<void>
  end(): void
}

/** Announces "Grace Hopper" and browses, as test/kit/fixtures/zeroconf-in-group.py says. */
export function startZeroconf(modules: string, group: string, port: number): Zeroconf {
  const [command, ...args] = python()!.split(' ')
  const script = path.join(import.meta.dirname, 'fixtures', 'zeroconf-in-group.py')
  const child = spawn(command!, [...args, script, group, String(port)], {
    env: { ...process.env, PYTHONPATH: modules, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const said: Said[] = []
  const looks = new Set<() => void>()
  createInterface(child.stdout).on('line', line => {
    said.push(JSON.parse(line) as Said)
    for (const look of looks) look()
  })
  const gone = once(child, 'close')
  return {
    says: fits =>
      new Promise((resolve, reject) => {
        const look = () => {
          const at = said.findIndex(fits)
          if (at < 0) return
          looks.delete(look)
          resolve(said.splice(at, 1)[0]!)
        }
        looks.add(look)
        look()
        void gone.then(() => reject(new Error('python-zeroconf has ended')))
      }),
    async leave() {
      child.stdin.write('\n')
      await gone
    },
    end: () => void child.kill('SIGKILL'),
  }
}
