/** `p2plab watch` through pipes: what is checked when, and that nothing is left. watch-terminal.test.ts has the keys and the screen. */
import assert from 'node:assert/strict'
import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { loadPack, programsOf, type LabsPack } from '../../../labs/pack.ts'
import { hashOf, readProgress } from '../../../labs/progress/file.ts'
import { standing } from '../../../labs/progress/progress.ts'
import { planWorkspace, writeWorkspace } from '../../../labs/workspace/workspace.ts'
import { gone } from '../../kit/alive.ts'
import { endConversations, talkTo, type Conversation } from '../../kit/conversation.ts'
import { dist, existing, folderWith, removeFolders } from '../../kit/labs.ts'

let pack: LabsPack
before(async () => {
  pack = await loadPack(dist)
})

const [first, second, third] = ['1.1', '1.2', '1.3'].map(id => existing(id).file) as [string, string, string]
const starter = (id: string) => programsOf(pack, id, 'typescript').starter
const solution = (id: string) => programsOf(pack, id, 'typescript').solution

/** A program that says where it is and never gets ready: its check takes long. */
const STUCK = 'console.log(`pid ${process.pid}.`)\nfor (;;);\n'

async function lab(files: Record<string, string> = {}): Promise<string> {
  const dir = await folderWith()
  await writeWorkspace(dir, await planWorkspace(pack, dir), { overwrite: [] })
  for (const [file, text] of Object.entries(files)) await write(dir, file, text)
  return dir
}
async function write(dir: string, file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(dir, file)), { recursive: true })
  await writeFile(path.join(dir, file), text)
}
/** As most editors save: a new file takes the place of the old one. */
async function replace(dir: string, file: string, text: string): Promise<void> {
  await writeFile(path.join(dir, `${file}.new`), text)
  await rename(path.join(dir, `${file}.new`), path.join(dir, file))
}
const watch = (dir: string, ...args: string[]): Conversation => talkTo(['watch', ...args], { cwd: dir })
const checked = ({ out }: Conversation) => [...out.matchAll(/^Checking (\S+)/gm)].map(match => match[1])
const pidOf = async (talk: Conversation, after: number) => {
  const all = () => [...talk.errors.matchAll(/pid (\d+)\./g)].map(match => Number(match[1]))
  await talk.hearError(new RegExp(`(?:pid \\d+\\.[^]*){${after + 1}}`))
  return all()[after]!
}
const standsAt = async (dir: string, id: string) =>
  standing((await readProgress(dir)).facts, id, await hashOf(dir, existing(id).file))

