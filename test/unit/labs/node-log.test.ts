import assert from 'node:assert/strict'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openLog } from '../../../labs/learner/node-log.ts'

describe('The log of a node', () => {
  let folder: string
  beforeEach(() => (folder = fs.mkdtempSync(path.join(tmpdir(), 'p2plab-log-'))))
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

  it('is empty at first, in a folder that it makes', () => {
    assert.deepEqual(openLog(path.join(folder, 'a', 'b')).entries, [])
  })

  it('has all entries again, oldest first, also those with line ends', () => {
    const log = openLog<unknown>(folder)
    for (const entry of [1, 'a\nb', ['ü'], null]) log.append(entry)
    assert.deepEqual(openLog<unknown>(folder).entries, [1, 'a\nb', ['ü'], null])
  })

  it('leaves out an entry that a kill has cut short, and goes on behind the last whole one', () => {
    openLog<unknown>(folder).append('whole')
    const [file] = fs.readdirSync(folder)
    fs.appendFileSync(path.join(folder, file!), '"cut sho')
    openLog<unknown>(folder).append('next')
    assert.deepEqual(openLog<unknown>(folder).entries, ['whole', 'next'])
  })

  it('refuses what JSON cannot carry', () => {
    assert.throws(
      () => openLog<unknown>(folder).append(undefined),
      /append\(…\) was given undefined, which JSON cannot carry/,
    )
  })
})
