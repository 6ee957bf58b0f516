import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import vscode from 'vscode'
import type { SavedCapture } from '../../../extension/captures/save.ts'
import { exercise, EXERCISES } from '../../../labs/catalogue.ts'
import type { ExerciseResult } from '../../../labs/check/protocol.ts'
import { parsePack } from '../../../labs/pack.ts'
import { trackOf } from '../../../labs/workspace/track.ts'
import { TEST_MS } from '../../kit/deadlines.ts'
import { blocksOf } from '../../kit/pcapng.ts'
import { hasTshark, tshark } from '../../kit/tshark.ts'
import { startUp } from '../../webview/kit/recording.ts'
import { api, until } from './extension.ts'

const inputs = () => vscode.window.tabGroups.all.flatMap(group => group.tabs).map(tab => tab.input)
const editors = () => inputs().filter(input => input instanceof vscode.TabInputCustom)
const pages = () =>
  inputs()
    .filter(input => input instanceof vscode.TabInputWebview)
    .map(input => input.viewType.replace(/^mainThreadWebview-/, ''))

/** Wireshark finds nothing wrong with it, where there is one. */
async function assertWellFormed(capture: string, packets: number): Promise<void> {
  if (!(await hasTshark())) return
  assert.equal((await tshark(capture)).length, packets)
  assert.deepEqual(await tshark(capture, '-Y', 'tcp.analysis.flags || tcp.checksum.status==0'), [])
}

/** A file system that only remembers what is written. */
function memory(files: Map<string, Uint8Array>): vscode.FileSystemProvider {
  const none = () => {
    throw vscode.FileSystemError.FileNotFound()
  }
  return {
    onDidChangeFile: new vscode.EventEmitter<vscode.FileChangeEvent[]>().event,
    watch: () => new vscode.Disposable(() => {}),
    stat: none,
    readDirectory: none,
    readFile: none,
    createDirectory() {},
    writeFile: ({ path }, content) => void files.set(path, content),
    delete: none,
    rename: none,
  }
}

