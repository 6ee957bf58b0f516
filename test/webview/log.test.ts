import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { NetworkEvent } from '../../network/events.ts'
import { initialState, reduce, type NetworkState } from '../../network/state.ts'
import { createCursor } from '../../webview/time/cursor.ts'
import { createLoader } from '../../webview/time/loader.ts'
import { createLog } from '../../webview/time/log.ts'
import { createHistory } from '../../extension/view/history.ts'
import { seededRandom } from '../../network/random.ts'
import { broadcast, startUp } from './kit/recording.ts'

const network = startUp(8)
const all: NetworkEvent[] = [...network.events]
for (let i = 0; i < 20; i++)
  all.push(
    ...broadcast(network, `n${(i % 8) + 1}`, {
      id: (0xa000 + i).toString(16),
      seed: i,
      at: 1_795_000_010_000 + 50 * i,
    }).events,
  )
/** A new log begins at the time of its first event. */
const reduced = (count: number): NetworkState =>
  all.slice(0, count).reduce(reduce, { ...initialState, at: all[0]!.at })
/** In batches as they come, from a seed. */
function* batches(events: readonly NetworkEvent[], seed: number): Generator<NetworkEvent[]> {
  const next = seededRandom(seed)
  for (let i = 0; i < events.length;) {
    const size = 1 + Math.floor(next() * 30)
    yield events.slice(i, (i += size))
  }
}

describe('the log of the live view', () => {
  it('has at every position the state that the events up to it make, in whatever order it is asked', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.nat(all.length), { maxLength: 20 }),
        (seed, chunk, positions) => {
          const log = createLog(Infinity, chunk)
          for (const batch of batches(all, seed)) log.append(batch)
          for (const position of positions) assert.deepEqual(log.stateAt(position), reduced(position))
          assert.deepEqual(log.state, reduced(all.length))
          assert.equal(log.incomplete, false)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('finds the last position that is not after a time', () => {
    const log = createLog(Infinity, 7)
    log.append(all)
    for (let position = log.first + 1; position <= log.last; position++) {
      const at = log.timeAt(position)
      const found = log.positionAt(at)
      assert(log.timeAt(found) === at && found >= position)
      assert(found === log.last || log.timeAt(found + 1) > at)
    }
    assert.equal(log.positionAt(log.timeAt(log.first) - 1), log.first)
    assert.equal(log.positionAt(Infinity), log.last)
  })

  it('is bounded: it drops the oldest events, says so, and what is left is right', () => {
    const log = createLog(100, 20)
    for (const batch of batches(all, 3)) {
      log.append(batch)
      assert(log.last - log.first < 100 + 20 + batch.length)
    }
    assert(log.incomplete)
    assert.equal(log.event(log.first - 1), undefined)
    for (let position = log.first; position <= log.last; position++)
      assert.deepEqual(log.stateAt(position), reduced(position))
    assert.deepEqual(log.stateAt(0), reduced(log.first))
  })

  it('begins anew with a new network', () => {
    const log = createLog()
    log.append(all)
    const second = startUp(3, { network: 'net-2', at: 1_795_000_090_000 })
    const { generation } = log
    log.append(second.events)
    assert.notEqual(log.generation, generation)
    assert.equal(log.first, all.length)
    assert.equal(log.incomplete, false)
    assert.equal(Object.keys(log.stateAt(log.first).nodes).length, 0)
    assert.equal(log.last, all.length + second.events.length)
    assert.equal(log.state.network, 'net-2')
  })

  it('gets what was before it opened from what the extension keeps, while more goes on happening', () => {
    fc.assert(
      fc.property(
        fc.nat(all.length),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(60, 1_000),
        (opened, partSize, limit) => {
          let state = initialState
          const history = createHistory(state, limit, partSize)
          const happen = (events: readonly NetworkEvent[]) => {
            const first = state.count
            state = events.reduce(reduce, state)
            history.add(state, first, events)
          }
          for (const batch of batches(all.slice(0, opened), opened)) happen(batch)
          const log = createLog(Infinity, 10)
          log.reset(state)
          const later = [...batches(all.slice(opened), opened)]
          const asked: (number | undefined)[] = []
          const loader = createLoader(
            log,
            from => asked.push(from),
            run => void run(),
          )
          loader.begin()
          while (asked.length > 0) {
            loader.take(history.part(asked.shift()))
            const batch = later.shift()
            if (batch) {
              happen(batch)
              log.append(batch)
            }
          }
          for (const batch of later) log.append(batch)
          assert.deepEqual(log.state, reduced(all.length))
          if (opened === 0) return
          assert(limit === 1_000 ? log.first === 0 : log.first <= opened)
          for (let position = log.first; position <= log.last; position += 17)
            assert.deepEqual(log.stateAt(position), reduced(position))
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('the time cursor', () => {
  function filled() {
    const log = createLog(Infinity, 20)
    log.append(all)
    return { log, cursor: createCursor(log) }
  }

  it('is live until it is moved, and follows what happens', () => {
    const { log, cursor } = filled()
    assert(cursor.live)
    log.append([{ type: 'node-stopped', at: log.state.at + 5, node: 'n1' }])
    assert.equal(cursor.state.nodes['n1']!.phase, 'stopped')
    cursor.step(-1)
    assert(!cursor.live)
    assert.equal(cursor.state.nodes['n1']!.phase, 'listening')
    log.append([{ type: 'node-stopped', at: log.state.at + 5, node: 'n2' }])
    assert.equal(cursor.position, all.length)
    cursor.goLive()
    assert.equal(cursor.state.nodes['n2']!.phase, 'stopped')
  })

  it('plays at its speed, and is live when it has caught up', () => {
    const { log, cursor } = filled()
    cursor.seek(log.state.at - 100)
    cursor.setSpeed(0.5)
    cursor.play()
    assert(cursor.advance(1_000))
    assert(cursor.advance(1_016))
    assert(Math.abs(log.state.at - cursor.at - 92) < 0.01, `${log.state.at - cursor.at}`)
    cursor.setSpeed(10)
    let frames = 0
    for (let now = 1_032; cursor.advance(now); now += 16) frames++
    assert(cursor.live && frames <= 1)
  })

  it('goes to each event in turn, and not beyond either end', () => {
    const { log, cursor } = filled()
    cursor.seekPosition(0)
    for (let i = 1; i <= all.length; i++) {
      cursor.step(1)
      assert.equal(cursor.position, i)
    }
    cursor.step(1)
    assert.equal(cursor.position, log.last)
    cursor.seek(0)
    assert.equal(cursor.position, 1, 'the beginning is the time of the first event')
    cursor.step(-1)
    assert.equal(cursor.position, 0)
    cursor.step(-1)
    assert.equal(cursor.position, 0)
  })

  it('does not stay at a moment that is not kept any more', () => {
    const log = createLog(100, 10)
    const cursor = createCursor(log)
    log.append(all.slice(0, 50))
    cursor.seekPosition(5)
    log.append(all.slice(50))
    cursor.update()
    assert.equal(cursor.position, log.first)
    log.reset(initialState)
    cursor.update()
    assert(cursor.live)
  })
})
