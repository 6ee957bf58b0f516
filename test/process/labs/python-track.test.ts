/**
 * An exercise with a track in Python: made up in a copy of the project, because none of the real ones has one. A lab workspace in Python has
 * its file, and everything that the command line does with it is about that file.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parsePack } from '../../../labs/pack.ts'
import { Conversation, endConversations } from '../../kit/conversation.ts'
import { skipBecause } from '../../kit/platform.ts'
import type { ProjectCopy } from '../../kit/project-copy.ts'
import { projectWithPython } from '../../kit/project-with-python.ts'
import { FILE, FOLDER, noPython, SOLUTION, STARTER } from '../../kit/python-track.ts'

interface Ran {
  status: number
  out: string
  errors: string
}

describe('an exercise with a track in Python', function () {
  this.timeout(300_000)
  let copy: ProjectCopy
  /** A lab workspace in Python, under a name that no shell takes as it is. */
  let lab: string

  const p2plab = (...args: string[]): Promise<Ran> =>
    copy.node(path.join(copy.folder, 'dist/cli.mjs'), ...args).then(
      ({ stdout, stderr }) => ({ status: 0, out: stdout, errors: stderr }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        status: error.code,
        out: error.stdout,
        errors: error.stderr,
      }),
    )
  const inLab = (...args: string[]) => p2plab(...args, '--workspace', lab)
  const read = (name: string) => readFile(path.join(lab, name), 'utf8')
  const write = (name: string, text: string) => writeFile(path.join(lab, name), text)
  const facts = async () => (await read('.p2plab/progress.json')).split('\n')
  const fresh = async (name: string, ...args: string[]) => {
    const folder = path.join(copy.folder, name)
    const made = await p2plab('init', folder, ...args)
    assert.equal(made.status, 0, made.errors)
    return folder
  }
  const load = (name: string) => import(pathToFileURL(path.join(copy.folder, name)).href)

  before(async () => {
    copy = await projectWithPython()
  })
  beforeEach(async () => {
    lab = await fresh("my 'python' lab & more", '--language', 'python')
  })
  afterEach(async () => {
    await endConversations()
    await rm(lab, { recursive: true, force: true, maxRetries: 5 })
  })
  after(() => copy?.remove())

  it('is in the catalogue and in the pack, and its language can be chosen', async () => {
    await copy.node('scripts/derive/main.ts', '--check')
    const listed = JSON.parse((await p2plab('list', '--json')).out) as { id: string; tracks: string[] }[]
    assert.deepEqual(listed.at(-1)!.tracks, ['typescript', 'python'])
    assert.deepEqual(listed[0]!.tracks, ['typescript'])
    const pack = parsePack(JSON.parse(await readFile(path.join(copy.folder, 'dist/labs.json'), 'utf8')))
    assert.deepEqual(pack!.exercises['9.1']!.programs.python, { starter: STARTER, solution: SOLUTION })
    assert.match((await p2plab('init', '--help')).out, /init DIR \[--language typescript\|python\]/)
    assert.match(
      (await p2plab('init', 'x', '--language', 'cobol')).errors,
      /^--language must be one of typescript, python, not "cobol"\.\n$/,
    )
  })

  it('has its Python file in a Python workspace, beside the TypeScript of the exercises without such a track', async () => {
    assert.equal(await read(FILE), STARTER)
    assert.ok(!existsSync(path.join(lab, `${FOLDER}.ts`)) && existsSync(path.join(lab, `${FOLDER}.md`)))
    assert.ok(existsSync(path.join(lab, '1-tcp/1-echo.ts')) && existsSync(path.join(lab, 'tsconfig.json')))
    assert.deepEqual(JSON.parse(await read('.p2plab/workspace.json')), { language: 'python' })
    const readme = await read('README.md')
    assert.ok(readme.includes(`[${FILE}](${FILE})`) && readme.includes('[1-tcp/1-echo.ts]'))
    assert.ok((await read(`${FOLDER}.md`)).includes(`Write a function in \`${FILE}\``))
    assert.ok((await read('1-tcp/1-echo.md')).includes('`1-tcp/1-echo.ts`'))
  })

  it('keeps one language per workspace', async () => {
    const again = JSON.parse((await p2plab('init', lab, '--json')).out) as Record<string, unknown>
    assert.deepEqual([again['language'], again['written'], again['left']], ['python', [], []])
    const typescript = await fresh('typescript-lab')
    for (const [folder, language, title] of [
      [lab, 'typescript', 'Python'],
      [typescript, 'python', 'TypeScript'],
    ] as const) {
      const { status, errors, out } = await p2plab('init', folder, '--language', language)
      assert.deepEqual([status, out], [2, ''])
      assert.match(errors, new RegExp(`is a lab workspace in ${title}, .* Choose another folder .*\\.\\n$`))
    }
    assert.ok(!existsSync(path.join(typescript, FILE)))
  })

  it('is checked with Python, and noted with its language', async function () {
    const reason = noPython()
    if (reason !== undefined) skipBecause(this, reason)
    const starter = await inLab('check', '9.1')
    assert.equal(starter.status, 1, starter.errors)
    assert.match(starter.out, /Got: an error: listen is not written yet/)
    await write(FILE, SOLUTION)
    const passed = await inLab('check', '9.1')
    assert.equal(passed.status, 0, passed.out + passed.errors)
    const results = (await facts()).filter(line => line.includes('"verdict"'))
    assert.equal(results.length, 2)
    for (const line of results) assert.match(line, /^\{"exercise":"9\.1","language":"python","content"/)
    // Nothing that passed elsewhere counts here, and nothing of this in a workspace in TypeScript.
    const other = await fresh('merged-lab')
    await writeFile(path.join(other, '.p2plab/progress.json'), await read('.p2plab/progress.json'))
    const states = async (folder: string) =>
      JSON.parse((await p2plab('list', '--workspace', folder, '--json')).out) as Record<string, unknown>[]
    const [here, there] = [(await states(lab)).at(-1)!, (await states(other)).at(-1)!]
    assert.deepEqual([here['state'], here['language'], here['file']], ['passed', 'python', FILE])
    assert.deepEqual(
      [there['state'], there['language'], there['file']],
      ['not-run', undefined, `${FOLDER}.ts`],
    )
    const verified = JSON.parse((await p2plab('report', lab, '--verify', '--json')).out) as Report
    assert.equal(verified.workspaces[0]!.exercises.at(-1)!.state, 'reference')
  })

  it('cannot be run without Python, and says so in one sentence', async () => {
    await write(FILE, SOLUTION)
    const bare = new Conversation(
      process.execPath,
      [path.join(copy.folder, 'dist/cli.mjs'), 'check', '9.1', '--workspace', lab],
      { cwd: copy.folder, env: { PATH: copy.folder, Path: copy.folder } },
    )
    assert.equal(await bare.over, 2)
    assert.equal(bare.out, '')
    assert.match(bare.errors, /^Could not run "(python3|py -3) 9-\S+\.py": there is no program .*\n$/)
  })

  it('is caught up, reset, restored and solved in Python', async () => {
    const answer = async (...args: string[]) =>
      JSON.parse((await inLab(...args, '--json')).out) as Record<string, unknown>
    await write(FILE, '# mine\n')
    const reset = await answer('reset', '9.1')
    assert.equal(reset['file'], FILE)
    assert.match(String(reset['kept']), /\/1-sealed-letters\.py$/)
    assert.equal(await read(FILE), STARTER)
    assert.equal((await answer('restore', '9.1'))['file'], FILE)
    assert.equal(await read(FILE), '# mine\n')
    await inLab('reset', '9.1')
    const { filled } = (await answer('catch-up', '9.1', '--including')) as { filled: { file: string }[] }
    assert.equal(filled.at(-1)!.file, FILE)
    assert.equal(filled[0]!.file, '1-tcp/1-echo.ts')
    assert.equal(await read(FILE), SOLUTION)
    await answer('hint', '9.1', '--all')
    const shown = await answer('solution', '9.1', '--yes')
    assert.deepEqual([shown['file'], shown['solution']], [FILE, SOLUTION])
  })

  it('is watched by its Python file', async function () {
    const reason = noPython()
    if (reason !== undefined) skipBecause(this, reason)
    const talk = new Conversation(
      process.execPath,
      [path.join(copy.folder, 'dist/cli.mjs'), 'watch', '9.1', '--workspace', lab],
      { cwd: copy.folder },
    )
    await talk.hear(
      /1-sealed-letters\.py is still the starter file.* 9-a-made-up-lab\/1-sealed-letters\.md\./,
    )
    await write(FILE, SOLUTION)
    await talk.hear(/Checking 9\.1 Sealed letters \(9-a-made-up-lab\/1-sealed-letters\.py\)/)
    await talk.hear(/Exercise 9\.1: pass\. 1 of 1/)
    talk.say('q\n')
    assert.equal(await talk.over, 0)
  })

  it('is called by its language where that is not TypeScript', async () => {
    const { out: list } = await inLab('list')
    assert.match(list, /9\.1 {2}Sealed letters +Python {2}- not checked\n/)
    assert.doesNotMatch(list, /typescript/i)
    const { out: report } = await p2plab('report', lab)
    assert.match(report, /9\.1 +Sealed letters +not checked; Python\n/)
    assert.doesNotMatch(report, /1\.1 .*(?:Python|TypeScript)/)
    assert.match((await p2plab('report', lab, '--markdown')).out, /\| 9\.1 Sealed letters \(Python\) \|/)
    const json = JSON.parse((await p2plab('report', lab, '--json')).out) as Report
    const { exercises } = json.workspaces[0]!
    assert.deepEqual([exercises[0]!.language, exercises.at(-1)!.language], [undefined, 'python'])
    // Where the folder .p2plab was not handed in, the files say it.
    await rm(path.join(lab, '.p2plab'), { recursive: true })
    const bare = JSON.parse((await p2plab('report', lab, '--json')).out) as Report
    assert.equal(bare.workspaces[0]!.exercises.at(-1)!.language, 'python')
  })

  it('is called by it in the tree and in the guide, too', async () => {
    const { exercise } = (await load('labs/catalogue.ts')) as { exercise(id: string): unknown }
    const { trackOf } = (await load('labs/workspace/track.ts')) as {
      trackOf(entry: unknown, language: string): { language: string; file: string }
    }
    const { exerciseRow } = (await load('extension/labs/rows.ts')) as {
      exerciseRow(...args: unknown[]): { description: string; spoken: string }
    }
    const entry = exercise('9.1')
    const row = (language: string) => exerciseRow(entry, 'passed', trackOf(entry, language))
    assert.deepEqual(
      [row('python').description, row('typescript').description],
      ['Python · passed', 'passed'],
    )
    assert.equal(row('python').spoken, 'Exercise 9.1 Sealed letters in Python, passed')
    const { guideOf } = (await load('extension/guide/model.ts')) as {
      guideOf(entry: unknown, known: unknown): { file: string; text: string; language?: string }
    }
    const guide = (language: string) =>
      guideOf(entry, {
        pack: { exercises: { '9.1': { readme: `In ${FOLDER}.ts`, hints: [], passed: '', programs: {} } } },
        language,
        state: () => 'not-run',
        hasPassed: () => false,
        checks: {},
        hints: 0,
        trusted: true,
        checkOnSave: false,
      })
    assert.deepEqual([guide('python').file, guide('python').language], [FILE, 'Python'])
    assert.equal(guide('python').text, `In ${FILE}`)
    assert.deepEqual([guide('typescript').file, guide('typescript').language], [`${FOLDER}.ts`, undefined])
  })

  it('is left alone where .p2plab/workspace.json cannot be understood, which is one sentence', async () => {
    for (const [text, why] of [
      ['{{{', /workspace\.json is not JSON such as \{"language":"python"\}\. Correct it/],
      ['{"language":"cobol"}', /names the language "cobol", .* knows only typescript and python\. Update/],
    ] as const) {
      await write('.p2plab/workspace.json', text)
      for (const args of [['list'], ['check', '9.1'], ['reset', '9.1'], ['watch']]) {
        const { status, out, errors } = await inLab(...args)
        assert.deepEqual([status, out], [2, ''], args.join(' '))
        assert.match(errors, why)
        assert.equal(errors.trim().split('\n').length, 1, errors)
      }
      assert.equal((await p2plab('init', lab)).status, 2)
      assert.match((await p2plab('report', lab)).out, /could not read the folder \(\.p2plab\/workspace\.json/)
      assert.equal(await read(FILE), STARTER)
    }
  })
})

interface Report {
  workspaces: { exercises: { id: string; language?: string; state: string }[] }[]
}
