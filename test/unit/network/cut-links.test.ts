import assert from 'node:assert/strict'
import { edges, initialState, linkKey, partOf, reduce } from '../../../network/state.ts'
import { halves, splitUp } from '../../webview/kit/breaking.ts'
import { startUp } from '../../webview/kit/recording.ts'

const network = startUp(10)
const ready = network.events.reduce(reduce, initialState)
const at = network.events.at(-1)!.at + 1_000
const keys = (links: readonly { a: string; b: string }[] = []) =>
  links.map(({ a, b }) => linkKey(a, b)).sort()

describe('the connections that a split has cut', () => {
  const groups = halves(network.nodes)
  const split = splitUp(ready, groups, at).reduce(reduce, ready)
  const crossing = edges(ready).filter(({ a, b }) => partOf(split, a) !== partOf(split, b))

  it('are those that there were between its groups', () => {
    assert(crossing.length > 0 && crossing.length < edges(ready).length)
    assert.deepEqual(keys(split.cut), keys(crossing))
    assert.equal(edges(split).length, edges(ready).length - crossing.length)
  })

  it('are forgotten when it is healed, and with the network', () => {
    assert.equal(reduce(split, { type: 'healed', at }).cut, undefined)
    assert.equal(reduce(split, { type: 'network-stopped', at }).cut, undefined)
  })

  it('stay cut when another split keeps their ends apart, and those within a group are none', () => {
    const whole = [
      { name: 'A', nodes: network.nodes.slice(0, 9) },
      { name: 'B', nodes: ['n10'] },
    ]
    const again = reduce(split, { type: 'partitioned', at, groups: whole })
    const expected = edges(ready).filter(({ a, b }) => a === 'n10' || b === 'n10')
    assert.deepEqual(keys(again.cut), keys(expected))
  })

  it('know a newcomer in the first group', () => {
    assert.equal(partOf(split, 'n11'), 0)
    assert.equal(partOf(split, 'n10'), 1)
    assert.equal(partOf(ready, 'n10'), 0)
  })
})
