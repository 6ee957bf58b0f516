import assert from 'node:assert/strict'
import path from 'node:path'
import { importsOf } from '../../../labs/workspace/imports.ts'

describe('what a file stands on', () => {
  const at = (name: string) => path.resolve('/lab', name)
  const files: Record<string, string> = {
    [at('1-tcp/3-room.ts')]:
      `import net from 'node:net'\nimport { encode } from "./2-frames.ts"\nimport type { A } from '../types.ts'`,
    [at('1-tcp/2-frames.ts')]:
      `export * from './bytes.ts'\nconst later = await import('./later.ts')\nimport './3-room.ts'`,
    [at('1-tcp/later.ts')]: `import './gone.ts'`,
  }
  const read = async (name: string) => files[name] ?? Promise.reject(new Error('ENOENT'))

  it('is all that it imports, also through others, and itself', async () => {
    const found = await importsOf(at('1-tcp/3-room.ts'), read)
    const expected = [
      '1-tcp/3-room.ts',
      '1-tcp/2-frames.ts',
      'types.ts',
      '1-tcp/bytes.ts',
      '1-tcp/later.ts',
      '1-tcp/gone.ts',
    ]
    assert.deepEqual([...found].sort(), expected.map(at).sort())
  })
})