describe('p2plab watch', function () {
  this.timeout(120_000)
  afterEach(endConversations)
  after(removeFolders)

  it('does not check a starter that nobody touched, checks what is saved, and goes on with the next', async () => {
    const dir = await lab()
    const talk = watch(dir)
    await talk.hear(/1\.1 Echo: 1-tcp\/1-echo\.ts is still the starter/)
    // Saved, but not changed.
    await utimes(path.join(dir, first), new Date(), new Date())
    await talk.hear(/1\.1 Echo: 1-tcp\/1-echo\.ts is still the starter/)
    await write(dir, first, `${starter('1.1')}// begun\n`)
    await talk.hear(/Checking 1\.1 Echo \(1-tcp\/1-echo\.ts\)\n✗ fail {2}Listens on the given host and port/)
    const summary = await talk.hear(/Exercise 1\.1: fail\. 0 of \d .*\n/)
    assert.match(summary[0], /Seed \d+/)
    // Only the first failure.
    assert.equal(talk.out.match(/✗ fail/g)!.length, 1)
    assert.equal(await standsAt(dir, '1.1'), 'failed')
    await replace(dir, first, solution('1.1'))
    await talk.hear(/Exercise 1\.1: pass\. (\d+) of \1 checks passed/)
    await talk.hear(/Your server keeps every byte[^]*\n1 of \d+ exercises passed\.\n/)
    assert.equal(await standsAt(dir, '1.1'), 'passed')
    talk.say('n\n')
    await talk.hear(/1\.2 Frames: 1-tcp\/2-frames\.ts is still the starter/)
    assert.deepEqual(checked(talk), ['1.1', '1.1'])
    assert.deepEqual(
      (await readProgress(dir)).facts.results.map(({ exercise }) => exercise),
      ['1.1', '1.1'],
    )
    talk.say('q\n')
    assert.equal(await talk.over, 0)
    assert.equal(talk.errors, '')
  })

  it('begins with the first exercise that has not passed, or with the one that was named', async () => {
    const dir = await lab({ [first]: solution('1.1'), [second]: `${starter('1.2')}// begun\n` })
    const talk = watch(dir)
    await talk.hear(/Exercise 1\.1: pass/)
    talk.say('quit\n')
    assert.equal(await talk.over, 0)
    const again = watch(dir)
    await again.hear(/Checking 1\.2[^]*Exercise 1\.2: fail/)
    assert.deepEqual(checked(again), ['1.2'])
    const named = watch(dir, '1.1', '--workspace', dir)
    await named.hear(/Checking 1\.1[^]*Exercise 1\.1: pass/)
  })

  it('lets the last of several saves count, and ends the check that is under way', async () => {
    const dir = await lab({ [first]: STUCK })
    const talk = watch(dir)
    const pids = [await pidOf(talk, 0)]
    await replace(dir, first, STUCK)
    pids.push(await pidOf(talk, 1))
    await gone(pids.slice(0, 1))
    await write(dir, first, STUCK)
    await write(dir, first, '')
    await replace(dir, first, solution('1.1'))
    await talk.hear(/Exercise 1\.1: pass\. (\d+) of \1/)
    await gone(pids)
    assert.deepEqual(talk.out.match(/^Exercise .*?:/gm), ['Exercise 1.1:'])
    assert.deepEqual(
      (await readProgress(dir)).facts.results.map(({ verdict }) => verdict),
      ['pass'],
    )
  })

  it('survives that the file, and its whole folder, is deleted and made anew', async () => {
    const dir = await lab({ [first]: STUCK })
    const talk = watch(dir)
    const pid = await pidOf(talk, 0)
    await rm(path.join(dir, first))
    await talk.hear(
      /1\.1 Echo: The file 1-tcp\/1-echo\.ts is missing\. To create it again, run p2plab reset 1\.1\.\n/,
    )
    await gone([pid])
    await write(dir, first, `${starter('1.1')}// begun\n`)
    await talk.hear(/Exercise 1\.1: fail/)
    await rm(path.join(dir, '1-tcp'), { recursive: true })
    await talk.hear(/is missing/)
    await write(dir, first, `${starter('1.1')}// begun again\n`)
    await talk.hear(/Exercise 1\.1: fail/)
    // And the new folder is watched like the old one.
    await replace(dir, first, `${starter('1.1')}// and again\n`)
    await talk.hear(/Exercise 1\.1: fail/)
  })

  it('checks one exercise when a file is saved that others import, and what is no exercise by what uses it', async () => {
    const helper = 'shared/helper.ts'
    const dir = await lab({
      [second]: `${starter('1.2')}// begun\n`,
      // As in a later lab, which imports from an earlier one.
      [third]: `import '../1-tcp/2-frames.ts'\nimport '../shared/helper.ts'\n${starter('1.3')}`,
      [helper]: '',
    })
    const talk = watch(dir, '1.3')
    await talk.hear(/Exercise 1\.3: fail/)
    await replace(dir, second, `${starter('1.2')}// changed\n`)
    await talk.hear(/Exercise 1\.2: fail/)
    await write(dir, third, `${await readFile(path.join(dir, third), 'utf8')}//\n`)
    await talk.hear(/Exercise 1\.3: fail/)
    await replace(dir, helper, '// changed\n')
    await talk.hear(/Exercise 1\.3: fail/)
    assert.deepEqual(checked(talk), ['1.3', '1.2', '1.3', '1.3'])
  })

  it('answers what came before it was told to end: a hint that is noted has been seen', async () => {
    const dir = await lab()
    const talk = watch(dir, '1.2')
    talk.say('h\nq\n')
    assert.equal(await talk.over, 0)
    assert.match(talk.out, /Hint 1 of 3 for 1\.2 Frames/)
  })

  it('takes words as well: hints, the solution after a question, the list, and says which there are', async () => {
    const dir = await lab()
    const talk = watch(dir)
    await talk.hear(/Watching .*Keys: h hint, s solution, l list, n next exercise, q quit\.\n/)
    talk.say('s\n')
    await talk.hear(/after you pass, or after all 3 hints\. You have seen 0\. Press h for the next hint\./)
    talk.say('hint\nh\nH\n')
    for (const n of [1, 2, 3]) await talk.hear(new RegExp(`Hint ${n} of 3 for 1\\.1 Echo\n\n`))
    await talk.hear(/You have seen all hints\. To see the solution, press s\./)
    talk.say('s\nn\n')
    await talk.hear(
      /You have not passed 1\.1 Echo yet\. Show its solution\? \(y\/n\)\nThe solution was not shown\.\n/,
    )
    talk.say('solution\nyes\n')
    await talk.hear(/The solution of 1\.1 Echo:\n\nimport net from/)
    talk.say('list\nwhat\n')
    await talk.hear(/\n> 1\.1 {2}Echo .*\n {2}1\.2 {2}Frames [^]*0 of \d+ exercises passed\.\n/)
    await talk.hear(/^h hint, s solution/m)
    const events = (await readProgress(dir)).facts.events.map(({ event }) => event)
    assert.deepEqual(events.toSorted(), ['hint', 'hint', 'hint', 'solution'])
    // Its end is no key.
    talk.child.stdin!.end('q')
    assert.equal(await talk.over, 0)
    assert.doesNotMatch(talk.out, /\u001b/)
  })

  it('goes on when its input ends, and leaves nothing running when it is told to end', async function () {
    if (process.platform === 'win32') this.skip()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const dir = await lab({ [first]: STUCK })
      const talk = watch(dir)
      talk.child.stdin!.end()
      const pid = await pidOf(talk, 0)
      talk.child.kill(signal)
      assert.equal(await talk.over, 130)
      await gone([pid])
    }
  })
})
