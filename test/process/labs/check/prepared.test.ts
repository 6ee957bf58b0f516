/** Programs are started ahead of their check, and nobody can tell. */
import assert from 'node:assert/strict'
import { gone } from '../../../kit/alive.ts'
import { checkFile, folderWith, removeFolders, shown, source, existing } from '../../../kit/labs.ts'

const { file, checks } = existing('1.2')

describe('A program that is started ahead of its check', () => {
  after(removeFolders)

  it('is the only one of its check, and ends with it; its log belongs to that check', async () => {
    const text = `${await source('1.2', 'solution.ts')}\nconsole.log('begins')\n`
    const started: number[] = []
    const events: string[] = []
    const result = await checkFile('1.2', await folderWith({ [file]: text }), {
      onProgram: ({ pid, running }) => void (running && started.push(pid)),
      onCheckStarted: check => void events.push(`start ${check}`),
      onLog: ({ check, text }) => void events.push(`${text.trim()} ${check}`),
    })
    assert.equal(result.verdict, 'pass', shown(result))
    assert.equal(started.length, checks.length)
    assert.deepEqual(
      events,
      checks.flatMap(({ id }) => [`start ${id}`, `begins ${id}`]),
    )
    await gone(started)
  })

  it('is not the one to judge when it breaks before its check has begun', async () => {
    // Every second start goes wrong: those that come first while another copy is there.
    const text = `${await source('1.2', 'solution.ts')}
import { existsSync, rmSync, writeFileSync } from 'node:fs'
if (existsSync('second')) { rmSync('second'); throw new Error('not while another is there') }
writeFileSync('second', '')
`
    const result = await checkFile('1.2', await folderWith({ [file]: text }))
    assert.equal(result.verdict, 'pass', shown(result))
  })

  it('changes nothing for one that cannot start at all: each check says why', async () => {
    const workspace = await folderWith({ [file]: "throw new Error('no start')\n" })
    const whole = await checkFile('1.2', workspace, { seed: 1 })
    assert.deepEqual(
      whole.checks.map(({ verdict }) => verdict),
      checks.map(() => 'fail'),
    )
    const last = await checkFile('1.2', workspace, { seed: 1, only: [checks.at(-1)!.id] })
    assert.equal(whole.checks.at(-1)!.message, last.checks[0]!.message)
  })

  it('is gone when the run is cancelled', async () => {
    const cancelled = new AbortController()
    const started: number[] = []
    const text = await source('1.2', 'solution.ts')
    const result = await checkFile('1.2', await folderWith({ [file]: text }), {
      signal: cancelled.signal,
      onProgram: ({ pid, running }) => {
        if (running) started.push(pid)
        if (started.length === 2) cancelled.abort()
      },
    })
    assert.equal(result.verdict, 'error')
    await gone(started)
  })
})
