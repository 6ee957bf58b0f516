/** What `p2plab check` notes in a lab workspace. */
import assert from 'node:assert/strict'
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { existing, folderWith, removeFolders, source } from '../../kit/labs.ts'
import { p2plab } from '../../kit/cli.ts'
import { checksOf, contentHash, NO_PROGRESS, standing, withResult } from '../../../labs/progress/progress.ts'
import { hashOf, PROGRESS_FILE, readProgress } from '../../../labs/progress/file.ts'
import { formatProgress } from '../../../labs/progress/text.ts'

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
    assert.match(errors, /^A later version of P2P Lab wrote \.p2plab\/progress\.json.*\n$/)
    assert.equal(await readFile(path.join(dir, PROGRESS_FILE), 'utf8'), newer)
  })
})

describe('p2plab report', () => {
  after(removeFolders)

  /** The folder of a class: one has passed 1.2, one says so falsely, one has the reference, one is no lab workspace. */
  async function classroom() {
    const solution = await source('1.2', 'solution.ts')
    const lie = formatProgress(
      withResult(NO_PROGRESS, {
        exercise: '1.2',
        language: 'typescript',
        content: contentHash('// nothing\n'),
        verdict: 'pass',
        seed: 1,
        checks: [],
        whole: true,
      }),
    )
    const own = `${solution}// mine\n`
    return folderWith({
      'anna/.p2plab/types/README': '',
      [`anna/${file}`]: own,
      [`bob/${PROGRESS_FILE}`]: lie,
      [`bob/${file}`]: '// nothing\n',
      'cleo/.p2plab/types/README': '',
      [`cleo/${file}`]: solution,
      'dora/README.md': '',
    })
  }
  interface Report {
    verified: boolean
    workspaces: {
      folder: string
      name: string
      progress: string
      exercises: { id: string; state: string; seed?: number }[]
    }[]
  }
  const states = ({ workspaces }: Report) =>
    workspaces.map(({ folder, exercises }) => [
      path.basename(folder),
      exercises.find(({ id }) => id === '1.2')?.state,
    ])

  it('says how each workspace of a class stands, and believes what is written there', async () => {
    const dir = await classroom()
    await p2plab(['check', '1.2', '--workspace', 'anna'], dir)
    const { status, out, errors } = await p2plab(['report', '.', '--json'], dir)
    assert.deepEqual([status, errors], [0, ''])
    const report = JSON.parse(out) as Report
    assert.equal(report.verified, false)
    assert.deepEqual(states(report), [
      ['anna', 'passed'],
      ['bob', 'passed'],
      ['cleo', 'not-run'],
      ['dora', undefined],
    ])
    const named = await p2plab(['report', 'anna', 'dora', '--markdown'], dir)
    assert.equal(named.status, 0)
    assert.match(named.out, /^\| anna \| 1 of \d+ passed \|/m)
    assert.match(named.out, /^\| dora \| not a lab workspace \|/m)
    const here = await p2plab(['report'], path.join(dir, 'anna'))
    assert.match(here.out, /✓ 1\.2 {2}Frames .*passed; (\d+) of \1 checks; first passed /)
  })

  it('finds workspaces that lie deeper or lack .p2plab, and names what cannot be read or has none', async function () {
    if (process.platform === 'win32') this.skip()
    const solution = await source('1.2', 'solution.ts')
    const dir = await folderWith({
      'anna/.p2plab/types/README': '',
      'bob/homework/week 1/p2p-lab/.p2plab/types/README': '',
      [`bob/homework/week 1/p2p-lab/${file}`]: solution,
      'bob/homework/notes/notes.txt': '',
      [`cleo/lab/${file}`]: `${solution}// mine\n`,
      'dora/node_modules/x/.p2plab/README': '',
      'list.txt': '',
    })
    // Where nobody may look: permissions do not count for root, who may run the tests.
    await symlink('eve', path.join(dir, 'eve'))
    await symlink(path.join(dir, 'anna'), path.join(dir, 'frank'))
    await symlink(dir, path.join(dir, 'bob/round'))
    const { status, out, errors } = await p2plab(['report', '.', '--json'], dir)
    assert.deepEqual([status, errors], [0, ''])
    const { workspaces } = JSON.parse(out) as Report
    assert.deepEqual(
      workspaces.map(({ name, progress }) => [name, progress]),
      [
        ['anna', 'missing'],
        ['bob/homework/week 1/p2p-lab', 'missing'],
        ['cleo/lab', 'no-p2plab-folder'],
        ['dora', 'no-lab-workspace'],
        ['eve', 'unreadable'],
        ['frank', 'missing'],
      ],
    )
    const text = (await p2plab(['report', '.'], dir)).out
    assert.match(text, /^bob\/homework\/week 1\/p2p-lab +- /m)
    assert.match(text, /^cleo\/lab .*there is no \.p2plab folder, so no progress is saved$/m)
    assert.match(text, /^eve .*could not read the folder \(its links form a loop\)$/m)
    const verified = await p2plab(['report', 'cleo', '--verify', '--json'], dir)
    assert.deepEqual(states(JSON.parse(verified.out) as Report), [['lab', 'passed']])
  })

  it('runs the checks again with --verify, believes nothing, and writes nothing', async function () {
    this.timeout(120_000)
    const dir = await classroom()
    const { status, out, errors } = await p2plab(['report', 'anna', 'bob', 'cleo', '--verify', '--json'], dir)
    assert.equal(status, 0)
    const report = JSON.parse(out) as Report
    assert.equal(report.verified, true)
    assert.deepEqual(states(report), [
      ['anna', 'passed'],
      ['bob', 'failed'],
      ['cleo', 'reference'],
    ])
    assert.match(errors, /anna 1\.2: pass, seed \d+\n/)
    assert.deepEqual(await readdir(path.join(dir, 'anna/.p2plab')), ['types'])
  })

  it('says of what Catch Up filled in that it is the reference solution, and nothing of checks', async () => {
    const dir = await folderWith()
    await p2plab(['init', 'lab'], dir)
    await p2plab(['catch-up', '1.2', '--workspace', 'lab'], dir)
    const { out } = await p2plab(['report', 'lab'], dir)
    assert.match(out, /^ {2}= 1\.1 +Echo +reference solution$/m)
    assert.match(
      (await p2plab(['report', 'lab', '--markdown'], dir)).out,
      /\| 1\.1 Echo \| = reference solution \| +\|/,
    )
  })

  it('exits with 2 and one line on wrong use', async () => {
    const dir = await folderWith({ 'file.txt': '' })
    for (const [args, expected] of [
      [[], /The current folder: not a lab workspace/],
      [['nowhere'], /The folder "nowhere" does not exist/],
      [['file.txt'], /The folder "file\.txt" does not exist/],
      [['--json', '--markdown'], /not both/],
      [['--all'], /Unknown option --all\. Usage: p2plab report \[DIR \.\.\.\]/],
    ] as const) {
      const { status, out, errors } = await p2plab(['report', ...args], dir)
      assert.deepEqual([status, out], [2, ''])
      assert.match(errors, expected)
      assert.equal(errors.trimEnd().split('\n').length, 1)
    }
  })
})
