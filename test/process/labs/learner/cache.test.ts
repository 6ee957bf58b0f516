/** What Node keeps of a learner's file makes its next start faster, and never runs what is not in the file any more. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { dist, folderWith, removeFolders } from '../../../kit/labs.ts'

const FILE = '1-tcp/1-echo.ts'
const program = (answer: string) => `type Text = string
export async function say(): Promise<{ text: Text }> { return { text: '${answer}' as Text } }
`

/** What the program in `cwd` answers to say, with its cache in `cache`. */
async function say(cwd: string, cache: string): Promise<unknown> {
  const env = { ...process.env, P2PLAB_CACHE: cache }
  const child = spawn(process.execPath, [path.join(dist, 'learner.mjs'), FILE], { cwd, env })
  const closed = once(child, 'close')
  let out = ''
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (errors += text))
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (out += text))
  child.stdin.end(`${JSON.stringify({ id: 1, op: 'say', args: {} })}\n`)
  const [status] = (await closed) as [number | null]
  assert.equal(status, 0, errors)
  assert.equal(errors, '')
  const reply = out.split('\n').find(line => line.includes('"reply"'))
  assert.ok(reply, out)
  return (JSON.parse(reply) as { result: unknown }).result
}

/** All entries of a cache: by path, what is in them. */
async function entries(cache: string): Promise<Map<string, string>> {
  const names = await readdir(cache, { recursive: true, withFileTypes: true })
  const files = names.filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name))
  return new Map(await Promise.all(files.map(async file => [file, await readFile(file, 'latin1')] as const)))
}

describe("What is kept of a learner's file", () => {
  after(removeFolders)

  it('is used again for the same text, and replaced when the text changes, also by as many characters', async () => {
    const cwd = await folderWith({ [FILE]: program('first') })
    const cache = await folderWith()
    assert.deepEqual(await say(cwd, cache), { text: 'first' })
    const first = await entries(cache)
    assert.ok([...first.values()].some(text => text.includes("'first'")))
    assert.deepEqual(await say(cwd, cache), { text: 'first' })
    assert.deepEqual(await entries(cache), first)

    await writeFile(path.join(cwd, FILE), program('other'))
    assert.deepEqual(await say(cwd, cache), { text: 'other' })
    const second = await entries(cache)
    // What Node compiled has one entry for each file; texts without types are kept by their content.
    const compiled = (all: Map<string, string>) =>
      [...all.keys()].filter(file => !file.endsWith('.js')).sort()
    assert.deepEqual(compiled(second), compiled(first))
    assert.ok(!compiled(second).some(file => second.get(file)!.includes("'first'")))
    assert.equal(second.size, first.size + 1)
  })

  it('is not needed: where nothing can be written, the program runs all the same', async () => {
    const cwd = await folderWith({ [FILE]: program('first'), 'no-folder': '' })
    assert.deepEqual(await say(cwd, path.join(cwd, 'no-folder', 'below')), { text: 'first' })
    assert.deepEqual(await say(cwd, path.join(cwd, 'no-folder')), { text: 'first' })
  })
})
