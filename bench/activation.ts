import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { ensureCodeServer, type CodeServer } from '../scripts/vscode/code-server.ts'
import { fillLabWorkspace } from '../scripts/vscode/lab.ts'
import { root } from '../scripts/vscode/paths.ts'
import { profileArguments } from '../scripts/vscode/server.ts'
import { CURRENT } from '../scripts/vscode/versions.ts'
import { runCommand, withWorkbench } from '../test/host/harness/workbench.ts'
import { activationTimes, type ActivationTimes } from './activation/times.ts'
import type { Bench, BenchOptions, Figure, Measured } from './bench.ts'
import { spread } from './spread.ts'

const OURS = 'p2p-lab.p2p-lab'
/** What every VS Code has, and activates for the README of a lab workspace. */
const BASELINE = 'vscode.markdown-language-features'
const AIM_MS = 30

const run = promisify(execFile)

export const activation: Bench = {
  name: 'activation',
  about:
    'The activation of the packaged extension in a new window with a lab workspace, as “Developer: Startup Performance” gives it: loading ' +
    'its code, and calling activate. Packages (.vsix) that are named are measured instead of a new one, alternating.',
  baseline: 'VS Code’s own Markdown extension in the same window',
  takes: '[FILE.vsix …]',
  runs: 5,
  async run(options) {
    const packages = options.only.length > 0 ? options.only.map(file => path.resolve(file)) : [await packed()]
    const codeServer = await ensureCodeServer(CURRENT, options.progress)
    const folder = await mkdtemp(path.join(tmpdir(), 'p2plab-activation-'))
    try {
      const workspace = path.join(folder, 'lab')
      await fillLabWorkspace(workspace)
      const homes = packages.map((_, i) => path.join(folder, `home-${i}`))
      for (const [i, vsix] of packages.entries()) await install(codeServer, vsix, homes[i]!)
      const samples = packages.map((): Sample[] => [])
      for (let i = 0; i < options.runs; i++)
        for (const [of, vsix] of packages.entries()) {
          options.signal.throwIfAborted()
          options.progress(`${path.basename(vsix)}: run ${i + 1} of ${options.runs}`)
          samples[of]!.push(await sample(workspace, homes[of]!, options))
        }
      return packages.map((vsix, of) => measured(path.basename(vsix), samples[of]!))
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    }
  },
}

interface Sample {
  ours: ActivationTimes
  baseline: ActivationTimes
}

/** The package of what is written here. It leaves the small bundles in dist/. */
async function packed(): Promise<string> {
  const { status } = spawnSync(process.execPath, [path.join(root, 'scripts/package/main.ts')], {
    stdio: ['ignore', 'ignore', 2],
    windowsHide: true,
  })
  if (status !== 0) throw new Error('The package could not be made.')
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    version: string
  }
  return path.join(root, `p2p-lab-${version}.vsix`)
}

async function install({ node, main }: CodeServer, vsix: string, home: string): Promise<void> {
  const { stdout } = await run(node, [main, ...profileArguments(home), '--install-extension', vsix], {
    windowsHide: true,
  })
  if (!stdout.includes('was successfully installed'))
    throw new Error(`VS Code did not install ${vsix}: ${stdout}`)
}

async function sample(workspace: string, home: string, { signal }: BenchOptions): Promise<Sample> {
  return await withWorkbench({ name: 'bench-activation', folder: workspace, home }, async ({ page }) => {
    const close = () => void page.close()
    signal.addEventListener('abort', close)
    // The report is a document of which only the lines on the screen are in the page.
    await page.setViewportSize({ width: 1800, height: 3000 })
    await page.locator('.explorer-folders-view').getByText('README.md').first().dblclick()
    for (;;) {
      const lines = await startupPerformance(page)
      const [ours, baseline] = [OURS, BASELINE].map(id => activationTimes(lines, id))
      if (ours && baseline) return { ours, baseline }
    }
  })
}

/** The lines of the report as it is now. Extensions that are not yet activated are not in it. */
async function startupPerformance(page: Page): Promise<string[]> {
  await runCommand(page, 'Developer: Startup Performance')
  const lines = page.locator('.monaco-editor .view-line')
  await lines.getByText('Extension Activation Stats').first().waitFor()
  const texts = (await lines.allTextContents()).map(text => text.replaceAll('\u00a0', ' '))
  await runCommand(page, 'View: Close Editor')
  return texts
}

function measured(name: string, samples: readonly Sample[]): Measured {
  const total = ({ loadMs, callMs }: ActivationTimes) => loadMs + callMs
  const value = (of: (times: ActivationTimes) => number) => spread(samples.map(({ ours }) => of(ours)))
  const figure: Figure = {
    name: 'activation',
    unit: 'ms',
    value: value(total),
    baseline: spread(samples.map(({ baseline }) => total(baseline))),
    aims: [{ of: 'median', atMost: AIM_MS }],
    parts: [
      { name: 'loading its code', value: value(times => times.loadMs) },
      { name: 'calling activate', value: value(times => times.callMs) },
    ],
  }
  return { name, figures: [figure] }
}
