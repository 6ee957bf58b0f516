/** The parts of `p2plab watch` that need no process: what keys are, what is on the screen, and which files were saved. */
import assert from 'node:assert/strict'
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { watchFiles, type Change } from '../../../cli/watch/files.ts'
import { keysIn } from '../../../cli/watch/keys.ts'
import type { Moment } from '../../../cli/watch/moments.ts'
import { after as viewAfter, EMPTY, frame, type View } from '../../../cli/watch/screen.ts'
import type { CheckResult } from '../../../labs/check/protocol.ts'
import type { Track } from '../../../labs/workspace/track.ts'
import { existing, folderWith, removeFolders } from '../../kit/labs.ts'

describe('keys of a terminal', () => {
  it('are characters, in lower case', () => {
    assert.deepEqual(keysIn('hQ'), ['h', 'q'])
    assert.deepEqual(keysIn('\r \n'), ['', '', ''])
  })
  it('mean what they mean in every terminal', () => {
    assert.deepEqual(keysIn('\u0003\u0004\u001a'), [{ terminal: 'interrupt' }, 'q', { terminal: 'suspend' }])
  })
  it('are nothing where they are arrows', () => assert.deepEqual(keysIn('\u001b[A'), ['']))
})

const { file, ...entry } = existing('1.1')
const track: Track = { language: 'typescript', file }
const turned: Moment = {
  type: 'turned',
  standing: { entry, track, file: 'own', state: 'not-run', passed: 0, hasPassed: false },
  progress: '0 of 8 exercises passed.',
}
const result = (id: string, verdict: CheckResult['verdict'], message = `about ${id}`): CheckResult => ({
  id,
  title: `Title of ${id}`,
  verdict,
  ms: 1,
  ...(verdict !== 'pass' && { message }),
})
const shown = (moments: readonly Moment[], rows?: number) =>
  stripVTControlCharacters(frame(moments.reduce<View>(viewAfter, EMPTY), 60, rows))

describe('the screen of p2plab watch', () => {
  const failed: Moment[] = [
    turned,
    { type: 'check-started', entry, file },
    { type: 'log', check: 'a', text: 'of a\n' },
    { type: 'check-finished', result: result('a', 'pass'), first: false },
    { type: 'log', check: 'b', text: 'of \u001b[2Jb\r\u0007\n' },
    { type: 'check-finished', result: result('b', 'fail'), first: true },
    { type: 'log', check: 'c', text: 'of c\n' },
    { type: 'check-finished', result: result('c', 'fail'), first: false },
  ]

  it('has the first failure with what the program wrote then, and how far the check is', () => {
    const text = shown(failed)
    assert.match(
      text,
      /^1\.1 Echo: 1-tcp\/1-echo\.ts\n\n✗ fail {2}Title of b \(b, 1 ms\)\n {4}about b\n\nYour program wrote:\n {4}of b\n\nChecking: 3 of \d\n\n0 of 8/,
    )
    assert.doesNotMatch(text, /of a|of c|about c/)
  })

  it('prefers what failed to what could not be judged', () => {
    const text = shown([
      turned,
      { type: 'check-started', entry, file },
      { type: 'check-finished', result: result('a', 'inconclusive'), first: true },
      { type: 'log', check: 'b', text: 'of b\n' },
      { type: 'check-finished', result: result('b', 'fail'), first: true },
    ])
    assert.match(text, /fail {2}Title of b[^]*of b/)
    assert.doesNotMatch(text, /Title of a/)
  })

  it('has no more lines than fit while checks run, and always the keys', () => {
    const long = result('b', 'fail', Array.from({ length: 50 }, (_, i) => `line ${i}`).join('\n'))
    const moments: Moment[] = [
      turned,
      { type: 'check-started', entry, file },
      { type: 'check-finished', result: long, first: true },
    ]
    const lines = shown(moments, 24).trimEnd().split('\n')
    assert.ok(lines.length < 24, `${lines.length} lines`)
    assert.match(lines.join('\n'), /line 0[^]*\n…\n[^]*Checking: 1 of \d[^]*q quit$/)
    const over: Moment = {
      type: 'ended',
      result: { exercise: '1.1', verdict: 'fail', seed: 7, ms: 1, checks: [long] },
      progress: '',
    }
    assert.match(shown([...moments, over], 24), /line 49/)
  })

  it('shows the list or the solution alone, until something else happens', () => {
    const list: Moment = { type: 'list', text: 'all exercises\n', progress: '' }
    assert.match(shown([...failed, list]), /all exercises/)
    assert.doesNotMatch(shown([...failed, list]), /about b/)
    assert.match(shown([...failed, list, { type: 'no-key', key: '' }]), /about b/)
    assert.doesNotMatch(shown([...failed, list, { type: 'no-key', key: '' }]), /all exercises/)
  })
})

describe('watched files', () => {
  after(removeFolders)

  for (const told of [true, false]) {
    it(`are noticed however they are saved, ${told ? 'as the system tells' : 'also where it tells nothing'}`, async () => {
      const dir = await folderWith({ 'a/one.ts': '1', 'a/two.ts': '2' })
      const [one, two, three] = ['a/one.ts', 'a/two.ts', 'b/three.ts'].map(name => path.join(dir, name)) as [
        string,
        string,
        string,
      ]
      const seen: Change[][] = []
      let heard: () => void = () => undefined
      const files = watchFiles(
        changes => {
          seen.push([...changes])
          heard()
        },
        { told, everyMs: 50 },
      )
      /** What is told last after `act`, once `done` says that this was all. */
      const after = async (act: () => Promise<void>, done: (change: Change) => boolean) => {
        const before = seen.length
        const { promise, resolve } = Promise.withResolvers<Change>()
        heard = () => {
          const last = seen.slice(before).flat().findLast(done)
          if (last) resolve(last)
        }
        await act()
        return promise
      }
      try {
        await files.follow([one, two])
        await files.follow([one, three])
        const written = (file: string) => (change: Change) => change.file === file && change.written
        const gone = (file: string) => (change: Change) => change.file === file && !change.written
        await after(() => writeFile(one, '11'), written(one))
        // The same content saved again.
        await after(() => utimes(one, 1, 1), written(one))
        const renamed = async () => {
          await writeFile(`${one}~`, '12')
          await rename(`${one}~`, one)
        }
        await after(renamed, written(one))
        await after(() => rm(path.join(dir, 'a'), { recursive: true }), gone(two))
        const anew = async () => {
          await mkdir(path.join(dir, 'a'))
          await writeFile(two, '22')
        }
        await after(anew, written(two))
        await after(() => writeFile(two, '222'), written(two))
        // A folder that was not there when it began.
        await mkdir(path.join(dir, 'b'))
        await after(() => writeFile(three, '3'), written(three))
      } finally {
        files.close()
      }
    }).timeout(60_000)
  }
})
