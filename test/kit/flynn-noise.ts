/**
 * A Noise peer for tests on flynn/noise (https://github.com/flynn/noise), which go-libp2p stands on: fixtures/noise-peer.go, built by Go and kept
 * outside of the project.
 */
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const VERSION = 'v1.1.0'
const SOURCE = path.join(import.meta.dirname, 'fixtures', 'noise-peer.go')
const run = promisify(execFile)
const BUILD_MS = 10 * 60_000

let built: Promise<string> | undefined

/** Where the program is, or why there is none, as a sentence. Builds it once. */
export async function flynnNoise(): Promise<
  { program: string; reason?: never } | { program?: never; reason: string }
> {
  try {
    return { program: await (built ??= build()) }
  } catch (error) {
    const why = (error as Error).message.split('\n')[0]!
    return { reason: `left out: flynn/noise cannot be built with Go on this machine (${why})` }
  }
}

async function build(): Promise<string> {
  const source = await readFile(SOURCE)
  const hash = createHash('sha256').update(VERSION).update(source).digest('hex').slice(0, 12)
  const folder = path.join(homedir(), '.cache', 'p2plab-test', `noise-peer-${hash}`)
  const program = path.join(folder, process.platform === 'win32' ? 'noise-peer.exe' : 'noise-peer')
  if (existsSync(program)) return program
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, 'main.go'), source)
  await writeFile(
    path.join(folder, 'go.mod'),
    `module noisepeer\n\ngo 1.21\n\nrequire github.com/flynn/noise ${VERSION}\n`,
  )
  const go = (...args: string[]) => run('go', args, { cwd: folder, timeout: BUILD_MS })
  await go('mod', 'tidy')
  await go('build', '-o', program, '.')
  return program
}

export interface FlynnPeer {
  /** Resolves to the match of `text` in what it printed. Rejects when it ends without. */
  printed(text: RegExp): Promise<RegExpExecArray>
  end(): Promise<void>
}

/** Listens on a free port and says which ("listening HOST:PORT"), or dials `address`; at the end it prints "ok" and the other side's Ed25519 key. */
export function startFlynnPeer(program: string, address?: string): FlynnPeer {
  const child = spawn(program, address === undefined ? ['listen'] : ['dial', address])
  let output = ''
  const looks = new Set<() => void>()
  const more = (text: string) => {
    output += text
    for (const look of looks) look()
  }
  child.stdout.setEncoding('utf8').on('data', more)
  child.stderr.setEncoding('utf8').on('data', more)
  const gone = new Promise<void>(resolve => child.once('close', () => resolve()))
  return {
    printed(text) {
      const found = new Promise<RegExpExecArray>(resolve => {
        const look = () => {
          const match = text.exec(output)
          if (match) resolve(match)
        }
        looks.add(look)
        look()
      })
      const ended = gone.then(() => {
        const match = text.exec(output)
        if (match) return match
        throw new Error(`it ended, and ${text} is not in what it printed:\n${output}`)
      })
      return Promise.race([found, ended])
    },
    async end() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
