import assert from 'node:assert/strict'
import type { NetworkEvent } from '../../network/events.ts'
import { initialState, reduce, type NetworkState } from '../../network/state.ts'
import { hopTree } from '../../webview/broadcast/hops.ts'
import { createPlayer } from '../../webview/broadcast/player.ts'
import { broadcast, startUp } from './kit/recording.ts'

const network = startUp(10)
const FRAME_MS = 16

/** A player over a state that can grow, with a clock that the test turns. */
function playerOver(reducedMotion = false) {
  let state: NetworkState = network.events.reduce(reduce, initialState)
  let now = 1_000
  const started: string[] = []
  const ended: string[] = []
  const watched: string[] = []
  const player = createPlayer({
    reducedMotion: () => reducedMotion,
    find(id) {
      const message = state.messages.find(m => m.id === id)
      return message && { message, tree: hopTree(state, message) }
    },
    onStart: id => started.push(id),
    onEnd: id => ended.push(id),
    onWatched: id => watched.push(id),
  })
  return {
    player,
    started,
    ended,
    watched,
    add(events: readonly NetworkEvent[]) {
      const known = new Set(state.messages.map(m => m.id))
      state = events.reduce(reduce, state)
      for (const m of state.messages) if (!known.has(m.id)) player.offer(m)
    },
    message: (id: string) => state.messages.find(m => m.id === id)!,
    frame: () => player.advance((now += FRAME_MS)),
    /** Frames until nothing is to be done; fails where that never is. */
    toTheEnd() {
      let frames = 0
      while (player.advance((now += FRAME_MS))) assert(++frames < 10_000, 'the player never comes to rest')
      return frames
    },
  }
}

describe('the player of broadcasts', () => {
  it('moves through a message from its start to its end, and then rests', () => {
    const p = playerOver()
    p.add(broadcast(network, 'n1').events)
    let before = -1
    while (p.frame()) {
      const cursor = p.player.playing()[0]?.cursorMs ?? Infinity
      assert(cursor >= before)
      before = cursor
    }
    assert.deepEqual(p.watched, ['a1b2'])
    assert.deepEqual(p.player.playing(), [])
    assert.equal(p.frame(), false)
  })

  it('plays several messages at once, each to its end, and says so once for each', () => {
    const p = playerOver()
    const ids = ['a1', 'a2', 'a3', 'a4', 'a5']
    ids.forEach((id, i) =>
      p.add(broadcast(network, `n${i + 1}`, { id, seed: i, at: 1_795_000_010_000 + i }).events),
    )
    p.frame()
    assert.equal(p.player.playing().length, 5)
    p.toTheEnd()
    assert.deepEqual(p.started, ids)
    assert.deepEqual([...p.watched].sort(), ids)
    assert.deepEqual([...p.ended].sort(), ids)
  })

  it('does not fall behind for ever when hundreds of messages come at once', () => {
    const p = playerOver()
    for (let i = 0; i < 150; i++)
      p.add(broadcast(network, 'n1', { id: (0x1000 + i).toString(16), seed: i }).events)
    p.toTheEnd()
    assert(p.started.length >= 8 && p.started.length < 40, `${p.started.length} were played`)
    assert.equal(p.started.at(-1), (0x1000 + 149).toString(16), 'the newest must be among them')
  })

  it('waits for late receipts, and ends a message that never reaches everyone', () => {
    const p = playerOver()
    const sent = broadcast(network, 'n1')
    const last = sent.events.findLastIndex(e => e.type === 'received')
    p.add(sent.events.slice(0, last))
    for (let i = 0; i < 40; i++) p.frame()
    assert.deepEqual(p.watched, [], 'it has not come to its end yet')
    p.toTheEnd()
    assert.deepEqual(p.watched, ['a1b2'])
  })

  it('takes no longer for a message whose receipts come late than for another', () => {
    const longest = (5_000 + 400 + 1_500) / FRAME_MS
    for (let known = 1; known < 10; known++) {
      const p = playerOver()
      const sent = broadcast(network, 'n1')
      p.add(sent.events.slice(0, known))
      for (let i = 0; i < 40; i++) p.frame()
      p.add(sent.events.slice(known))
      assert(p.toTheEnd() < longest, `with ${known} events known in time`)
      assert.deepEqual(p.watched, ['a1b2'])
    }
  })

  it('does not call a message watched that nobody received', () => {
    const p = playerOver()
    p.add(broadcast(network, 'n1').events.slice(0, 1))
    p.toTheEnd()
    assert.deepEqual(p.watched, [])
  })

  it('shows a message whole and at once when motion is to be reduced', () => {
    const p = playerOver(true)
    p.add(broadcast(network, 'n1').events)
    p.frame()
    assert(p.player.playing().every(play => play.cursorMs === Infinity))
    p.toTheEnd()
    assert.deepEqual(p.watched, ['a1b2'])
  })

  it('plays a message again from its start when asked', () => {
    const p = playerOver()
    p.add(broadcast(network, 'n1').events)
    p.toTheEnd()
    p.player.replay(p.message('a1b2'))
    p.frame()
    assert.equal(p.player.playing()[0]!.cursorMs, 0)
    p.toTheEnd()
    assert.deepEqual(p.started, ['a1b2', 'a1b2'])
  })
})
