import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import vscode from 'vscode'
import { api } from './extension.ts'

/** A terminal starts in a second or two; this allows for a machine that is busy. Milliseconds. */
const DEADLINE_MS = 30_000
/** A terminal without a process after this will not get one. Milliseconds. */
const PROCESS_MS = 20_000

/** Resolves with what `look` finds. */
async function eventually<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = performance.now() + DEADLINE_MS
  while (performance.now() < deadline) {
    const found = await look()
    if (found !== undefined) return found
    await pause(50)
  }
  throw new Error(`not within ${DEADLINE_MS / 1000} s: ${what}`)
}

describe('a terminal of VS Code', () => {
  it('has the command p2plab', async function () {
    const { terminals } = await api()
    const change = await eventually('PATH is changed', () => terminals.get('PATH'))
    assert.equal(change.type, vscode.EnvironmentVariableMutatorType.Prepend)
    assert.match(String(terminals.description), /p2plab/)

    const folder = await mkdtemp(path.join(tmpdir(), 'p2plab terminal '))
    const file = path.join(folder, 'list.json')
    const terminal = vscode.window.createTerminal({ cwd: folder })
    try {
      // code-server of VS Code 1.104 comes without the native part of its terminals.
      const pid = await Promise.race([terminal.processId, pause(PROCESS_MS, undefined, { ref: false })])
      if (pid === undefined) this.skip()
      terminal.sendText(`p2plab list --json > list.json`)
      const exercises = await eventually('p2plab list has written', async () => {
        const text = await readFile(file, 'utf8').catch(() => '')
        return text.endsWith('\n') ? (JSON.parse(text) as { id: string }[]) : undefined
      })
      assert.equal(exercises[0]?.id, '1.1')
    } finally {
      terminal.dispose()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    }
  })
})
