import assert from 'node:assert/strict'
import { createLedger } from '../../../../labs/check/population/ledger.ts'

describe('The ledger of a played network', () => {
  let time = 0
  const at = (ms: number) => void (time = ms)
  const ledger = () => createLedger<'ping' | 'find_node'>(() => time)

  it('counts by member and by kind, and knows who was asked first', () => {
    const { asked, count, members, entries } = ledger()
    asked('node 2', 'find_node')
    asked('node 1', 'ping')
    asked('node 2', 'ping')
    assert.deepEqual(
      [
        count(),
        count({ member: 'node 2' }),
        count({ kind: 'ping' }),
        count({ member: 'node 1', kind: 'find_node' }),
      ],
      [3, 2, 2, 0],
    )
    assert.deepEqual(
      [members(), members('ping')],
      [
        ['node 2', 'node 1'],
        ['node 1', 'node 2'],
      ],
    )
    assert.deepEqual(
      entries.map(({ member, kind }) => `${member} ${kind}`),
      ['node 2 find_node', 'node 1 ping', 'node 2 ping'],
    )
  })

  it('knows how many requests waited at once: until they are answered, or given up', () => {
    const { asked, mostInFlight } = ledger()
    assert.equal(mostInFlight(100), 0)
    at(0)
    const first = asked('node 1', 'ping')
    asked('node 2', 'ping') // Is never answered.
    at(10)
    first.answered()
    asked('node 3', 'ping').answered()
    at(60)
    asked('node 4', 'ping')
    assert.equal(mostInFlight(100), 2)
    assert.equal(mostInFlight(50), 2)
    at(90)
    asked('node 5', 'ping')
    assert.equal(mostInFlight(100), 3)
    assert.equal(mostInFlight(90), 2)
  })
})
