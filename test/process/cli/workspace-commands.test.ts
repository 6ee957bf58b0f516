/** `p2plab init`, `catch-up`, `reset`, `restore`, `hint`, `solution`, and what `list` says of a workspace. */
import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { EXERCISES } from '../../../labs/catalogue.ts'
import { loadPack, programsOf, textOf, type LabsPack } from '../../../labs/pack.ts'
import { hashOf, readProgress, updateProgress } from '../../../labs/progress/file.ts'
import { standing, withResult } from '../../../labs/progress/progress.ts'
import { planWorkspace } from '../../../labs/workspace/workspace.ts'
import { p2plab, type Ran } from '../../kit/cli.ts'
import { talkTo, endConversations } from '../../kit/conversation.ts'
import { dist, existing, folderWith, removeFolders } from '../../kit/labs.ts'
import { skipBecause } from '../../kit/platform.ts'

let pack: LabsPack
before(async () => {
  pack = await loadPack(dist)
})

const read = (dir: string, file: string) => readFile(path.join(dir, file), 'utf8')
const json = <T>({ out, errors, status }: Ran): T => {
  assert.deepEqual([status, errors], [0, ''])
  return JSON.parse(out) as T
}
const [first, second, third] = ['1.1', '1.2', '1.3'].map(id => existing(id).file) as [string, string, string]

/** A lab workspace as `init` makes it. */
async function lab(): Promise<string> {
  const dir = path.join(await folderWith(), 'labs')
  assert.equal((await p2plab(['init', dir], path.dirname(dir))).status, 0)
  return dir
}
const eventsOf = async (dir: string) =>
  (await readProgress(dir)).facts.events.map(({ exercise, event }) => `${exercise} ${event}`)

/** Wrong use: one line, status 2, nothing on standard output. */
async function refused(args: string[], cwd: string, expected: RegExp): Promise<void> {
  const { status, out, errors } = await p2plab(args, cwd)
  assert.match(errors, expected)
  assert.deepEqual([status, out, errors.trimEnd().split('\n').length], [2, '', 1], errors)
}

describe('p2plab init', () => {
  after(removeFolders)

  it('makes a lab workspace as the editor does', async () => {
    const cwd = await folderWith()
    const { status, out, errors } = await p2plab(['init', 'my labs'], cwd)
    assert.deepEqual([status, errors], [0, ''])
    assert.match(out, /my labs\. Wrote \d+ files\.\n/)
    const plan = await planWorkspace(pack, path.join(cwd, 'my labs'))
    assert.ok(plan.every(({ state }) => state === 'same'))
  })

  it('says that the system makes no folder there, and what to do', async function () {
    if (process.platform !== 'linux') return skipBecause(this, 'only Linux has /proc')
    const sentence =
      /^Could not write the lab workspace in "\/proc\/x" \(the system cannot create a folder there\)\. Choose another location\.$/m
    await refused(['init', '/proc/x'], await folderWith(), sentence)
  })

  it('overwrites nothing of the learner, says what it left, and renews what is its own', async () => {
    const dir = await lab()
    const own = '.p2plab/types/p2plab/index.d.ts'
    await writeFile(path.join(dir, first), 'my work')
    await writeFile(path.join(dir, own), 'older')
    await rm(path.join(dir, second))
    const again = await p2plab(['init', '.', '--language', 'typescript'], dir)
    assert.equal(again.status, 0)
    assert.match(again.out, new RegExp(`Wrote 2 files\\.\\nLeft unchanged.*:\\n {2}${first}\\n`))
    assert.equal(await read(dir, first), 'my work')
    assert.equal(await read(dir, second), programsOf(pack, '1.2', 'typescript').starter)
    assert.notEqual(await read(dir, own), 'older')
    const told = json<{ folder: string; written: string[]; left: string[] }>(
      await p2plab(['init', dir, '--json'], dir),
    )
    assert.deepEqual([told.written, told.left], [[], [first]])
    assert.equal(path.basename(told.folder), 'labs')
  })

  it('exits with 2 and one line on wrong use, and where it cannot write', async function () {
    const dir = await folderWith({ 'file.txt': '' })
    await refused(['init'], dir, /DIR is missing/)
    await refused(['init', ''], dir, /init needs a new or existing folder, not ""/)
    await refused(['init', 'file.txt'], dir, /init needs a .* folder, not "file\.txt"/)
    await refused(
      ['init', 'file.txt/labs'],
      dir,
      /Could not write the lab workspace in "file\.txt\/labs" \(part of the path is a file, not a folder\)\. Choose another location\.$/m,
    )
    await refused(
      ['init', 'labs', '--language', 'cobol'],
      dir,
      /--language must be one of typescript, not "cobol"/,
    )
    assert.deepEqual(await readdir(dir), ['file.txt'])
    if (process.platform === 'win32' || process.getuid?.() === 0) return
    await mkdir(path.join(dir, 'closed'))
    await chmod(path.join(dir, 'closed'), 0o500)
    await refused(
      ['init', 'closed'],
      dir,
      /Could not write the lab workspace in "closed" \(you do not have permission\)\. Change the permissions\.$/m,
    )
  })
})

