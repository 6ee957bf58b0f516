import { ensureCodeServer, type CodeServer } from './code-server.ts'
import { ensureDesktop } from './desktop.ts'
import type { VSCodeVersion } from './versions.ts'

export type VSCode =
  { kind: 'desktop'; version: VSCodeVersion; executable: string } | ({ kind: 'server' } & CodeServer)

/**
 * A VS Code that can run tests here: the desktop one where it can be had, otherwise its server and a browser.
 * P2PLAB_VSCODE=desktop or =server takes that one or fails.
 */
export async function ensureVSCode(version: VSCodeVersion, say: (line: string) => void): Promise<VSCode> {
  const wanted = process.env['P2PLAB_VSCODE'] ?? ''
  if (!['', 'desktop', 'server'].includes(wanted)) {
    throw new Error(`P2PLAB_VSCODE should be desktop or server, but is "${wanted}"`)
  }
  if (wanted !== 'server') {
    const desktop = await ensureDesktop(version)
    if ('executable' in desktop) return { kind: 'desktop', version, executable: desktop.executable }
    if (wanted === 'desktop') {
      throw new Error(`the desktop VS Code ${version.name} cannot be had: ${desktop.reason}`)
    }
    say(`VS Code ${version.name}: no desktop here, ${desktop.reason}; using its server and a browser`)
  }
  return { kind: 'server', ...(await ensureCodeServer(version, say)) }
}
