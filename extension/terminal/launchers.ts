/**
 * `p2plab` for terminals: two small scripts that run the command line with the Node that runs this extension. VS Code needs no other, and
 * most learners have none.
 */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { replaceFile } from '../../labs/workspace/backup.ts'

export interface Launchers {
  /** The folder that they are in; made where there is none. */
  folder: string
  /** A Node, or an Electron that is one when it is told so. Absolute path. */
  node: string
  /** dist/cli.mjs. Absolute path. */
  cli: string
}

/** What the script for Windows reads: it could not hold a path with letters that its code page lacks. */
export const launcherVariables = ({ node, cli }: Launchers): Readonly<Record<string, string>> => ({
  P2PLAB_NODE: node,
  P2PLAB_CLI: cli,
})

/** Writes them where they are not there yet, or run something else. Rejects with the file system's error. */
export async function writeLaunchers(launchers: Launchers): Promise<void> {
  const { folder } = launchers
  for (const [name, text] of [
    ['p2plab', forShells(launchers)],
    ['p2plab.cmd', FOR_WINDOWS],
  ] as const) {
    const file = path.join(folder, name)
    if ((await readFile(file, 'utf8').catch(() => undefined)) === text) continue
    // Another window may be writing it, and a terminal running it.
    await replaceFile(file, text, 0o755)
  }
}

// NODE_OPTIONS are those of the user's own Node, or of a debugger that attaches to all that a terminal starts.
const forShells = ({ node, cli }: Launchers) => `#!/bin/sh
# Written by the extension P2P Lab. It runs the command line with VS Code's own Node.
unset NODE_OPTIONS
ELECTRON_RUN_AS_NODE=1 exec ${quoted(node)} ${quoted(cli)} "$@"
`

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

const FOR_WINDOWS = [
  '@echo off',
  "rem Written by the extension P2P Lab. It runs the command line with VS Code's own Node.",
  'setlocal',
  'set NODE_OPTIONS=',
  'set ELECTRON_RUN_AS_NODE=1',
  '"%P2PLAB_NODE%" "%P2PLAB_CLI%" %*',
  '',
].join('\r\n')
