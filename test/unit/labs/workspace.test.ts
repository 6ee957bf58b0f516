import assert from 'node:assert/strict'
import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { EXERCISES, nextExercise } from '../../../labs/catalogue.ts'
import { backupTime, backups, restore } from '../../../labs/workspace/backup.ts'
import { loadPack, parsePack, type LabsPack } from '../../../labs/pack.ts'
import { UnknownLanguage } from '../../../labs/workspace/language.ts'
import { trackOf } from '../../../labs/workspace/track.ts'
import {
  catchUp,
  hints,
  passedText,
  planCatchUp,
  planWorkspace,
  readme,
  resetExercise,
  solution,
  writeWorkspace,
} from '../../../labs/workspace/workspace.ts'
import { dist, folderWith, removeFolders, root } from '../../kit/labs.ts'

const FILE = '1-tcp/1-echo.ts'
const pack: LabsPack = {
  version: 1,
  exercises: Object.fromEntries(
    EXERCISES.map(({ id, tracks }) => [
      id,
      {
        readme: `text ${id}\n`,
        hints: ['a', 'b', 'c'],
        passed: `passed ${id}`,
        programs: Object.fromEntries(
          tracks.map(language => [language, { starter: `starter ${id}\n`, solution: `solution ${id}\n` }]),
        ),
      },
    ]),
  ),
  files: { 'README.md': 'readme\n', 'tsconfig.json': '{}\n', '.p2plab/types/p2plab/index.d.ts': 'types\n' },
}
const read = (dir: string, name: string) => readFile(path.join(dir, name), 'utf8')

/** A workspace as it is after Open Lab Workspace. */
async function fresh(): Promise<string> {
  const dir = path.join(await folderWith(), 'new', 'folder')
  await writeWorkspace(dir, await planWorkspace(pack, dir), { overwrite: [] })
  return dir
}

describe('a lab workspace', () => {
  after(removeFolders)

  it('is written whole into a folder that is not there yet, and is then as planned', async () => {
    const dir = await fresh()
    const plan = await planWorkspace(pack, dir)
    assert.ok(plan.every(file => file.state === 'same'))
    for (const { path: name, content } of plan) assert.equal(await read(dir, name), content)
    const names = plan.map(file => file.path)
    for (const { folder } of EXERCISES)
      assert.ok(names.includes(`${folder}.ts`) && names.includes(`${folder}.md`))
    assert.deepEqual(await writeWorkspace(dir, plan, { overwrite: [] }), {
      written: [],
      overwritten: [],
      left: [],
    })
    assert.deepEqual(
      (await readdir(dir, { recursive: true })).filter(name => name.endsWith('.tmp')),
      [],
    )
  })

  it('leaves a file that differs as it is without consent', async () => {
    const dir = await fresh()
    await writeFile(path.join(dir, FILE), 'my work')
    const plan = await planWorkspace(pack, dir)
    assert.deepEqual(
      plan.filter(file => file.state !== 'same').map(file => [file.path, file.state, file.owner]),
      [[FILE, 'differs', 'learner']],
    )
    assert.deepEqual(await writeWorkspace(dir, plan, { overwrite: ['README.md'] }), {
      written: [],
      overwritten: [],
      left: [FILE],
    })
    assert.equal(await read(dir, FILE), 'my work')
  })

  it('overwrites with consent, and keeps a copy', async () => {
    const dir = await fresh()
    await writeFile(path.join(dir, FILE), 'my work')
    const { overwritten } = await writeWorkspace(dir, await planWorkspace(pack, dir), { overwrite: [FILE] })
    assert.equal(overwritten[0]!.path, FILE)
    assert.match(overwritten[0]!.kept, /^\.p2plab\/kept\/\d{4}-\d\d-\d\dT[\d.-]+Z\/1-tcp\/1-echo\.ts$/)
    assert.equal(await read(dir, overwritten[0]!.kept), 'my work')
    assert.equal(await read(dir, FILE), 'starter 1.1\n')
  })

  it('does not replace a file that came into being after the plan', async () => {
    const dir = await fresh()
    await rm(path.join(dir, FILE))
    const plan = await planWorkspace(pack, dir)
    await writeFile(path.join(dir, FILE), 'just written')
    assert.deepEqual((await writeWorkspace(dir, plan, { overwrite: [] })).left, [FILE])
    assert.equal(await read(dir, FILE), 'just written')
  })

  it('replaces what belongs to the product without asking', async () => {
    const dir = await fresh()
    const name = '.p2plab/types/p2plab/index.d.ts'
    await writeFile(path.join(dir, name), 'older types')
    assert.deepEqual((await writeWorkspace(dir, await planWorkspace(pack, dir), { overwrite: [] })).written, [
      name,
    ])
    assert.equal(await read(dir, name), 'types\n')
  })

  it('counts a file as the same when only its line ends differ', async () => {
    const dir = await fresh()
    await writeFile(path.join(dir, FILE), 'starter 1.1\r\n')
    assert.ok((await planWorkspace(pack, dir)).every(file => file.state === 'same'))
  })
})

