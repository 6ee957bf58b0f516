import assert from 'node:assert/strict'
import { StreamCloseEvent } from '@libp2p/interface'
import { asError, causeOf } from '../../../../network/node/cause-of.ts'

describe('The cause of an error of libp2p', () => {
  it('is the innermost message', () => {
    const socket = new Error('connect ECONNREFUSED')
    assert.equal(causeOf(new AggregateError([new Error('dial', { cause: socket })])), 'connect ECONNREFUSED')
  })

  it('is told where a stream ended with its event in place of an error', () => {
    for (const [event, message] of [
      [new StreamCloseEvent(false, new Error('The stream has been reset')), 'The stream has been reset'],
      [new StreamCloseEvent(true), 'the stream is closed'],
    ] as const) {
      assert.equal(asError(event).message, message)
      assert.equal(asError(event).cause, event)
    }
  })

  it('leaves an error as it is: its name says what it is', () => {
    const error = new TypeError('no')
    assert.equal(asError(error), error)
  })
})
