/**
 * The desktop VS Code, downloaded by @vscode/test-electron. Where it cannot be had (no display, no way to the download
 * server) the reason comes back at once, and VS Code's server is used instead.
 */
import { downloadAndUnzipVSCode, SilentReporter } from '@vscode/test-electron'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { cache } from './paths.ts'
import type { VSCodeVersion } from './versions.ts'

export type Desktop = { executable: string } | { reason: string }

/** How long the download server may take to answer at all, and then between two pieces, in milliseconds. */
const ANSWER_MS = 4_000
const IDLE_MS = 15_000
const RELEASES = 'https://update.code.visualstudio.com/api/releases/stable'

export async function ensureDesktop(version: VSCodeVersion): Promise<Desktop> {
  const display = process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']
  if (process.platform === 'linux' && !display) {
    return { reason: 'there is no display (xvfb-run gives one)' }
  }
  // An exact version that is there needs no network.
  if (!existsSync(downloaded(version)) && !(await reachable())) {
    return { reason: 'its download server does not answer' }
  }
  try {
    const executable = await downloadAndUnzipVSCode({
      version: version.desktop,
      cachePath: cache,
      reporter: new SilentReporter(),
      timeout: IDLE_MS,
    })
    return { executable }
  } catch (error) {
    return { reason: `its download failed: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** Where @vscode/test-electron keeps a version. */
function downloaded({ desktop }: VSCodeVersion): string {
  const arm = process.arch === 'arm64'
  const platform =
    process.platform === 'win32'
      ? `win32-${arm ? 'arm64' : 'x64'}-archive`
      : process.platform === 'darwin'
        ? `darwin${arm ? '-arm64' : ''}`
        : `linux-${arm ? 'arm64' : 'x64'}`
  return path.join(cache, `vscode-${platform}-${desktop}`)
}

let answer: Promise<boolean> | undefined

/** Asked once a run: both versions come from there. Behind a proxy the download itself has to try. */
function reachable(): Promise<boolean> {
  if (process.env['HTTPS_PROXY'] ?? process.env['https_proxy']) return Promise.resolve(true)
  answer ??= fetch(RELEASES, { signal: AbortSignal.timeout(ANSWER_MS) }).then(
    response => response.ok,
    () => false,
  )
  return answer
}
