/** What `npm start` does once the packages are there. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { homeFolder } from '../../network/user-folders.ts'
import { fillLabWorkspace } from '../vscode/lab.ts'
import { cache, root } from '../vscode/paths.ts'
import { findCode, openDesktop } from './desktop.ts'
import { openInBrowser } from './in-browser.ts'
import { labFolder } from './lab-folder.ts'

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { browser: { type: 'boolean' }, 'no-open': { type: 'boolean' } },
  })
  if (positionals.length > 1) {
    throw new Error(`expected at most one folder, got ${positionals.length}: ${positionals.join(', ')}`)
  }
  // npm runs us in the project; a relative path is meant from where npm was called.
  const folder = labFolder(positionals[0], process.env['INIT_CWD'] ?? '.', homeFolder())
  console.log(`Lab workspace: ${folder}`)
  // Where it was before.
  const earlier = path.join(cache, 'lab')
  if (positionals.length === 0 && existsSync(earlier))
    console.log(`To open your earlier lab workspace instead, run npm start -- ${earlier}`)

  console.log('Building')
  const built = spawnSync(process.execPath, [path.join(root, 'scripts/build.mjs')], {
    stdio: 'inherit',
    windowsHide: true,
  })
  if (built.status !== 0) return 1
  await mkdir(folder, { recursive: true })
  await fillLabWorkspace(folder)

  console.log('Starting VS Code')
  const code = values.browser ? undefined : findCode()
  const opened = await (code
    ? openDesktop(code, folder)
    : openInBrowser(folder, { open: !values['no-open'] }))
  const asked = new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  })
  await Promise.race([asked, opened.closed])
  await opened.end()
  return 0
}