describe('p2plab catch-up', () => {
  after(removeFolders)

  it('fills what was not begun, notes it as the reference, and leaves alone what was begun', async () => {
    const dir = await lab()
    await writeFile(path.join(dir, first), 'my work')
    await rm(path.join(dir, second))
    // From a folder inside of the workspace.
    const { status, out } = await p2plab(['catch-up', '1.4'], path.join(dir, path.dirname(first)))
    assert.equal(status, 0)
    assert.match(
      out,
      new RegExp(
        `Filled.*before 1\\.4 Limits:\\n  1\\.2 .*\\n  1\\.3 .*\\nLeft unchanged.*:\\n  1\\.1  ${first}\\n$`,
      ),
    )
    assert.equal(await read(dir, first), 'my work')
    assert.equal(await read(dir, second), programsOf(pack, '1.2', 'typescript').solution)
    assert.equal(await read(dir, third), programsOf(pack, '1.3', 'typescript').solution)
    assert.equal(await read(dir, existing('1.4').file), programsOf(pack, '1.4', 'typescript').starter)
    const { facts } = await readProgress(dir)
    assert.equal(standing(facts, '1.2', await hashOf(dir, second)), 'reference')
    assert.deepEqual(await eventsOf(dir), ['1.2 reference', '1.3 reference'])
    assert.match((await p2plab(['catch-up', '1.4'], dir)).out, /^There was nothing to fill before 1\.4/)
  })

  it('fills the exercise itself, too, with --including', async () => {
    const dir = await lab()
    const told = json(await p2plab(['catch-up', '1.2', '--including', '--workspace', dir, '--json'], '.'))
    assert.deepEqual(told, {
      exercise: '1.2',
      filled: [
        { exercise: '1.1', file: first },
        { exercise: '1.2', file: second },
      ],
      left: [],
    })
    assert.equal(await read(dir, second), programsOf(pack, '1.2', 'typescript').solution)
  })
})

describe('p2plab reset and restore', () => {
  after(removeFolders)

  it('lose no work: each keeps what it writes over', async () => {
    const dir = await lab()
    await writeFile(path.join(dir, first), 'one')
    const reset = await p2plab(['reset', '1.1'], dir)
    assert.match(
      reset.out,
      /1\.1 Echo is reset to its starter file\. Your version is kept in \.p2plab\/kept\/.*\n.*p2plab restore 1\.1\.\n/,
    )
    assert.equal(await read(dir, first), programsOf(pack, '1.1', 'typescript').starter)
    await writeFile(path.join(dir, first), 'two')
    const { kept } = json<{ kept: string }>(await p2plab(['reset', '1.1', '--json'], dir))
    assert.equal(await read(dir, kept), 'two')
    assert.deepEqual(await eventsOf(dir), ['1.1 reset', '1.1 reset'])

    await p2plab(['restore', '1.1'], dir)
    assert.equal(await read(dir, first), 'two')
    const { copies } = json<{ copies: string[] }>(await p2plab(['restore', '1.1', '--list', '--json'], dir))
    // Newest first: the starter that was there a moment ago, then both versions.
    assert.equal(copies.length, 3)
    const told = await p2plab(['restore', '1.1', '--copy', copies[2]!], dir)
    assert.match(told.out, /^Restored 1-tcp\/1-echo\.ts from .*The version before that is kept in /)
    assert.equal(await read(dir, first), 'one')
    assert.equal((await p2plab(['restore', '1.1', '--list'], dir)).out.trim().split('\n').length, 4)
  })

  it('show of each copy how large it is and what restoring it would change', async () => {
    const dir = await lab()
    for (const text of ['one\n', 'one\nzwei\nthree\n', 'one\r\ntwo\r\nthree\r\n']) {
      await writeFile(path.join(dir, first), text)
      await p2plab(['reset', '1.1'], dir)
    }
    await writeFile(path.join(dir, first), 'one\ntwo\nthree\n')
    const list = async () =>
      (await p2plab(['restore', '1.1', '--list'], dir)).out.replaceAll(/^\S+Z {2}/gm, '').split('\n')
    assert.deepEqual(await list(), [
      '17 bytes  restoring it changes nothing',
      '15 bytes  restoring it adds 1 line and removes 1 line',
      '4 bytes  restoring it removes 2 lines',
      '',
    ])
    await rm(path.join(dir, first))
    assert.equal((await list())[2], '4 bytes  restoring it creates the file')
  })

  it('leave a starter alone: there is no copy of it, and it does not count as a reset', async () => {
    const dir = await lab()
    const { out } = await p2plab(['reset', '1.1'], dir)
    assert.equal(out, '1-tcp/1-echo.ts is still the starter file, so there was nothing to reset.\n')
    assert.deepEqual(await eventsOf(dir), [])
    assert.equal(
      (await p2plab(['restore', '1.1', '--list'], dir)).out,
      `There are no kept copies of ${first}.\n`,
    )
    await rm(path.join(dir, first))
    assert.match(
      (await p2plab(['reset', '1.1'], dir)).out,
      /is reset to its starter file\. There was no file to keep/,
    )
    assert.deepEqual(await eventsOf(dir), ['1.1 reset'])
  })

  it('say when there is nothing to keep, and no such copy', async () => {
    const dir = await lab()
    assert.deepEqual(json(await p2plab(['reset', '1.1', '--json'], dir)), { exercise: '1.1', file: first })
    await refused(['restore', '1.1'], dir, /There are no kept copies of 1-tcp\/1-echo\.ts\./)
    await writeFile(path.join(dir, first), 'one')
    await p2plab(['reset', '1.1'], dir)
    await refused(
      ['restore', '1.1', '--copy', '../../secret'],
      dir,
      /There is no copy "\.\.\/\.\.\/secret".*The copies are 2/,
    )
    await refused(['restore', '1.1', '--copy', 'x', '--list'], dir, /Use either --copy or --list, not both\./)
  })
})

