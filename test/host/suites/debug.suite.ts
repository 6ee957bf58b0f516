import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import vscode from 'vscode'
import type { P2pLabApi } from '../../../extension/api.ts'
import type { ExerciseResult } from '../../../labs/check/protocol.ts'
import { exercise } from '../../../labs/catalogue.ts'
import { parsePack } from '../../../labs/pack.ts'
import { trackOf } from '../../../labs/workspace/track.ts'
import { TEST_MS } from '../../kit/deadlines.ts'
import { api, until } from './extension.ts'

/** How long a program may take to reply, labs/check/program.ts, and more. */
const LONG_MS = 6_500

describe('a check under the debugger', function () {
  this.timeout(TEST_MS)
  let lab: P2pLabApi
  let file: vscode.Uri
  let line: number
  const results: ExerciseResult[] = []
  const subscriptions: vscode.Disposable[] = []

  before(async function () {
    if (!vscode.extensions.getExtension('ms-vscode.js-debug')) {
      console.log('This VS Code has no JavaScript debugger (ms-vscode.js-debug): debugging is not tested.')
      return this.skip()
    }
    lab = await api()
    file = vscode.Uri.joinPath((await lab.labs.current())!, trackOf(exercise('1.1')!, 'typescript').file)
    const dist = path.join(vscode.extensions.getExtension('p2p-lab.p2p-lab')!.extensionPath, 'dist')
    const pack = parsePack(JSON.parse(await readFile(path.join(dist, 'labs.json'), 'utf8')))
    const text = pack!.exercises['1.1']!.programs.typescript!.solution
    await writeFile(file.fsPath, text)
    line = text.split('\n').findIndex(one => one.includes('net.createServer('))
    await vscode.commands.executeCommand('testing.refreshTests')
    const at = new vscode.Location(file, new vscode.Position(line, 0))
    vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(at)])
    subscriptions.push(
      lab.testing.onDidProgress(step => {
        if (step.type === 'ended') results.push(step.result)
      }),
    )
  })
  beforeEach(() => void results.splice(0))
  afterEach(() => vscode.debug.stopDebugging())
  after(() => {
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints)
    for (const subscription of subscriptions) subscription.dispose()
  })

  /** Debugs one check of 1.1, as its item's menu does. */
  const debug = (check: string) => lab.testing.check(exercise('1.1')!, { only: [check], debug: true })
  const stopped = () =>
    until(vscode.debug.onDidChangeActiveStackItem, () => {
      const top = vscode.debug.activeStackItem
      return top instanceof vscode.DebugStackFrame ? top : undefined
    })

  it('stops at a breakpoint in the learner’s file, for as long as one likes, and then passes', async () => {
    const checking = debug('stop')
    const frame = await stopped()
    const trace = (await frame.session.customRequest('stackTrace', { threadId: frame.threadId })) as {
      stackFrames: { line: number; source?: { path?: string } }[]
    }
    const [top] = trace.stackFrames
    assert.equal(path.basename(top?.source?.path ?? ''), path.basename(file.fsPath))
    assert.equal(top?.line, line + 1)
    await wait(LONG_MS)
    assert.deepEqual(results, [])
    await vscode.commands.executeCommand('workbench.action.debug.continue')
    const result = await checking
    assert.deepEqual(
      result?.checks.map(({ id, verdict, message }) => ({ id, verdict, message })),
      [{ id: 'stop', verdict: 'pass', message: undefined }],
    )
    assert.ok(result!.ms > LONG_MS)
  })

  it('is cancelled when the debug session is ended', async () => {
    const checking = debug('clients')
    const frame = await stopped()
    let root = frame.session
    while (root.parentSession) root = root.parentSession
    await vscode.debug.stopDebugging(root)
    assert.equal(await checking, undefined)
    assert.match(results[0]!.problem ?? '', /canceled/)
  })
})
