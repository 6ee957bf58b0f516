import assert from 'node:assert/strict'
import { createValidator, INVALID } from '../../../network/node/validator.ts'

describe('What a node takes from others', () => {
  const message = (from: string, origin = from) => ({ data: Buffer.from('hi'), from, origin })

  it('is anything but a message that is marked invalid, without a limit', () => {
    const { judge, opinion } = createValidator(undefined, () => 0)
    for (let i = 0; i < 1_000; i++) assert.equal(judge(message('a')), 'accept')
    assert.equal(judge({ ...message('a'), data: Buffer.concat([INVALID, Buffer.from('x')]) }), 'reject')
    assert.equal(judge({ ...message('a'), data: INVALID.subarray(1) }), 'accept')
    assert.equal(opinion('a'), 0)
  })

  it('is limited from the moment on when a limit is set', () => {
    const { judge, limit } = createValidator(undefined, () => 0)
    for (let i = 0; i < 100; i++) assert.equal(judge(message('a')), 'accept')
    limit(5)
    const taken = Array.from({ length: 100 }, () => judge(message('a'))).filter(v => v === 'accept')
    assert.equal(taken.length, 10)
  })

  it('is limited per publisher, with twice as much at once, and only where the publisher itself sends', () => {
    let at = 0
    const { judge, opinion } = createValidator(5, () => at)
    const taken = (n: number, ...who: [string, string?]) =>
      Array.from({ length: n }, () => judge(message(...who))).filter(v => v === 'accept').length
    assert.equal(taken(20, 'a'), 10)
    assert.equal(opinion('a'), -10)
    assert.equal(taken(20, 'b', 'a'), 20)
    assert.equal(opinion('b'), 0)
    at = 1_000
    assert.equal(taken(20, 'a'), 5)
    at = 61_000
    assert.ok(opinion('a') < -12 && opinion('a') > -13, String(opinion('a')))
  })
})
