import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { cycles, importGraph } from '../../../scripts/check/cycles.ts'

describe('cycles of imports', () => {
  let root: string
  beforeEach(async () => (root = await mkdtemp(path.join(tmpdir(), 'p2plab-cycles-'))))
  afterEach(() => rm(root, { recursive: true, force: true }))

  const found = async (files: Record<string, string>) => {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(root, file)), { recursive: true })
      await writeFile(path.join(root, file), text)
    }
    return cycles(importGraph(root, Object.keys(files)))
  }

  it('are named file by file, by the shortest way around', async () => {
    const files = {
      'a.ts': "import { b } from './room/b.ts'\nimport './c.ts'",
      'room/b.ts': "import { c } from '../c.ts'",
      'c.ts': "import './d.ts'",
      'd.ts': "import { a } from './a.ts'\nimport './c.ts'\nimport fs from 'node:fs'",
      'e.ts': "import './a.ts'",
    }
    assert.deepEqual(await found(files), [['a.ts', 'c.ts', 'd.ts']])
  })

  for (const [kind, text] of Object.entries({
    'a type': "import type { B } from './b.ts'",
    'a type among values': "import { x, type B } from './b.ts'",
    'what is exported on': "export { b } from './b.ts'",
    'an import that is asked for later': "const later = () => import('./b.ts')",
    'a type by its path': "let b: import('./b.ts').B",
    'an inlined file': "import source from 'inline:./b.ts'",
  }))
    it(`count ${kind}`, async () => {
      assert.deepEqual(await found({ 'a.ts': text, 'b.ts': "import './a.ts'" }), [['a.ts', 'b.ts']])
    })

  it('are each knot apart, and a file that imports itself is one', async () => {
    const files = {
      'a.ts': "import './b.ts'",
      'b.ts': "import './a.ts'\nimport './c.ts'",
      'c.ts': "import './c.ts'",
      'd.ts': "import './c.ts'",
    }
    assert.deepEqual((await found(files)).sort(), [['a.ts', 'b.ts'], ['c.ts']])
  })

  it('do not exist in this project', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/check-cycles.ts'], { encoding: 'utf8' })
    assert.equal(stderr, '')
    assert.equal(status, 0)
  })
})