describe('what is not a running network', function () {
  this.timeout(TEST_MS)
  let folder: vscode.Uri
  before(async () => {
    folder = (await (await api()).labs.current())!
  })
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'))

  it('opens in the editor of recordings, several beside each other', async () => {
    const text = [
      '{"p2ptrace":1,"createdAt":"2026-01-31T12:00:00.000Z"}',
      ...startUp(2).events.map(e => JSON.stringify(e)),
    ]
    const files = ['one', 'two'].map(name => vscode.Uri.joinPath(folder, `${name}.p2ptrace`))
    for (const file of files) {
      await writeFile(file.fsPath, `${text.join('\n')}\n`)
      await vscode.commands.executeCommand('p2plab.openRecording', file)
    }
    await until(vscode.window.tabGroups.onDidChangeTabs, () => (editors().length === 2 ? true : undefined))
    assert.deepEqual(
      editors().map(({ uri, viewType }) => [uri.path, viewType]),
      files.map(({ path }) => [path, 'p2plab.recording']),
    )
  })

  describe('is also what a check has sent', () => {
    const save = (...args: unknown[]) =>
      vscode.commands.executeCommand<SavedCapture | undefined>('p2plab.savePacketCapture', ...args)
    const file = (name: string) => vscode.Uri.joinPath(folder, name)
    /** How many packets, which checks begin with one, and the comments of the whole. */
    const read = async (uri: vscode.Uri) => {
      const blocks = blocksOf(await readFile(uri.fsPath))
      const packets = blocks.filter(({ type }) => type === 6)
      const comments = packets.flatMap(({ options }) => options.get(1)?.map(String) ?? [])
      const { checks } = exercise('1.2')!
      const ids = comments.flatMap(text => {
        const [first = ''] = text.split('\n')
        return checks.filter(({ id, title }) => first === `${title} (${id})`).map(({ id }) => id)
      })
      return { packets: packets.length, ids, about: blocks[0]!.options.get(1)!.map(String) }
    }

    let program: string
    let original: string
    before(async () => {
      const dist = path.join(vscode.extensions.getExtension('p2p-lab.p2p-lab')!.extensionPath, 'dist')
      const pack = parsePack(JSON.parse(await readFile(path.join(dist, 'labs.json'), 'utf8')))!
      program = file(trackOf(exercise('1.2')!, 'typescript').file).fsPath
      original = await readFile(program, 'utf8')
      await writeFile(program, pack.exercises['1.2']!.programs.typescript!.solution)
    })
    after(() => writeFile(program, original))

    it('saved after a run: of all checks, and of one that an item or a message of the Testing view names', async () => {
      const { seed, checks } = (await vscode.commands.executeCommand<ExerciseResult>(
        'p2plab.checkExercise',
        '1.2',
      ))!
      const sent = checks.filter(({ capture }) => capture).map(({ id }) => id)
      assert(sent.length > 1)
      const all = await save('1.2', undefined, file('all.pcapng'))
      assert.equal(all!.uri.path, file('all.pcapng').path)
      const whole = await read(all!.uri)
      assert.deepEqual([whole.packets, whole.ids], [all!.packets, sent])
      assert.equal(whole.about[0], `Exercise 1.2 Frames, seed ${seed}`)
      await assertWellFormed(all!.uri.fsPath, all!.packets)

      const id = `1.2/${sent[1]}`
      // Over what is there, at the end of a link, too.
      await writeFile(file('one.pcapng').fsPath, 'something else')
      for (const target of [{ id }, { test: { id }, message: {} }]) {
        const one = await save(target, undefined, file('one.pcapng'))
        const { packets, ids, about } = await read(file('one.pcapng'))
        assert.deepEqual([packets, ids], [one!.packets, [sent[1]]])
        assert.equal(about.length, 2)
      }
      const names = (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name)
      assert.deepEqual(
        names.filter(name => name.includes('pcapng')).sort(),
        ['all.pcapng', 'one.pcapng'],
        'no temporary file is left',
      )
    })

    it('saved to a file system that is not the disk’s', async () => {
      const written = new Map<string, Uint8Array>()
      const registered = vscode.workspace.registerFileSystemProvider('p2plab-test', memory(written))
      try {
        const uri = vscode.Uri.parse('p2plab-test:/some/where.pcapng')
        const saved = await save('1.2', undefined, uri)
        const packets = blocksOf(Buffer.from(written.get(uri.path)!)).filter(({ type }) => type === 6)
        assert.equal(packets.length, saved!.packets)
      } finally {
        registered.dispose()
      }
    })

    it('not there for a libp2p exercise, for one that was not checked, and where the folder is missing', async () => {
      const libp2p = EXERCISES.find(entry => entry.libp2p)!.id
      assert.equal(await save(libp2p, undefined, file('none.pcapng')), undefined)
      assert.equal(await save('1.5', undefined, file('none.pcapng')), undefined)
      assert.equal(await save('1.2', 'no-such-check', file('none.pcapng')), undefined)
      assert.equal(existsSync(file('none.pcapng').fsPath), false)
      await writeFile(file('a-file').fsPath, '')
      assert.equal(await save('1.2', undefined, file('a-file/none.pcapng')), undefined)
    })
  })

  it('is also the transcript of a check, from an item or a message of the Testing view', async () => {
    await vscode.commands.executeCommand<ExerciseResult>('p2plab.checkExercise', '1.1')
    await vscode.commands.executeCommand('p2plab.showTranscript', {
      test: { id: '1.1/half-close' },
      message: {},
    })
    await until(vscode.window.tabGroups.onDidChangeTabs, () =>
      pages().includes('p2plab.transcript') ? true : undefined,
    )
    await vscode.commands.executeCommand('p2plab.showTranscript', { id: '1.1/port-zero' })
    assert.equal(pages().filter(page => page === 'p2plab.transcript').length, 1, 'there is one page at most')
  })
})
