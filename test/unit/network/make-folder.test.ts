import assert from 'node:assert/strict'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { makeFolder } from '../../../network/make-folder.ts'
import { skipBecause } from '../../kit/platform.ts'

describe('A folder that is made', () => {
  let dir: string
  before(async () => void (dir = await mkdtemp(path.join(tmpdir(), 'p2plab-folders-'))))
  after(() => rm(dir, { recursive: true, force: true }))

  it('comes with those above it, and may be there already', async () => {
    const deep = path.join(dir, 'a', 'b', 'c')
    await Promise.all([makeFolder(deep), makeFolder(deep), makeFolder(path.join(dir, 'a'))])
    assert.ok((await stat(deep)).isDirectory())
  })

  it('is refused where a file is in the way', async () => {
    const file = path.join(dir, 'file')
    await writeFile(file, 'x')
    await assert.rejects(makeFolder(file), { code: 'EEXIST' })
    await assert.rejects(makeFolder(path.join(file, 'below')), { code: 'ENOTDIR' })
  })

  it('is refused, and not tried for ever, where the system makes none', async function () {
    if (process.platform !== 'linux') return skipBecause(this, 'only Linux has /proc')
    await assert.rejects(makeFolder('/proc/p2plab/below'), { code: 'ENOENT' })
  })
})
