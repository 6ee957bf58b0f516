/** What activation loads, and that what it does not load is there when it is needed. The bundle is the one of the package. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { build, type Metafile } from 'esbuild'
import { extensionBundle } from '../../../scripts/bundle/extension.ts'
import { root } from '../../../scripts/vscode/paths.ts'
import type { Activated } from '../../kit/fixtures/activated-extension.ts'

const [ENTRY, SHARED, LATER] = ['extension.cjs', 'extension-chunk.cjs', 'extension-later.cjs']
/**
 * Bytes without the catalogue of the exercises, which has about a thousand for each. 97,000 when this was written, of 245,000 in all. Loading
 * takes about a millisecond for 20,000.
 */
const AT_ONCE = 100_000
const CATALOGUE = 'labs/derived/catalogue.ts'

const run = promisify(execFile)

describe('the activation of the extension', function () {
  this.timeout(120_000)
  let folder: string
  let bundle: string
  let outputs: Map<string, Metafile['outputs'][string]>
  const activate = async (...commands: string[]): Promise<Activated> => {
    const fixture = path.join(root, 'test/kit/fixtures/activated-extension.ts')
    const { stdout } = await run(process.execPath, [fixture, JSON.stringify({ bundle, run: commands })])
    return JSON.parse(stdout) as Activated
  }

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'p2plab-activation-'))
    bundle = path.join(folder, ENTRY)
    const options = extensionBundle({
      absWorkingDir: root,
      minify: true,
      keepNames: true,
      logLevel: 'warning',
    })
    const { metafile } = await build({ ...options, metafile: true, outdir: folder })
    outputs = new Map(Object.entries(metafile!.outputs).map(([name, file]) => [path.basename(name), file]))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('loads little code, and no library', () => {
    assert.deepEqual([...outputs.keys()].sort(), [SHARED, LATER, ENTRY].sort())
    const atOnce = [ENTRY, SHARED].map(name => outputs.get(name)!)
    const inputs = atOnce.flatMap(file => Object.keys(file.inputs))
    assert.deepEqual(
      inputs.filter(name => name.includes('node_modules')),
      [],
      'what needs a library is for extension/later.ts',
    )
    const bytes = atOnce.reduce(
      (sum, file) => sum + file.bytes - (file.inputs[CATALOGUE]?.bytesInOutput ?? 0),
      0,
    )
    assert(inputs.includes(CATALOGUE))
    assert(bytes < AT_ONCE, `${bytes} bytes are loaded at once, at most ${AT_ONCE} may be`)
  })

  it('requires vscode once', async () => {
    const texts = await Promise.all(
      [ENTRY, SHARED, LATER].map(name => readFile(path.join(folder, name), 'utf8')),
    )
    assert.equal(texts.join().split('require("vscode")').length - 1, 1)
  })

  it('registers every command of the manifest, and leaves for later what they do', async () => {
    const { commands, atOnce } = await activate()
    const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'))
    const promised = manifest.contributes.commands.map(({ command }: { command: string }) => command)
    assert.deepEqual(
      promised.filter((name: string) => !commands.includes(name)),
      [],
    )
    assert.deepEqual(atOnce, [SHARED, ENTRY].sort())
  })

  it('runs a command that comes at once, when what it does is loaded', async () => {
    const { inTheEnd, errors } = await activate('p2plab.copyJoinCode', 'p2plab.killNode')
    assert.deepEqual(inTheEnd, [SHARED, LATER, ENTRY].sort())
    assert.deepEqual(errors, [
      'The network is not shared. Run “Share Network…” first.',
      'No node is running. Start a network first.',
    ])
  })

  it('says in one sentence that a part of it is missing', async () => {
    await rm(path.join(folder, LATER))
    const { errors } = await activate('p2plab.killNode', 'p2plab.doctor', 'p2plab.createReport')
    const sentence =
      /^P2P Lab could not load a part of itself \(Cannot find module [^\n]+\)\. Reinstall P2P Lab and reload the window\.$/
    assert.equal(errors.length, 3)
    for (const error of errors) assert.match(error, sentence)
  })
})
