import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { ExerciseEntry } from '../../../labs/catalogue.ts'
import { LANGUAGES, LANGUAGE_NAMES, type Language } from '../../../labs/languages.ts'
import {
  languageOf,
  UnknownLanguage,
  WORKSPACE_FILE,
  workspaceFileText,
} from '../../../labs/workspace/language.ts'
import {
  learnerProgram,
  offeredLanguages,
  textFileOf,
  titleUnlessTypeScript,
  trackOf,
  tracksOf,
} from '../../../labs/workspace/track.ts'
import { folderWith, removeFolders } from '../../kit/labs.ts'

const entry = (...tracks: Language[]): Pick<ExerciseEntry, 'folder' | 'tracks'> => ({
  folder: '1-tcp/1-echo',
  tracks,
})

describe('the track of an exercise', () => {
  it("is that of the workspace's language, otherwise TypeScript's, otherwise the first", () => {
    const track = (language: Language, ...tracks: Language[]) => trackOf(entry(...tracks), language)
    const [typescript, python] = [
      { language: 'typescript', file: '1-tcp/1-echo.ts' },
      { language: 'python', file: '1-tcp/1-echo.py' },
    ]
    assert.deepEqual(track('python', 'typescript', 'python'), python)
    assert.deepEqual(track('typescript', 'typescript', 'python'), typescript)
    assert.deepEqual(track('python', 'typescript'), typescript)
    assert.deepEqual(track('typescript', 'python'), python)
    assert.deepEqual(tracksOf(entry('typescript', 'python')), [typescript, python])
  })

  it('changes nothing about the text of the exercise', () =>
    assert.equal(textFileOf(entry('python')), '1-tcp/1-echo.md'))

  it('is run by our runner in TypeScript, and by a command line otherwise', () => {
    const program = (language: Language, platform: NodeJS.Platform) =>
      learnerProgram(trackOf(entry(language), language), '/my lab', platform)
    const workspace = '/my lab'
    for (const platform of ['linux', 'win32'] as const)
      assert.deepEqual(program('typescript', platform), {
        kind: 'typescript',
        file: '1-tcp/1-echo.ts',
        workspace,
      })
    for (const platform of ['linux', 'darwin'] as const)
      assert.deepEqual(program('python', platform), {
        kind: 'command',
        command: 'python3 1-tcp/1-echo.py',
        workspace,
      })
    assert.deepEqual(program('python', 'win32'), {
      kind: 'command',
      command: 'py -3 1-tcp/1-echo.py',
      workspace,
    })
  })

  it('can be run in every language that there is', () => {
    for (const language of LANGUAGE_NAMES)
      assert.equal(LANGUAGES[language].command === undefined, language === 'typescript')
  })

  it('is offered where an exercise has it', () => {
    assert.deepEqual(offeredLanguages([entry('typescript'), entry('typescript')]), ['typescript'])
    assert.deepEqual(offeredLanguages([entry('typescript'), entry('python')]), ['typescript', 'python'])
  })

  it('is named unless it is TypeScript', () =>
    assert.deepEqual((['typescript', 'python', undefined] as const).map(titleUnlessTypeScript), [
      undefined,
      'Python',
      undefined,
    ]))
})

describe('the language of a lab workspace', () => {
  after(removeFolders)
  const saying = (text: string) => folderWith({ [WORKSPACE_FILE]: text })

  it('is TypeScript where nothing says otherwise', async () => {
    assert.equal(await languageOf(await folderWith()), 'typescript')
    assert.equal(await languageOf(path.join(await folderWith(), 'not', 'there')), 'typescript')
    assert.equal(await languageOf(await folderWith({ '.p2plab': 'a file' })), 'typescript')
    assert.equal(await languageOf(await saying('{}')), 'typescript')
    assert.equal(workspaceFileText('typescript'), undefined)
  })

  it('is what its file says, also with a mark of UTF-8, and beside what a later version says', async () => {
    for (const language of LANGUAGE_NAMES.filter(name => name !== 'typescript'))
      assert.equal(await languageOf(await saying(workspaceFileText(language)!)), language)
    assert.equal(await languageOf(await saying('\uFEFF{ "other": [1], "language": "python" }')), 'python')
    assert.equal(await languageOf(await saying('{"language":"typescript"}')), 'typescript')
  })

  const refused = async (dir: string, message: RegExp) =>
    assert.rejects(
      languageOf(dir),
      error =>
        error instanceof UnknownLanguage &&
        error.message.startsWith(`Could not tell the language of the lab workspace ${dir}, because `) &&
        message.test(error.message) &&
        !error.message.includes('\n') &&
        error.message.endsWith('.'),
    )

  it('is not guessed where its file makes no sense', async () => {
    for (const text of ['', '{', '[]', 'null', '"python"', '{"language":7}'])
      await refused(await saying(text), /workspace\.json is not JSON such as/)
    for (const name of ['rust', 'toString', 'Python', ''])
      await refused(
        await saying(JSON.stringify({ language: name })),
        new RegExp(`names the language "${name}"`),
      )
    await refused(await saying('{"language":"a\\nb"}'), /"a b"/)
    const utf16 = await folderWith({ '.p2plab/x': '' })
    await writeFile(path.join(utf16, WORKSPACE_FILE), Buffer.from('\uFEFF{"language":"python"}', 'utf16le'))
    await refused(utf16, /is a UTF-16 file\. Save it as UTF-8/)
    const folder = await folderWith()
    await mkdir(path.join(folder, WORKSPACE_FILE), { recursive: true })
    await refused(folder, /could not be read: it is a folder/)
  })
})