describe('an exercise', () => {
  after(removeFolders)

  it('is reset alone, and what was there is kept', async () => {
    const dir = await fresh()
    await writeFile(path.join(dir, FILE), 'my work')
    await writeFile(path.join(dir, '1-tcp/2-frames.ts'), 'other work')
    const { kept } = await resetExercise(pack, dir, '1.1')
    assert.equal(await read(dir, kept!), 'my work')
    assert.equal(await read(dir, FILE), 'starter 1.1\n')
    assert.equal(await read(dir, '1-tcp/2-frames.ts'), 'other work')
    assert.deepEqual(await resetExercise(pack, dir, '1.1'), { untouched: true })
  })

  it('is not reset where it is the starter, whatever its line ends, and has no copy of it', async () => {
    const dir = await fresh()
    await writeFile(path.join(dir, FILE), 'starter 1.1\r\n')
    assert.deepEqual(await resetExercise(pack, dir, '1.1'), { untouched: true })
    assert.equal(await read(dir, FILE), 'starter 1.1\r\n')
    assert.deepEqual(await backups(dir, FILE), [])
  })

  it('comes back after a reset, and after that the starter', async () => {
    const dir = await fresh()
    assert.equal(await restore(dir, FILE), undefined)
    await writeFile(path.join(dir, FILE), 'my work')
    await resetExercise(pack, dir, '1.1')
    await restore(dir, FILE)
    assert.equal(await read(dir, FILE), 'my work')
    await restore(dir, FILE)
    assert.equal(await read(dir, FILE), 'starter 1.1\n')
  })

  it('never loses a version, whatever is done to it', async () => {
    const step = fc.oneof(
      fc.record({ write: fc.string({ minLength: 1 }) }),
      fc.constantFrom('reset' as const, 'restore' as const, 'overwrite' as const),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async steps => {
        const dir = await fresh()
        const versions = new Set<string>()
        for (const s of steps) {
          if (s === 'reset') await resetExercise(pack, dir, '1.1')
          else if (s === 'restore') await restore(dir, FILE)
          else if (s === 'overwrite') {
            await writeWorkspace(dir, await planWorkspace(pack, dir), { overwrite: [FILE] })
          } else if (!versions.has(s.write)) {
            // The learner's own editing over unsaved versions is the editor's business: keep what is there first.
            await resetExercise(pack, dir, '1.1')
            await writeFile(path.join(dir, FILE), s.write)
            versions.add(s.write)
          }
        }
        const there = new Set([await read(dir, FILE)])
        for (const copy of await backups(dir, FILE)) there.add(await read(dir, copy))
        for (const version of versions) assert.ok(there.has(version), version)
      }),
      { numRuns: 25 },
    )
  }).timeout(60_000)

  it('can be begun with, because the earlier ones are reference solution', async () => {
    const dir = await fresh()
    await writeFile(path.join(dir, FILE), 'my work')
    await rm(path.join(dir, '1-tcp/2-frames.ts'))
    assert.deepEqual(await catchUp(pack, dir, '1.3'), [{ exercise: '1.2', path: '1-tcp/2-frames.ts' }])
    assert.equal(await read(dir, '1-tcp/2-frames.ts'), 'solution 1.2\n')
    assert.equal(await read(dir, FILE), 'my work')
    assert.equal(await read(dir, '1-tcp/3-room.ts'), 'starter 1.3\n')
    assert.deepEqual(await catchUp(pack, dir, '1.1'), [])
  })

  it('is caught up to over the learner’s own files only where they are named, and those are kept', async () => {
    const dir = await fresh()
    for (const [id, name] of [
      ['1.1', FILE],
      ['1.2', '1-tcp/2-frames.ts'],
    ] as const)
      await writeFile(path.join(dir, name), `mine ${id}`)
    const states = (await planCatchUp(pack, dir, '1.4')).map(({ exercise, state }) => [exercise, state])
    assert.deepEqual(states, [
      ['1.1', 'own'],
      ['1.2', 'own'],
      ['1.3', 'untouched'],
    ])
    await rm(path.join(dir, '1-tcp/3-room.ts'))
    assert.equal((await planCatchUp(pack, dir, '1.4')).at(-1)!.state, 'missing')
    const filled = await catchUp(pack, dir, '1.4', { replace: ['1.2', '1.4'] })
    assert.deepEqual(
      filled.map(({ exercise }) => exercise),
      ['1.2', '1.3'],
    )
    assert.equal(filled[1]!.kept, undefined)
    assert.equal(await read(dir, filled[0]!.kept!), 'mine 1.2')
    assert.equal(await read(dir, FILE), 'mine 1.1')
    assert.equal(await read(dir, '1-tcp/2-frames.ts'), 'solution 1.2\n')
    assert.equal(await read(dir, '1-tcp/4-limits.ts'), 'starter 1.4\n')
    assert.deepEqual(await catchUp(pack, dir, '1.4', { replace: ['1.2'] }), [])
    assert.equal((await planCatchUp(pack, dir, '1.4'))[1]!.state, 'reference')
  })

  it('is filled itself, too, where that is wanted and it was not begun', async () => {
    const dir = await fresh()
    const [first, second] = [FILE, '1-tcp/2-frames.ts']
    await writeFile(path.join(dir, first), 'mine')
    const filled = await catchUp(pack, dir, '1.2', { including: true })
    assert.deepEqual(filled, [{ exercise: '1.2', path: second }])
    await writeFile(path.join(dir, second), 'mine, too')
    assert.deepEqual(await catchUp(pack, dir, '1.2', { including: true }), [])
    assert.equal(await read(dir, first), 'mine')
    assert.equal(await read(dir, second), 'mine, too')
    // Of every lab before, not only of its own.
    const all = EXERCISES.map(({ id }) => id)
    const plan = await planCatchUp(pack, dir, all.at(-1)!, { including: true })
    assert.deepEqual(
      plan.map(({ exercise }) => exercise),
      all,
    )
  })

  it('has its copies in order of time, and each can be put back', async () => {
    const dir = await fresh()
    const before = Date.now()
    for (const version of ['one', 'two', 'three']) {
      await writeFile(path.join(dir, FILE), version)
      await resetExercise(pack, dir, '1.1')
    }
    const copies = await backups(dir, FILE)
    assert.deepEqual(await Promise.all(copies.map(copy => read(dir, copy))), ['three', 'two', 'one'])
    for (const copy of copies) {
      const time = backupTime(copy)!.getTime()
      assert.ok(time >= before && time <= Date.now(), copy)
    }
    await writeFile(path.join(dir, FILE), 'four')
    const { kept, restored } = (await restore(dir, FILE, copies[2]))!
    assert.equal(restored, copies[2])
    assert.equal(await read(dir, FILE), 'one')
    assert.equal(await read(dir, kept!), 'four')
    assert.equal(await restore(dir, FILE, '../secret'), undefined)
    assert.equal(backupTime('.p2plab/kept/somewhere/1-tcp/1-echo.ts'), undefined)
    assert.equal(
      backupTime('.p2plab/kept/2026-01-31T12-34-56.789Z-2/a.ts')?.toISOString(),
      '2026-01-31T12:34:56.789Z',
    )
  })

  it('says its language in a file of its own, unless that is TypeScript, and keeps what else that file says', async () => {
    const names = async (language?: 'typescript' | 'python', dir = '/nowhere') =>
      (await planWorkspace(pack, dir, language)).map(({ path }) => path)
    assert.ok(!(await names()).includes('.p2plab/workspace.json'))
    assert.ok(!(await names('typescript')).includes('.p2plab/workspace.json'))
    assert.ok((await names('python')).includes('.p2plab/workspace.json'))
    for (const entry of EXERCISES) assert.ok((await names('python')).includes(trackOf(entry, 'python').file))
    const dir = path.join(await folderWith(), 'lab')
    await writeWorkspace(dir, await planWorkspace(pack, dir, 'python'), { overwrite: [] })
    assert.equal(await read(dir, '.p2plab/workspace.json'), '{"language":"python"}\n')
    assert.ok((await planWorkspace(pack, dir)).every(({ state }) => state === 'same'))
    const more = '{ "language": "python", "more": 1 }\n'
    await writeFile(path.join(dir, '.p2plab/workspace.json'), more)
    assert.deepEqual(
      (await writeWorkspace(dir, await planWorkspace(pack, dir), { overwrite: [] })).written,
      [],
    )
    assert.equal(await read(dir, '.p2plab/workspace.json'), more)
  })

  it('is not touched where it cannot be told which language it has', async () => {
    const dir = await fresh()
    await writeFile(path.join(dir, FILE), 'mine')
    await writeFile(path.join(dir, '.p2plab/workspace.json'), '{{')
    const tries = [planWorkspace(pack, dir), resetExercise(pack, dir, '1.1'), catchUp(pack, dir, '1.3')]
    for (const attempt of tries) await assert.rejects(attempt, UnknownLanguage)
    assert.equal(await read(dir, FILE), 'mine')
    assert.deepEqual(await backups(dir, FILE), [])
  })

  it('has a text, three hints, a solution and a text for who passed', () => {
    assert.equal(readme(pack, '1.2'), 'text 1.2\n')
    assert.equal(hints(pack, '1.2').length, 3)
    assert.equal(solution(pack, '1.2', 'typescript'), 'solution 1.2\n')
    const bare = { ...pack, exercises: { '1.2': { ...pack.exercises['1.2']!, programs: {} } } }
    assert.throws(() => solution(bare, '1.2', 'python'), /Exercise "1\.2" has no track in Python/)
    assert.equal(passedText(pack, '1.2'), 'passed 1.2')
    for (const f of [readme, hints, solution, passedText]) {
      for (const id of ['9.9', 'toString', ''])
        assert.throws(() => f(pack, id, 'typescript'), /There is no exercise/)
    }
  })
})

describe('the content pack', () => {
  after(removeFolders)

  it('is refused with one sentence when it is missing or broken', async () => {
    for (const files of [{}, { 'labs.json': '{' }, { 'labs.json': '{"version":2}' }]) {
      await assert.rejects(
        loadPack(await folderWith(files)),
        /Could not read the lab texts in .*\. Reinstall P2P Lab/,
      )
    }
    assert.deepEqual(parsePack(pack), pack)
  })

  it('brings the texts of every exercise', async () => {
    const built = await loadPack(dist)
    for (const { id, folder } of EXERCISES) {
      const own = (await readFile(path.join(root, 'labs', folder, 'passed.md'), 'utf8')).trim()
      const next = nextExercise(id)
      assert.ok(passedText(built, id).startsWith(own))
      assert.equal(passedText(built, id).includes(`In ${next?.id} ${next?.title},`), next !== undefined)
      assert.equal(hints(built, id).length, 3)
    }
  })
})
