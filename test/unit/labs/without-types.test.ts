import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { withoutTypes } from '../../../labs/learner/without-types.ts'

describe('withoutTypes', () => {
  const before = process.env['P2PLAB_CACHE']
  let folder: string
  let kept: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'p2plab-types-'))
    process.env['P2PLAB_CACHE'] = path.join(folder, 'cache')
    kept = path.join(folder, 'cache', 'without-types')
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))
  after(() => {
    if (before === undefined) delete process.env['P2PLAB_CACHE']
    else process.env['P2PLAB_CACHE'] = before
  })

  const file = async (text: string, name = 'a.ts') => {
    await writeFile(path.join(folder, name), text)
    return path.join(folder, name)
  }

  it('leaves everything where it was', async () => {
    const text =
      'export const a: number = 1\ninterface B {\n  c: string\n}\nexport const d = (e: B): string => e.c\n'
    const stripped = withoutTypes(await file(text))!
    assert.equal(stripped.length, text.length)
    assert.doesNotMatch(stripped, /interface|number|string/)
    for (const what of ['a', '= 1', 'const d = ', 'e.c'])
      assert.equal(stripped.indexOf(what), text.indexOf(what))
  })

  it('keeps what it made of a text, whatever file that is in', async () => {
    const one = withoutTypes(await file('let a: number'))
    const [name] = await readdir(kept)
    await writeFile(path.join(kept, name!), `${process.version} 13\nlet a: numberlet kept`)
    assert.equal(withoutTypes(await file('let a: number', 'b.ts')), 'let kept')
    assert.notEqual(one, 'let kept')
    const other = withoutTypes(await file('let b: number'))
    assert.match(other!, /^let b *$/)
    assert.equal((await readdir(kept)).length, 2)
  })

  it('keeps it anew where under its name is that of another text, or of another Node', async () => {
    const one = withoutTypes(await file('let a: number'))
    const [name] = await readdir(kept)
    for (const other of [
      `${process.version} 13\nlet b: numberlet b`,
      'v1.0.0 13\nlet a: numberlet kept',
      `${process.version} 17\nlet a: number = 1let kept`,
      '',
    ]) {
      await writeFile(path.join(kept, name!), other)
      assert.equal(withoutTypes(await file('let a: number')), one)
      assert.equal(
        await readFile(path.join(kept, name!), 'utf8'),
        `${process.version} 13\nlet a: number${one}`,
      )
    }
  })

  it('leaves to Node what it cannot strip', async () => {
    assert.equal(withoutTypes(await file('enum A { b }')), undefined)
    assert.equal(withoutTypes(await file('let a: = 1')), undefined)
    assert.equal(withoutTypes(await file('\uFEFFlet a: number')), undefined)
    assert.equal(withoutTypes(path.join(folder, 'missing.ts')), undefined)
    await assert.rejects(readdir(kept), { code: 'ENOENT' })
  })

  it('strips where nothing can be kept', async () => {
    await writeFile(path.join(folder, 'cache'), 'a file')
    assert.match(withoutTypes(await file('let a: number'))!, /^let a *$/)
    assert.equal(await readFile(path.join(folder, 'cache'), 'utf8'), 'a file')
  })

  it('forgets the oldest when they are many', async () => {
    await mkdir(kept, { recursive: true })
    for (let i = 0; i < 400; i++) {
      const name = path.join(kept, `${i}.js`)
      await writeFile(name, '')
      await utimes(name, i + 1, i + 1)
    }
    withoutTypes(await file('let a: number'))
    const names = new Set(await readdir(kept))
    assert.equal(names.size, 200)
    assert.ok(names.has('399.js') && names.has('201.js') && !names.has('200.js'))
  })
})