describe('p2plab hint and solution', () => {
  after(removeFolders)
  afterEach(endConversations)

  it('show one hint more each time, remembered as in the editor', async () => {
    const dir = await lab()
    const { hints } = textOf(pack, '1.1')
    for (const [i, hint] of hints.entries()) {
      const { out } = await p2plab(['hint', '1.1'], dir)
      const next = '\nYou have seen all hints. To see the solution, run p2plab solution 1.1.\n'
      assert.equal(out, `Hint ${i + 1} of 3 for 1.1 Echo\n\n${hint}\n${i === 2 ? next : ''}`)
    }
    const { out } = await p2plab(['hint', '1.1'], dir)
    assert.match(out, /^There are no more hints for 1\.1 Echo\./)
    for (const hint of hints) assert.ok(out.includes(hint))
    assert.deepEqual(await eventsOf(dir), ['1.1 hint', '1.1 hint', '1.1 hint'])
    await writeFile(path.join(dir, first), 'mine')
    await p2plab(['reset', '1.1'], dir)
    assert.match((await p2plab(['hint', '1.1'], dir)).out, /^Hint 1 of 3/)
    const all = json(await p2plab(['hint', '1.2', '--all', '--json'], dir))
    assert.deepEqual(all, { exercise: '1.2', shown: 3, total: 3, hints: textOf(pack, '1.2').hints })
  })

  it('keep the solution closed before all hints, and ask after them', async () => {
    const dir = await lab()
    const closed = await p2plab(['solution', '1.1', '--yes'], dir)
    assert.deepEqual([closed.status, closed.out], [1, ''])
    assert.match(
      closed.errors,
      /after you pass, or after all 3 hints\. You have seen 0\..*p2plab hint 1\.1\.\n$/,
    )
    await p2plab(['hint', '1.1', '--all'], dir)
    // The end of the input is no yes.
    const silent = await p2plab(['solution', '1.1'], dir)
    assert.deepEqual([silent.status, silent.out], [1, ''])
    const no = talkTo(['solution', '1.1'], { cwd: dir })
    await no.hearError(/You have not passed 1\.1 Echo yet\. Show its solution\?/)
    no.say('n\n')
    assert.deepEqual([await no.over, no.out], [1, ''])
    assert.ok(!(await eventsOf(dir)).includes('1.1 solution'))
    const yes = talkTo(['solution', '1.1'], { cwd: dir })
    yes.say('Yes\r\n')
    assert.deepEqual([await yes.over, yes.out], [0, programsOf(pack, '1.1', 'typescript').solution])
    assert.ok((await eventsOf(dir)).includes('1.1 solution'))
    const asked = json(await p2plab(['solution', '1.1', '--yes', '--json'], dir))
    assert.deepEqual(asked, {
      exercise: '1.1',
      file: first,
      solution: programsOf(pack, '1.1', 'typescript').solution,
    })
  })

  it('open the solution after a pass, without a question', async () => {
    const dir = await lab()
    await writeFile(path.join(dir, first), '// mine\n')
    await pass(dir, '1.1')
    const { status, out, errors } = await p2plab(['solution', '1.1'], dir)
    assert.deepEqual([status, out, errors], [0, programsOf(pack, '1.1', 'typescript').solution, ''])
  })

  it('end at an interrupt while they ask', async function () {
    if (process.platform === 'win32') this.skip()
    const dir = await lab()
    await p2plab(['hint', '1.1', '--all'], dir)
    const asking = talkTo(['solution', '1.1'], { cwd: dir })
    await asking.hearError(/Show its solution\?/)
    asking.child.kill('SIGINT')
    assert.deepEqual([await asking.over, asking.out], [130, ''])
  })
})

