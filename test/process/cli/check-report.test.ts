/** `p2plab check --report`: what happened in a check, as a file. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { p2plab } from '../../kit/cli.ts'
import { folderWith, removeFolders, workspaceOf } from '../../kit/labs.ts'

describe('p2plab check --report', () => {
  after(removeFolders)
  let workspace: string
  before(async () => void (workspace = await workspaceOf('solution.ts')))

  const report = async (id: string, ...args: string[]) => {
    const file = path.join(await folderWith({}), 'report.md')
    const ran = await p2plab(['check', id, '--workspace', workspace, '--report', file, ...args], workspace)
    return { ...ran, file }
  }

  it('saves what the network of 4.8 went through', async () => {
    const { file, errors, status } = await report('4.8', '--only', 'survives', '--seed', '2')
    // Where this machine is too busy to judge, there is a report all the same.
    assert.ok(status === 0 || status === 3, errors)
    assert.match(errors, /Saved the report as .*report\.md\.\n/)
    const text = await readFile(file, 'utf8')
    assert.match(text, /^# 4\.8 Capstone: the Mini P2P Network\n\nSeed 2\.\n/)
    for (const node of ['n1', 'n2', 'n3', 'n4', 'n5'])
      assert.match(text, new RegExp(`^${node} {2}[L·x=/~]{40}$`, 'm'))
    assert.match(text, /^\| \d+\.\d\d s \| n\d leads term \d+ \|$/m)
    assert.match(text, /^\| \d+\.\d\d s \| ⚡ n\d, which led, is killed \|$/m)
    assert.match(text, /^\| \d+ \| 0 \| \d+ \| \d+ \|$/m)
    assert.match(text, /^\| append-entries \| \d+ \|$/m)
  })

  it('says that no check has one, and keeps no empty file', async () => {
    const { file, errors, status } = await report('1.1', '--only', 'every-byte')
    assert.equal(status, 0)
    assert.match(errors, /none of the checks that ran has a report, so there is no file\.\n$/)
    assert.equal(existsSync(file), false)
  })

  it('never overwrites a file', async () => {
    const folder = await folderWith({ 'there.md': 'mine' })
    const file = path.join(folder, 'there.md')
    const ran = await p2plab(['check', '4.8', '--workspace', workspace, '--report', file], folder)
    assert.equal(ran.status, 2)
    assert.match(ran.errors, /^--report .*: the file already exists\. Name a new file\.\n$/)
    assert.equal(await readFile(file, 'utf8'), 'mine')
  })
})
