/** Runs the suites of test/host/suites inside a real VS Code of one version. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { CodeServer } from '../../../scripts/vscode/code-server.ts'
import { ensureVSCode } from '../../../scripts/vscode/ensure.ts'
import { startGroup } from '../../../scripts/vscode/group.ts'
import { fillLabWorkspace } from '../../../scripts/vscode/lab.ts'
import { cache, root } from '../../../scripts/vscode/paths.ts'
import { startServer } from '../../../scripts/vscode/server.ts'
import { writeSettings } from '../../../scripts/vscode/settings.ts'
import type { VSCodeVersion } from '../../../scripts/vscode/versions.ts'
import { withPage } from './browser.ts'
import { bundleSuites } from './bundle.ts'
import { collect, type HostRun } from './collector.ts'
import { PLAIN, WITHOUT_TYPES } from './plain.ts'
import { FILTER_VARIABLE, PORT_VARIABLE, SUITES_VARIABLE, type SuiteName } from './results.ts'

export interface HostRunOptions {
  /** The folder with the extension's package.json; default: the project. */
  extension?: string
  /** Runs only the tests whose full title holds this text. */
  filter?: string
  /** Left out: all. */
  suites?: readonly SuiteName[]
  /** The window shows two lab workspaces, `first` and `second`, instead of one. */
  two?: boolean
  /** VS Code's type checker looks at the files that are opened; without, it says only where their syntax is wrong. */
  types?: boolean
  /** Makes the folder of the window a lab workspace; default: as `npm start` does. Not with `two`. */
  fill?: (folder: string) => Promise<unknown>
  /** Milliseconds until the run is given up. */
  deadline?: number
}

/** What one run needs, whichever VS Code it is. */
interface Job {
  name: string
  extension: string
  tests: string
  /** An empty folder of this run; VS Code's own data goes beside `workspace` in it. */
  home: string
  workspace: string
  types: boolean
  env: Record<string, string>
  /** Settles when the tests have. */
  finished: Promise<HostRun>
}

/** @throws when the tests could not be run to their end; a test that fails is a result. */
export async function runInHost(version: VSCodeVersion, options: HostRunOptions = {}): Promise<HostRun> {
  const {
    extension = root,
    filter = '',
    suites,
    two = false,
    types = false,
    fill = fillLabWorkspace,
    deadline = 540_000,
  } = options
  const tests = await bundleSuites()
  const vscode = await ensureVSCode(version, console.log)
  const home = await mkdtemp(path.join(cache, `host-${version.name}.`))
  const workspace = await (two ? twoLabs(home) : oneLab(home, fill))
  const collector = await collect(deadline)
  try {
    const env = {
      [PORT_VARIABLE]: String(collector.port),
      [FILTER_VARIABLE]: filter,
      ...(suites && { [SUITES_VARIABLE]: suites.join(',') }),
    }
    const name = `host-${version.name}`
    const job: Job = { name, extension, tests, home, workspace, types, env, finished: collector.run }
    const run = await (vscode.kind === 'desktop' ? inDesktop(vscode.executable, job) : inServer(vscode, job))
    // Left there when something went wrong: VS Code's logs are in it.
    if (run.tests.some(test => test.state === 'failed')) console.log(`VS Code's data of this run: ${home}`)
    else await rm(home, { recursive: true, force: true, maxRetries: 5 })
    return run
  } finally {
    collector.close()
  }
}

async function oneLab(home: string, fill: (folder: string) => Promise<unknown>): Promise<string> {
  const workspace = path.join(home, 'workspace')
  await fill(workspace)
  return workspace
}

async function twoLabs(home: string): Promise<string> {
  const names = ['first', 'second']
  for (const name of names) await fillLabWorkspace(path.join(home, name))
  const file = path.join(home, 'two.code-workspace')
  await writeFile(file, JSON.stringify({ folders: names.map(name => ({ path: name })) }))
  return file
}

async function inServer(codeServer: CodeServer, job: Job): Promise<HostRun> {
  const home = path.join(job.home, 'server')
  // In the browser it is on, other than on a desktop: what a test types would be saved in the middle of it.
  await writeSettings(home, { ...PLAIN, ...(!job.types && WITHOUT_TYPES), 'files.autoSave': 'off' })
  const server = await startServer(codeServer, { home, trust: false, driver: true, env: job.env })
  try {
    return await withPage({ name: job.name }, async page => {
      const payload = {
        extensionDevelopmentPath: server.remote(job.extension),
        extensionTestsPath: server.remote(job.tests),
        skipWelcome: 'true',
      }
      await page.goto(server.url(job.workspace, payload))
      return job.finished
    })
  } finally {
    await server.end()
  }
}

/** With the arguments of @vscode/test-electron, but in a process group, so that nothing is left of it. */
async function inDesktop(executable: string, job: Job): Promise<HostRun> {
  const args = [
    job.workspace,
    '--no-sandbox',
    '--disable-gpu-sandbox',
    '--disable-updates',
    '--skip-welcome',
    '--skip-release-notes',
    '--no-cached-data',
    '--disable-workspace-trust',
    `--user-data-dir=${path.join(job.home, 'user')}`,
    `--extensions-dir=${path.join(job.home, 'extensions')}`,
    `--extensionTestsPath=${job.tests}`,
    `--extensionDevelopmentPath=${job.extension}`,
  ]
  const { ELECTRON_RUN_AS_NODE: _, ...inherited } = process.env
  const log = path.join(job.home, 'desktop.log')
  const group = await startGroup(executable, args, { env: { ...inherited, ...job.env }, log })
  try {
    const ended = group.exited.then(code => {
      throw new Error(`VS Code ended with status ${code} before the tests had; see ${log}`)
    })
    return await Promise.race([job.finished, ended])
  } finally {
    await group.end()
  }
}
