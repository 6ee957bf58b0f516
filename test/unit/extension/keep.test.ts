/** What the commands ask that record, save and start networks. */
import assert from 'node:assert/strict'
import { faultWords } from '../../../extension/network/labels.ts'
import { seedProblem } from '../../../extension/network/input.ts'
import { freeName } from '../../../extension/dated-name.ts'
import { recordingName, withSuffix } from '../../../extension/network/recording-name.ts'
import { describeSaved, savedNameProblem } from '../../../extension/network/saved-text.ts'
import { startItems } from '../../../extension/network/start-items.ts'
import { TOPOLOGIES } from '../../../network/events.ts'
import { isRecorded } from '../../../network/state.ts'
import { line, stateOf } from '../../kit/network-state.ts'

describe('the name of a recording', () => {
  it('says when it was made, and is one that is not there yet', () => {
    const name = recordingName(new Date(2026, 0, 3, 4, 5))
    assert.equal(name, 'p2p-2026-01-03-0405.p2ptrace')
    assert.equal(freeName(name, new Set()), name)
    assert.equal(freeName(name, new Set([name])), 'p2p-2026-01-03-0405-2.p2ptrace')
    const two = new Set([name, 'p2p-2026-01-03-0405-2.p2ptrace'])
    assert.equal(freeName(name, two), 'p2p-2026-01-03-0405-3.p2ptrace')
    assert.equal(freeName(name, new Set([name.toUpperCase()])), 'p2p-2026-01-03-0405-2.p2ptrace')
  })

  it('gets the suffix by which it is opened, once', () => {
    assert.equal(withSuffix('/a/run'), '/a/run.p2ptrace')
    assert.equal(withSuffix('/a/run.p2ptrace'), '/a/run.p2ptrace')
    assert.equal(withSuffix('C:\\a\\RUN.P2PTRACE'), 'C:\\a\\RUN.P2PTRACE')
  })
})

describe('a network that is recorded', () => {
  const recording = { type: 'recording-started', at: 9, file: 'a.p2ptrace' } as const
  const stopped = { type: 'recording-stopped', at: 10, file: 'a.p2ptrace' } as const

  it('says so, until it is not recorded any more, for whatever reason', () => {
    const during = stateOf(...line(), recording)
    assert.deepEqual(faultWords(during), ['recording'])
    assert.ok(isRecorded(during))
    assert.deepEqual(faultWords(stateOf(...line(), recording, stopped)), [])
    const broken = stateOf(...line(), recording, { ...stopped, problem: 'the disk is too slow' })
    assert.deepEqual(faultWords(broken), [])
    assert.equal(broken.recording?.problem, 'the disk is too slow')
  })
})

describe('the name of a saved network', () => {
  it('is refused in a sentence where it cannot be one or is taken, in any case', () => {
    const taken = new Set(['Ring'])
    assert.equal(savedNameProblem('ring-2', taken), undefined)
    assert.match(savedNameProblem('', taken)!, /Enter a name/)
    assert.match(savedNameProblem('../up', taken)!, /letters, digits/)
    assert.match(savedNameProblem('x'.repeat(61), taken)!, /up to 60/)
    assert.match(savedNameProblem('Aux', taken)!, /a reserved device name on Windows/)
    assert.match(
      savedNameProblem('ring', taken)!,
      /a saved network named Ring already exists\. Enter another name/i,
    )
  })
})

describe('a saved network', () => {
  const about = {
    savedAt: '2026-01-03T12:00:00.000Z',
    topology: 'ring',
    discovery: 'assigned',
    production: true,
    nodes: 10,
  } as const
  it('is described by its nodes, topology and date', () => {
    const { description, detail } = describeSaved({ name: 'a', file: '/a', about })
    assert.equal(description, '10 nodes · ring · production values')
    assert.match(detail, /^saved .*2026/)
    const odd = describeSaved({ name: 'a', file: '/a', about: { ...about, savedAt: 'long ago' } })
    assert.equal(odd.detail, 'saved long ago')
  })
  it('that is damaged says why', () => {
    const { description, detail } = describeSaved({ name: 'a', file: '/a', problem: 'it is damaged' })
    assert.deepEqual([description, detail], ['cannot be started', 'it is damaged'])
  })
})

describe('what can be chosen when a network starts', () => {
  it('begins with the topology that Enter takes, and holds every other, a file, and the options', () => {
    const items = startItems('grid', { production: false, seed: undefined })
    assert.equal(items[0]?.is, 'grid')
    const kinds = items.map(item => item.is)
    assert.deepEqual(kinds.slice(TOPOLOGIES.length), ['file', 'separator', 'production', 'seed'])
    assert.deepEqual(kinds.slice(0, TOPOLOGIES.length).toSorted(), [...TOPOLOGIES].toSorted())
    assert.equal(new Set(items.map(item => item.label)).size, items.length)
  })

  it('says how the options stand', () => {
    const labels = startItems('ring', { production: true, seed: 7 }).map(item => item.label)
    assert.ok(labels.includes('Production values: on'))
    assert.ok(labels.includes('Seed: 7'))
  })

  it('takes as a seed a whole number, or nothing', () => {
    for (const good of ['', ' ', '0', '42']) assert.equal(seedProblem(good), undefined)
    for (const bad of ['-1', '1.5', 'ten', '99999999999999999'])
      assert.match(seedProblem(bad)!, /whole number/)
  })
})
