/** A fresh workspace shows no type error: neither the starters nor the solutions, with nothing installed. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import ts from 'typescript'
import { EXERCISES } from '../../labs/catalogue.ts'
import { loadDefinition } from '../../labs/check/engine/load-definition.ts'
import { functionType } from '../../labs/exercise/contract.ts'
import { loadPack, type LabsPack } from '../../labs/pack.ts'
import { planWorkspace, writeWorkspace } from '../../labs/workspace/workspace.ts'
import { dist, existing, folderWith, removeFolders } from '../kit/labs.ts'

/** What the compiler says about the workspace, through its own tsconfig.json. */
function diagnose(dir: string, options: ts.CompilerOptions = {}): string[] {
  const host = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: () => assert.fail('tsconfig.json cannot be read'),
  }
  const config = ts.getParsedCommandLineOfConfigFile(path.join(dir, 'tsconfig.json'), options, host)
  assert.ok(config)
  const program = ts.createProgram(config.fileNames, config.options)
  assert.ok(config.fileNames.length >= EXERCISES.length, config.fileNames.join())
  return [...config.errors, ...ts.getPreEmitDiagnostics(program)].map(d =>
    ts.formatDiagnostic(d, {
      getCanonicalFileName: name => name,
      getCurrentDirectory: () => dir,
      getNewLine: () => '\n',
    }),
  )
}

describe('The types of a lab workspace', () => {
  after(removeFolders)
  let pack: LabsPack
  before(async () => void (pack = await loadPack(dist)))

  it('find no error in the starters', async () => {
    const dir = await folderWith()
    await writeWorkspace(dir, await planWorkspace(pack, dir), { overwrite: [] })
    assert.deepEqual(diagnose(dir), [])
  })

  it('find no error in the solutions', async () => {
    const dir = await folderWith()
    await writeWorkspace(dir, await planWorkspace(pack, dir), { overwrite: [] })
    for (const { id } of EXERCISES)
      await writeFile(path.join(dir, existing(id).file), pack.exercises[id]!.programs.typescript!.solution)
    assert.deepEqual(diagnose(dir), [])
  })

  it('agree with the schemas of the ops, in starters and solutions', async () => {
    const dir = await folderWith()
    await writeWorkspace(dir, await planWorkspace(pack, dir), { overwrite: [] })
    const lines = await Promise.all(
      EXERCISES.map(async ({ id }, i) => {
        const { ops } = (await loadDefinition(id))!
        const members = Object.values(ops).map(op => `${op.name}: ${functionType(op)}`)
        return `import * as e${i} from './${existing(id).file}'\nexport const ops${i}: { ${members.join('; ')} } = e${i}\n`
      }),
    )
    await writeFile(path.join(dir, 'ops.ts'), lines.join(''))
    assert.deepEqual(diagnose(dir), [])
    for (const { id } of EXERCISES)
      await writeFile(path.join(dir, existing(id).file), pack.exercises[id]!.programs.typescript!.solution)
    assert.deepEqual(diagnose(dir), [])
    await writeFile(path.join(dir, 'ops.ts'), lines.join('').replace('port: number', 'port: string'))
    assert.match(diagnose(dir).join(''), /ops\.ts.*not assignable/)
  })

  it('are all there: no declaration names a module that the workspace does not have', async () => {
    const dir = await folderWith()
    await writeWorkspace(dir, await planWorkspace(pack, dir), { overwrite: [] })
    const unresolved = /\bTS(?:2307|2792|7016|2688)\b/
    assert.deepEqual(
      diagnose(dir, { skipLibCheck: false }).filter(text => unresolved.test(text)),
      [],
    )
  })

  it('know libp2p', async () => {
    const dir = await folderWith()
    await writeWorkspace(dir, await planWorkspace(pack, dir), { overwrite: [] })
    const { file } = EXERCISES.map(({ id }) => existing(id)).find(e => e.file.includes('libp2p'))!
    await writeFile(
      path.join(dir, file),
      `import { yamux } from '@chainsafe/libp2p-yamux'
import type { Stream } from '@libp2p/interface'
import { createLibp2p } from 'libp2p'
import { Uint8ArrayList } from 'uint8arraylist'
await createLibp2p({ streamMuxers: [yamux()] })
await createLibp2p({ transports: 5 })
export const f = (stream: Stream) => stream.sink
export const g = (stream: Stream) => stream.send(new Uint8ArrayList())
`,
    )
    const errors = diagnose(dir)
    assert.equal(errors.length, 2, errors.join(''))
    assert.match(errors[0]!, /\(6,22\).*Type 'number' is not assignable to type/)
    assert.match(errors[1]!, /\(7,\d+\).*Property 'sink' does not exist on type 'Stream'/)
  })

  it('find what Node cannot run, and what is wrong', async () => {
    const dir = await folderWith()
    await writeWorkspace(dir, await planWorkspace(pack, dir), { overwrite: [] })
    const [first, second, third] = EXERCISES.map(e => path.join(dir, existing(e.id).file)) as [
      string,
      string,
      string,
    ]
    await writeFile(first, 'export enum Kind { A }\n')
    await writeFile(
      second,
      "import net from 'node:net'\nnet.createServer().listen('a', 'b', 'c', 'd', 'e')\n",
    )
    await writeFile(third, "import { emit } from 'p2plab'\nemit(1)\n")
    const errors = diagnose(dir).join('')
    assert.match(errors, /erasableSyntaxOnly/)
    assert.match(errors, /2-frames\.ts.*Expected 0-4 arguments/)
    assert.match(errors, /3-room\.ts.*'number' is not assignable to parameter of type 'string'/)
  })
})
