import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { CodeServer } from './code-server.ts'
import { startGroup, type Group } from './group.ts'

export interface ServerOptions {
  /** Settings, state and extensions of this server; made when it is not there. */
  home: string
  /** True for the question whether a folder is trusted, as users have it; false trusts every folder. */
  trust: boolean
  /** Lets a page say which extension to develop and which tests to run; without it, it is as users have it. */
  driver: boolean
  env?: NodeJS.ProcessEnv
  /** The first free one of a range, as "4180-4199"; default: any that is free. */
  ports?: string
}

export interface Server {
  port: number
  /** Opens `folder`; `payload` is what a test tells the workbench (only with `driver`). */
  url(folder: string, payload?: Record<string, string>): string
  /** The address of a local file as the workbench knows it. */
  remote(file: string): string
  log: string
  exited: Promise<number>
  end(): Promise<void>
}

/** How long a server may take until it listens, in milliseconds; it takes under 2 s on an idle machine. */
const LISTENING_MS = 60_000

/** Starts VS Code's server on 127.0.0.1 and resolves when it listens. The caller ends it. */
export async function startServer(codeServer: CodeServer, options: ServerOptions): Promise<Server> {
  const { home } = options
  await mkdir(path.join(home, 'extensions'), { recursive: true })
  // Other users of this machine, and pages in the browser, reach 127.0.0.1 too: only who knows the token is let in.
  const token = randomBytes(16).toString('hex')
  const tokenFile = path.join(home, 'token')
  await writeFile(tokenFile, token, { mode: 0o600 })
  const log = path.join(home, 'server.log')
  const args = [
    codeServer.main,
    ...profileArguments(home),
    '--connection-token-file',
    tokenFile,
    '--host',
    '127.0.0.1',
    '--port',
    options.ports ?? '0',
    // The extension host of a closed page ends after this many seconds, not after three hours.
    '--reconnection-grace-time',
    '5',
    ...(options.driver ? ['--enable-smoke-test-driver'] : []),
    ...(options.trust ? [] : ['--disable-workspace-trust']),
  ]
  const group = await startGroup(codeServer.node, args, { env: { ...process.env, ...options.env }, log })
  const port = await listening(group, log)
  const authority = `127.0.0.1:${port}`
  return {
    port,
    url(folder, payload) {
      const query = new URLSearchParams({ tkn: token, folder: asPath(folder) })
      if (payload) query.set('payload', JSON.stringify(Object.entries(payload)))
      return `http://${authority}/?${query}`
    },
    remote: file => `vscode-remote://${authority}${pathToFileURL(path.resolve(file)).pathname}`,
    log,
    exited: group.exited,
    end: () => group.end(),
  }
}

/** The arguments that keep a server, or its command line, to the folder `home`. */
export const profileArguments = (home: string): string[] => [
  '--accept-server-license-terms',
  '--telemetry-level',
  'off',
  '--server-data-dir',
  home,
  '--extensions-dir',
  path.join(home, 'extensions'),
]

/** C:\\a becomes /C:/a, as in the path of a URI. */
const asPath = (file: string): string => {
  const slashed = path.resolve(file).replaceAll('\\', '/')
  return slashed.startsWith('/') ? slashed : `/${slashed}`
}

async function listening(group: Group, log: string): Promise<number> {
  const port = new Promise<number>(resolve =>
    group.onLine(line => {
      const match = /Extension host agent listening on (\d+)/.exec(line)
      if (match) resolve(Number(match[1]))
    }),
  )
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`VS Code's server did not listen within ${LISTENING_MS / 1000} s; see ${log}`)),
      LISTENING_MS,
    )
  })
  const ended = group.exited.then(code => {
    throw new Error(`VS Code's server ended with status ${code} before it listened; see ${log}`)
  })
  try {
    return await Promise.race([port, late, ended])
  } catch (error) {
    await group.end()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
