import assert from 'node:assert/strict'
import { mock } from 'node:test'
import { throttle } from '../../../extension/throttle.ts'

describe('a throttle', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }))
  afterEach(() => mock.timers.reset())

  it('acts at once, then at most once per interval, and never loses the last ask', () => {
    let calls = 0
    const ask = throttle(() => calls++, 100)
    for (let i = 0; i < 500; i++) ask()
    assert.equal(calls, 1)
    mock.timers.tick(99)
    assert.equal(calls, 1)
    mock.timers.tick(1)
    assert.equal(calls, 2)
    mock.timers.tick(1000)
    assert.equal(calls, 2)
    ask()
    assert.equal(calls, 3)
    ask.dispose()
  })

  it('acts on what is asked during the action itself', () => {
    let calls = 0
    const ask = throttle(() => {
      if (++calls === 1) ask()
    }, 100)
    ask()
    assert.equal(calls, 1)
    mock.timers.tick(100)
    assert.equal(calls, 2)
    ask.dispose()
  })

  it('does nothing more once it is disposed', () => {
    let calls = 0
    const ask = throttle(() => calls++, 100)
    ask()
    ask()
    ask.dispose()
    mock.timers.tick(1000)
    assert.equal(calls, 1)
  })
})
