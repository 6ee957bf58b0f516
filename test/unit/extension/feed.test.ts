import assert from 'node:assert/strict'
import { once, EventEmitter } from 'node:events'
import { feed } from '../../../extension/view/feed.ts'
import type { NetworkEvent } from '../../../network/events.ts'
import type { ToView } from '../../../webview/shared/view-messages.ts'
import { line, stateOf } from '../../kit/network-state.ts'

function watched() {
  const posts: ToView[] = []
  const posted = new EventEmitter()
  const state = stateOf(...line())
  const toView = feed(
    () => state,
    message => {
      posts.push(message)
      posted.emit('post')
    },
  )
  return { posts, toView, state, next: () => once(posted, 'post') }
}
const event: NetworkEvent = { type: 'network-stopping', at: 1 }

describe('what a live view is told', () => {
  it('is nothing until it says ready, and then a snapshot first', () => {
    const { posts, toView, state } = watched()
    toView.push(0, [event])
    assert.deepEqual(posts, [])
    toView.ready()
    assert.deepEqual(posts, [{ type: 'snapshot', state }])
    toView.dispose()
  })

  it('is that a network is being started, also where it opens meanwhile', () => {
    const { posts, toView, state } = watched()
    toView.starting(true)
    assert.deepEqual(posts, [])
    toView.ready()
    toView.starting(false)
    assert.deepEqual(posts, [
      { type: 'snapshot', state },
      { type: 'starting', starting: true },
      { type: 'starting', starting: false },
    ])
    toView.dispose()
  })

  it('is all events between two frames in one message, numbered by the first', async () => {
    const { posts, toView, next } = watched()
    toView.ready()
    for (let i = 0; i < 500; i++) toView.push(10 + i, [event])
    await next()
    assert.equal(posts.length, 2)
    const batch = posts[1]!
    assert(batch.type === 'events')
    assert.equal(batch.first, 10)
    assert.equal(batch.events.length, 500)
    toView.push(510, [event])
    await next()
    assert.deepEqual(posts[2], { type: 'events', first: 510, events: [event] })
    toView.dispose()
  })

  it('is a snapshot instead of what waited when it says ready again', async () => {
    const { posts, toView, next } = watched()
    toView.ready()
    toView.push(10, [event])
    toView.ready()
    toView.push(11, [event])
    await next()
    assert.deepEqual(
      posts.map(p => p.type),
      ['snapshot', 'snapshot', 'events'],
    )
    const last = posts[2]!
    assert.equal(last.type === 'events' && last.first, 11)
    toView.dispose()
  })

  it('is nothing while it is hidden', async () => {
    const { posts, toView, next } = watched()
    toView.ready()
    toView.push(10, [event])
    toView.hidden()
    toView.push(11, [event])
    toView.select('n1')
    toView.ready()
    toView.push(12, [event])
    await next()
    assert.deepEqual(
      posts.map(p => p.type),
      ['snapshot', 'snapshot', 'events'],
    )
    toView.dispose()
  })

  it('is a snapshot when the state was replaced as a whole', () => {
    const { posts, toView } = watched()
    toView.ready()
    toView.push(0, [])
    assert.deepEqual(
      posts.map(p => p.type),
      ['snapshot', 'snapshot'],
    )
    toView.dispose()
  })
})
