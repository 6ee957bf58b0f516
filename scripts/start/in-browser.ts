/** VS Code in the browser: its server from npm on 127.0.0.1, with our extension in its extensions folder. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { ensureCodeServer } from '../vscode/code-server.ts'
import { linkExtension } from '../vscode/link-extension.ts'
import { cache } from '../vscode/paths.ts'
import { startServer } from '../vscode/server.ts'
import { writeSettings } from '../vscode/settings.ts'
import { CURRENT } from '../vscode/versions.ts'
import type { Opened } from './opened.ts'

/** The browser keeps a window's layout by address: the same port again where it is free. */
const PORTS = '4180-4199'

export async function openInBrowser(folder: string, { open }: { open: boolean }): Promise<Opened> {
  const codeServer = await ensureCodeServer(CURRENT, console.log)
  const home = path.join(cache, 'start-server')
  await linkExtension(home)
  await writeSettings(home, {
    'workbench.startupEditor': 'readme',
    // A lab workspace inside a clone, or in a home folder that is one, is no part of it.
    'git.openRepositoryInParentFolders': 'never',
    // Everything is on this machine already. In an installed extension its package.json does this for its own processes, by their path.
    'remote.otherPortsAttributes': { onAutoForward: 'ignore' },
  })
  const server = await startServer(codeServer, { home, trust: false, driver: false, ports: PORTS })
  const url = server.url(folder)
  console.log(`\nVS Code with P2P Lab:\n\n  ${url}\n\nCtrl+C here ends it.`)
  if (open) openUrl(url)
  let ending = false
  const closed = server.exited.then(status => {
    if (!ending) console.error(`VS Code ended with status ${status}; see ${server.log}`)
  })
  const end = () => {
    ending = true
    return server.end()
  }
  return { closed, end }
}

/** Opens the user's browser where there is one; the address was printed anyway. */
function openUrl(url: string): void {
  const onPath = (name: string) =>
    (process.env['PATH'] ?? '').split(path.delimiter).some(folder => existsSync(path.join(folder, name)))
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : (DISPLAY || WAYLAND_DISPLAY) && onPath('xdg-open')
          ? ['xdg-open', url]
          : []
  if (!command) return
  // A browser that is started hidden may stay so.
  spawn(command, args, { stdio: 'ignore', detached: true, windowsHide: false })
    .on('error', () => {})
    .unref()
}
