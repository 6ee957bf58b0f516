/** .p2plab/progress.json on a real disk: several writers, git, and disks that refuse. */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { contentHash, NO_PROGRESS, standing, unite, withResult } from '../../../labs/progress/progress.ts'
import { PROGRESS_FILE, readProgress, updateProgress } from '../../../labs/progress/file.ts'
import { formatProgress, parseProgress } from '../../../labs/progress/text.ts'
import { folderWith, removeFolders, root } from '../../kit/labs.ts'
import { skipBecause } from '../../kit/platform.ts'

const passed = (exercise: string, content = exercise) => ({
  exercise,
  language: 'typescript' as const,
  content: contentHash(content),
  verdict: 'pass' as const,
  seed: 1,
  checks: [{ id: 'one', verdict: 'pass' as const }],
  whole: true,
})
const lab = (files: Record<string, string> = {}) => folderWith({ '.p2plab/types/README': '', ...files })
const text = (dir: string) => readFile(path.join(dir, PROGRESS_FILE), 'utf8')
const add = (dir: string, exercise: string, content?: string) =>
  updateProgress(dir, facts => withResult(facts, passed(exercise, content)))

describe('The progress file', () => {
  after(removeFolders)

  it('loses nothing when several processes write it at once', async function () {
    this.timeout(60_000)
    const dir = await lab()
    const module = JSON.stringify(path.join(root, 'labs/progress/file.ts'))
    const facts = JSON.stringify(path.join(root, 'labs/progress/progress.ts'))
    const program = `
      import { pathToFileURL } from 'node:url'
      const { updateProgress } = await import(pathToFileURL(${module}).href)
      const { withResult } = await import(pathToFileURL(${facts}).href)
      for (let n = 1; n <= 10; n++) {
        const checked = { ...${JSON.stringify(passed('1.1'))}, exercise: process.argv[1] + '.' + n }
        const { notice } = await updateProgress(process.argv[2], facts => withResult(facts, checked))
        if (notice) throw new Error(notice)
      }`
    const writers = ['1', '2', '3', '4'].map(async lab => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program, lab, dir], {
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      assert.deepEqual(await once(child, 'exit'), [0, null])
    })
    await Promise.all(writers)
    const { results } = (await readProgress(dir)).facts
    assert.equal(results.length, 40)
    assert.deepEqual(
      (await readdir(path.join(dir, '.p2plab'))).filter(name => name !== 'types'),
      ['progress.json'],
    )
  })

  it('is merged by git without a conflict, and with one both sides are read', async function () {
    this.timeout(60_000)
    for (const attributes of [true, false]) {
      const dir = await lab(
        attributes ? { '.p2plab/.gitattributes': 'progress.json text eol=lf merge=union\n' } : {},
      )
      const git = (...args: string[]) =>
        execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
          cwd: dir,
          stdio: 'pipe',
        })
      const commit = (message: string) => (git('add', '-A'), git('commit', '-q', '-m', message))
      git('init', '-q', '-b', 'main')
      await add(dir, '1.1')
      commit('begin')
      git('checkout', '-q', '-b', 'other')
      await add(dir, '1.2')
      await add(dir, '1.1', 'other')
      commit('there')
      git('checkout', '-q', 'main')
      await add(dir, '1.3')
      await add(dir, '1.1', 'mine')
      commit('here')
      const merge = () => git('merge', '-q', '--no-edit', 'other')
      if (attributes) merge()
      else {
        assert.throws(merge)
        assert.match(await text(dir), /^<{7} /m)
      }
      const { facts, state } = await readProgress(dir)
      assert.equal(state, 'ok')
      for (const [exercise, content] of [
        ['1.1', '1.1'],
        ['1.1', 'other'],
        ['1.1', 'mine'],
        ['1.2', '1.2'],
        ['1.3', '1.3'],
      ] as const)
        assert.equal(standing(facts, exercise, contentHash(content)), 'passed')
      // The next write leaves no marker.
      assert.equal((await add(dir, '1.4')).notice, undefined)
      assert.deepEqual(parseProgress(await text(dir)).state, 'ok')
      JSON.parse(await text(dir))
    }
  })

  it('is begun anew when it is broken: the old one is kept, what could be read goes on, and it says so', async () => {
    const good = formatProgress(withResult(NO_PROGRESS, passed('1.1')))
    const bad = good.replace('null', '{"exerc')
    const dir = await lab({ [PROGRESS_FILE]: bad })
    const { notice, written, facts } = await add(dir, '1.2')
    assert.ok(written)
    assert.deepEqual(
      facts.results.map(r => r.exercise),
      ['1.1', '1.2'],
    )
    const kept = /kept in (\S+)\.$/.exec(notice!)![1]!
    assert.equal(await readFile(path.join(dir, kept), 'utf8'), bad)
    assert.deepEqual((await readProgress(dir)).state, 'ok')
    assert.equal((await add(dir, '1.3')).notice, undefined)
  })

  it('is left alone when a later version wrote it', async () => {
    const newer = '{"version":2,"facts":{}}'
    const dir = await lab({ [PROGRESS_FILE]: newer })
    const { notice, written, facts } = await add(dir, '1.2')
    assert.equal(written, false)
    assert.match(notice!, /later version of P2P Lab.*Update/)
    assert.equal(facts.results.length, 1)
    assert.equal(await text(dir), newer)
  })

  it('says so once per write when the disk refuses, and the facts go on', async () => {
    const inTheWay = await lab()
    await mkdir(path.join(inTheWay, PROGRESS_FILE))
    const { notice, written, facts } = await add(inTheWay, '1.1')
    assert.equal(written, false)
    assert.equal(
      notice,
      'Could not write your progress to .p2plab/progress.json (it is a folder, not a file). Name a file.',
    )
    assert.equal(facts.results.length, 1)
  })

  it('says so in a folder that cannot be written', async function () {
    if (process.platform === 'win32') skipBecause(this, 'on Windows a folder has no such mode')
    if (process.getuid?.() === 0) skipBecause(this, 'root may write everywhere')
    const dir = await lab()
    await chmod(path.join(dir, '.p2plab'), 0o555)
    try {
      assert.match((await add(dir, '1.1')).notice!, /you have no permission; change its permissions\.$/)
    } finally {
      await chmod(path.join(dir, '.p2plab'), 0o755)
    }
  })

  it('is not made where there is no lab workspace', async () => {
    const dir = await folderWith()
    const { written, notice, facts } = await add(dir, '1.1')
    assert.deepEqual([written, notice, facts.results.length], [false, undefined, 1])
    assert.deepEqual(await readdir(dir), [])
  })

  it('is not made while there is nothing to note', async () => {
    const dir = await lab()
    assert.deepEqual(await updateProgress(dir, facts => facts), { facts: NO_PROGRESS, written: true })
    assert.deepEqual(await readdir(path.join(dir, '.p2plab')), ['types'])
  })

  it('is written although somebody died while writing', async () => {
    const dir = await lab()
    const lock = path.join(dir, `${PROGRESS_FILE}.lock`)
    await writeFile(lock, '')
    const long = new Date(Date.now() - 60_000)
    await utimes(lock, long, long)
    assert.ok((await add(dir, '1.1')).written)
    await assert.rejects(stat(lock), { code: 'ENOENT' })
  })

  it('is written soon although the lock of somebody who died has a time that is still to come', async () => {
    const dir = await lab()
    const lock = path.join(dir, `${PROGRESS_FILE}.lock`)
    await writeFile(lock, '')
    const future = new Date(Date.now() + 3_600_000)
    await utimes(lock, future, future)
    const start = performance.now()
    const { written, notice } = await add(dir, '1.1')
    assert.ok(written, notice)
    // Without looking at it, it would wait for 10 s.
    assert.ok(performance.now() - start < 9_000)
    await assert.rejects(stat(lock), { code: 'ENOENT' })
  })

  it('unites with what another wrote since', async () => {
    const dir = await lab()
    await add(dir, '1.1')
    const own = withResult(NO_PROGRESS, passed('1.2'))
    const { facts } = await updateProgress(dir, inFile => unite(inFile, own))
    assert.deepEqual(
      facts.results.map(r => r.exercise),
      ['1.1', '1.2'],
    )
  })
})
