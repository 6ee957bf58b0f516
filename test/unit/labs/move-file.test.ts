import assert from 'node:assert/strict'
import { moveFile } from '../../../labs/workspace/move-file.ts'

/** Fails so many times with this error, then moves. */
const held = (times: number, code: string) => {
  let tries = 0
  const move = async () => {
    if (tries++ < times) throw Object.assign(new Error(`${code}: held`), { code })
  }
  return { move, tries: () => tries }
}

describe('A file that is moved', () => {
  it('is tried again on Windows as long as a virus scanner holds it', async () => {
    for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
      // Longer than the 200 ms that were not enough.
      const { move, tries } = held(6, code)
      const start = performance.now()
      await moveFile('a', 'b', { platform: 'win32', move })
      assert.equal(tries(), 7)
      assert.ok(performance.now() - start > 300)
    }
  })

  it('is given up in the end, with the error of the system', async () => {
    const { move, tries } = held(Infinity, 'EPERM')
    await assert.rejects(moveFile('a', 'b', { platform: 'win32', patienceMs: 0, move }), { code: 'EPERM' })
    assert.equal(tries(), 3)
  })

  it('is tried once elsewhere, and where the reason is another one', async () => {
    for (const [platform, code] of [
      ['linux', 'EACCES'],
      ['darwin', 'EPERM'],
      ['win32', 'ENOENT'],
    ] as const) {
      const { move, tries } = held(1, code)
      await assert.rejects(moveFile('a', 'b', { platform, move }), { code })
      assert.equal(tries(), 1)
    }
  })
})
