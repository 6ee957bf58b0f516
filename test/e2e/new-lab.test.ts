/**
 * An exercise is one folder: a lab that is made up in a copy of the project is there in the tree, the Testing view, `list`, the workspace, the
 * report and the package without another edit.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { pathToFileURL } from 'node:url'
import { parsePack } from '../../labs/pack.ts'
import { TEST_MS } from '../kit/deadlines.ts'
import { copyProject, type ProjectCopy } from '../kit/project-copy.ts'

const run = promisify(execFile)

describe('a lab that is made up', function () {
  this.timeout(TEST_MS)
  let copy: string
  let node: ProjectCopy['node']
  let remove: ProjectCopy['remove'] | undefined
  const status = (command: Promise<unknown>) =>
    command.then(
      () => 0,
      (error: { code?: number }) => error.code,
    )

  before(async () => {
    ;({ folder: copy, node, remove } = await copyProject())
    await node('scripts/new-exercise/main.ts', '9.1', 'Sealed letters', 'A made-up lab')
    await node('scripts/build.mjs')
  })
  after(() => remove?.())

  it('passes the check of what is derived, and fails it when something is stale or does not belong there', async () => {
    await node('scripts/derive/main.ts', '--check')
    const stray = path.join(copy, 'labs/9-a-made-up-lab/1-sealed-letters/notes.txt')
    await writeFile(stray, 'x')
    await assert.rejects(node('scripts/derive/main.ts', '--check'), /notes\.txt does not belong there/)
    await rm(stray)
    const definition = path.join(copy, 'labs/9-a-made-up-lab/1-sealed-letters/exercise.ts')
    const text = await readFile(definition, 'utf8')
    await writeFile(definition, text.replace('Sealed letters', 'Open letters'))
    await assert.rejects(
      node('scripts/derive/main.ts', '--check'),
      /catalogue\.ts is stale: run npm run build/,
    )
    await writeFile(definition, text)
  })

  it('is refused a second time, and with a title that is none', async () => {
    const make = (...args: string[]) => status(node('scripts/new-exercise/main.ts', ...args))
    assert.equal(await make('9.1', 'Again'), 2)
    assert.equal(await make('9', 'Sealed letters'), 2)
    assert.equal(await make('9.2', ''), 2)
    assert.equal(await make('8.1', 'Nowhere'), 2)
  })

  it('has types, a starter that fails, and a check that says that it is not written yet', async () => {
    await node('node_modules/typescript/bin/tsc', '--pretty', 'false', '-p', 'labs')
    const lab = path.join(copy, 'my-lab')
    await node('dist/cli.mjs', 'init', lab)
    const check = () =>
      node('dist/cli.mjs', 'check', '9.1', '--workspace', lab).then(
        () => assert.fail('it passed'),
        (error: { stdout: string }) => error.stdout,
      )
    assert.match(await check(), /listen is not written yet/)
    const file = path.join(lab, '9-a-made-up-lab/1-sealed-letters.ts')
    await writeFile(file, (await readFile(file, 'utf8')).replace(/throw .*/, 'return { port: 4001 }'))
    assert.match(await check(), /this check is not written yet/)
    const { stdout } = await node('dist/cli.mjs', 'report', lab)
    assert.match(stdout, /9\.1/)
  })

  it('is in the list, in the tree, and in the pack of the package, and comes after the exercise before it', async () => {
    const listed = JSON.parse((await node('dist/cli.mjs', 'list', '--json')).stdout) as { id: string }[]
    assert.equal(listed.at(-1)?.id, '9.1')
    const rows = (await import(pathToFileURL(path.join(copy, 'extension/labs/rows.ts')).href)) as {
      labIds(): string[]
      exerciseIds(lab: string): string[]
    }
    assert.equal(rows.labIds().at(-1), 'lab/9')
    assert.deepEqual(rows.exerciseIds('lab/9'), ['9.1'])
    const pack = parsePack(JSON.parse(await readFile(path.join(copy, 'dist/labs.json'), 'utf8')))
    assert.match(pack!.exercises['9.1']!.readme, /^\| `listen` \| `host` \(text\)/m)
    assert.match(pack!.exercises[listed.at(-2)!.id]!.passed, /In 9\.1 Sealed letters you go on\./)
    assert.match(pack!.files['README.md']!, /\[9-a-made-up-lab\/1-sealed-letters\.ts\]/)
  })

  it('is in the Testing view of VS Code', async () => {
    const filter = 'are test items, each with its checks as children'
    const env = { ...process.env, P2PLAB_HOST_TESTS_FILTER: filter }
    const args = ['node_modules/mocha/bin/mocha.js', '--spec', 'test/host/vscode-current.test.ts']
    const { stdout } = await run(process.execPath, args, { cwd: copy, env })
    assert.match(stdout, /are test items/)
  })
})
