/** What `p2plab check` notes in a lab workspace. */
import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { existing, folderWith, removeFolders, source } from '../labs-kit.ts'
import { p2plab } from '../cli-kit.ts'
import { checksOf, standing } from '../../labs/progress.ts'
import { hashOf, PROGRESS_FILE, readProgress } from '../../labs/progress-file.ts'

const { file } = existing('1.2')
const lab = async (name: string, more: Record<string, string> = {}) =>
  folderWith({ [file]: await source('1.2', name), '.p2plab/types/README': '', ...more })
const stands = async (dir: string) =>
  standing((await readProgress(dir)).facts, '1.2', await hashOf(dir, file))

describe('p2plab check notes in the lab workspace', () => {
  after(removeFolders)

  it('what has passed, and with which seed', async () => {
    const dir = await lab('solution.ts')
    const { status, errors } = await p2plab(['check', '1.2', '--seed', '5', '--json'], dir)
    assert.equal(status, 0)
    assert.doesNotMatch(errors, /progress/)
    assert.equal(await stands(dir), 'passed')
    const { facts } = await readProgress(dir)
    assert.equal(facts.results[0]!.seed, 5)
    assert.deepEqual(
      checksOf(facts, '1.2', await hashOf(dir, file)),
      Object.fromEntries(existing('1.2').checks.map(({ id }) => [id, 'pass'])),
    )
    await writeFile(path.join(dir, file), `${await source('1.2', 'solution.ts')}// more\n`)
    assert.equal(await stands(dir), 'changed')
  })

  it('what has failed', async () => {
    const dir = await lab('starter.ts')
    assert.equal((await p2plab(['check', '1.2'], dir)).status, 1)
    assert.equal(await stands(dir), 'failed')
  })

  it('nothing of one check, of another program, or in a folder that is no lab workspace', async () => {
    const dir = await lab('solution.ts')
    assert.equal((await p2plab(['check', '1.2', '--only', 'empty'], dir)).status, 0)
    await p2plab(['check', '1.2', '--program', `"${process.execPath}" -e 0`], dir)
    assert.deepEqual(await readdir(path.join(dir, '.p2plab')), ['types'])
    const other = await folderWith({ [file]: await source('1.2', 'solution.ts') })
    assert.equal((await p2plab(['check', '1.2'], other)).status, 0)
    assert.deepEqual(await readdir(other), [file.split('/')[0]])
  })

  it('nothing where the file was changed while it was checked', async () => {
    // Each check starts the program anew.
    const restless = `import { appendFileSync } from 'node:fs'\nappendFileSync(import.meta.filename, '//\\n')\n`
    const dir = await lab('solution.ts')
    await writeFile(path.join(dir, file), restless + (await source('1.2', 'solution.ts')))
    assert.equal((await p2plab(['check', '1.2'], dir)).status, 0)
    assert.deepEqual(await readdir(path.join(dir, '.p2plab')), ['types'])
  })

  it('nothing in a file of a later version, and says so beside the result', async () => {
    const newer = '{"version":9}'
    const dir = await lab('solution.ts', { [PROGRESS_FILE]: newer })
    const { status, out, errors } = await p2plab(['check', '1.2', '--json'], dir)
    assert.equal(status, 0)
    assert.equal((JSON.parse(out) as { verdict: string }).verdict, 'pass')
    assert.match(errors, /^\.p2plab\/progress\.json was written by a later version.*\n$/)
    assert.equal(await readFile(path.join(dir, PROGRESS_FILE), 'utf8'), newer)
  })
})
