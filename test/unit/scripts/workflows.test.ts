/** The workflows against the tree: a suite that no job names would never run, and nobody would see it. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../../../scripts/vscode/paths.ts'

const workflow = (name: string) => readFileSync(path.join(root, '.github/workflows', name), 'utf8')
const listOf = (text: string, key: string) =>
  new RegExp(`^ *${key}: \\[(.*)\\]$`, 'm')
    .exec(text)![1]!
    .split(',')
    .map(item => item.trim())

describe('The workflows', () => {
  it('run every suite on Linux, macOS and Windows, each once', () => {
    const ci = workflow('ci.yml')
    assert.deepEqual(listOf(ci, 'os'), ['ubuntu-latest', 'macos-latest', 'windows-latest'])
    const suites = readdirSync(path.join(root, 'test'), { withFileTypes: true })
      .filter(entry => entry.isDirectory() && !['kit', 'bench', 'soak', 'exercises'].includes(entry.name))
      .map(entry => entry.name)
    assert.deepEqual(
      listOf(ci, 'suites')
        .flatMap(item => item.split(' '))
        .toSorted(),
      suites.toSorted(),
    )
  })

  it('run the exercises of each lab as a job of their own on each system', () => {
    const ci = workflow('ci.yml')
    assert.match(ci, /^ {2}exercises:\n {4}needs: labs$/m)
    assert.match(ci, /^ {8}lab: \$\{\{ fromJSON\(needs\.labs\.outputs\.numbers\) \}\}$/m)
  })

  it('publish nothing before all of that has passed', () => {
    const release = workflow('release.yml')
    assert.match(release, /^ {2}test:\n {4}needs: version\n {4}uses: \.\/\.github\/workflows\/ci\.yml$/m)
    assert.match(release, /^ {2}release:\n {4}needs: test$/m)
    assert.match(workflow('ci.yml'), /^ {2}workflow_call:$/m)
  })
})
