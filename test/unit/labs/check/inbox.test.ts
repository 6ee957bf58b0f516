import assert from 'node:assert/strict'
import { createInbox } from '../../../../labs/check/peers/inbox.ts'

const LONG_MS = 60_000

describe('An inbox', () => {
  it('gives exactly as many bytes as are asked for, however they came', async () => {
    const inbox = createInbox()
    const first = inbox.read(5, LONG_MS)
    inbox.push(Buffer.from('ab'))
    inbox.push(Buffer.from('cdefg'))
    assert.deepEqual(await first, { bytes: Buffer.from('abcde'), stop: 'enough' })
    assert.equal(inbox.waiting(), 2)
    assert.deepEqual(await inbox.read(2, LONG_MS), { bytes: Buffer.from('fg'), stop: 'enough' })
    assert.equal(inbox.waiting(), 0)
  })

  it('gives what came before the end, and says which end it was', async () => {
    for (const how of ['end', 'reset'] as const) {
      const inbox = createInbox()
      inbox.push(Buffer.from('ab'))
      const reading = inbox.read(Infinity, LONG_MS)
      inbox.stop(how)
      inbox.stop(how === 'end' ? 'reset' : 'end')
      assert.deepEqual(await reading, { bytes: Buffer.from('ab'), stop: how })
      assert.equal(inbox.stopped(), how)
      assert.deepEqual(await inbox.read(1, LONG_MS), { bytes: Buffer.alloc(0), stop: how })
    }
  })

  it('stops waiting when nothing comes any more', async () => {
    const inbox = createInbox()
    inbox.push(Buffer.from('a'))
    assert.deepEqual(await inbox.read(2, 50), { bytes: Buffer.from('a'), stop: 'silence' })
  })
})