/** As if all checks had passed for the file as it is. */
async function pass(dir: string, exercise: string): Promise<void> {
  const content = (await hashOf(dir, existing(exercise).file))!
  const checks = existing(exercise).checks.map(({ id }) => ({ id, verdict: 'pass' as const }))
  await updateProgress(dir, facts =>
    withResult(facts, {
      exercise,
      language: 'typescript',
      content,
      verdict: 'pass',
      seed: 1,
      checks,
      whole: true,
    }),
  )
}

describe('p2plab list in a lab workspace', () => {
  after(removeFolders)

  it('says that the progress file is damaged', async () => {
    const dir = await lab()
    await writeFile(path.join(dir, '.p2plab/progress.json'), '{{{')
    const { out, errors, status } = await p2plab(['list'], dir)
    assert.match(out, /^Lab 1/)
    assert.match(errors, /^\.p2plab\/progress\.json: the progress file is damaged/)
    assert.equal(status, 0)
  })

  it('says how each exercise stands, beside what it always says', async () => {
    const dir = await lab()
    const { checks } = existing('1.1')
    await writeFile(path.join(dir, first), '// mine\n')
    await pass(dir, '1.1')
    await p2plab(['catch-up', '1.3'], dir)
    await rm(path.join(dir, third))
    // A starter that nobody touched never counts as failed.
    const content = (await hashOf(dir, existing('1.4').file))!
    await updateProgress(dir, facts =>
      withResult(facts, {
        exercise: '1.4',
        language: 'typescript',
        content,
        verdict: 'fail',
        seed: 1,
        checks: [],
        whole: true,
      }),
    )
    const { out } = await p2plab(['list'], path.join(dir, '.p2plab'))
    assert.match(out, /1\.1 {2}Echo +✓ passed\n/)
    assert.match(out, /1\.2 {2}Frames += reference solution\n/)
    assert.match(out, /1\.3 {2}Room +- not checked; the file is missing\n/)
    assert.match(out, /1\.4 {2}Limits +- not checked\n/)
    assert.match(out, new RegExp(`\\n1 of ${EXERCISES.length} exercises passed\\.\\n$`))
    const told = json<Record<string, unknown>[]>(await p2plab(['list', '--workspace', dir, '--json'], '.'))
    assert.deepEqual(
      told.slice(0, 4).map(({ state, fileState, passed }) => [state, fileState, passed]),
      [
        ['passed', 'own', checks.length],
        ['reference', 'reference', 0],
        ['not-run', 'missing', 0],
        ['not-run', 'untouched', 0],
      ],
    )
    assert.equal(told[0]!['checks'], checks.length)
  })

  it('and the other commands refuse what is no lab workspace, and exercises that do not exist', async () => {
    const dir = await folderWith()
    for (const args of [
      ['catch-up', '1.1'],
      ['reset', '1.1'],
      ['restore', '1.1'],
      ['hint', '1.1'],
      ['solution', '1.1'],
      ['watch'],
    ]) {
      await refused(args, dir, /The current folder is not in a lab workspace\. .*p2plab init DIR\./)
      await refused([...args, '--workspace', 'nowhere'], dir, /The folder "nowhere" does not exist\./)
      await refused([...args, '--workspace', '.'], dir, /"\." is not a lab workspace/)
      await refused([args[0]!, '9.9'], dir, /There is no exercise "9\.9"\. Exercises: 1\.1, /)
    }
    await refused(['list', '--workspace', '.'], dir, /"\." is not a lab workspace/)
  })

  it('is found by check, too, from a folder inside of it', async () => {
    const dir = await lab()
    const { status, out } = await p2plab(['check', '1.1', '--only', 'stop'], path.join(dir, '.p2plab'))
    assert.equal(status, 1, out)
  })
})
