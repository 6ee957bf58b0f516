import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parseEvent } from '../../../network/events.ts'
import { parseFromNode, parseToNode } from '../../../network/node-messages.ts'
import { MAX_NODES } from '../../../network/limits.ts'
import { explainBadRequest, parseFromNetwork, parseToNetwork } from '../../../network/protocol.ts'
import { parseFromView, parseToView } from '../../../webview/shared/view-messages.ts'

const parsers = {
  parseEvent,
  parseToNode,
  parseFromNode,
  parseToNetwork,
  parseFromNetwork,
  parseFromView,
  parseToView,
  explainBadRequest,
}

/** Almost right: a known tag with any fields, as a version that is a little older or newer would send. */
const almost = fc
  .tuple(
    fc.constantFrom(
      'request',
      'start',
      'events',
      'ended',
      'snapshot',
      'published',
      'received',
      'mesh',
      'links',
      'reply',
      'failure',
      'killNode',
      'copy',
      'log',
      'history',
    ),
    fc.dictionary(
      fc.constantFrom(
        'id',
        'node',
        'at',
        'operation',
        'events',
        'first',
        'state',
        'start',
        'from',
        'spec',
        'peers',
        'text',
        'type',
        '__proto__',
      ),
      fc.anything(),
    ),
  )
  .map(([type, fields]) => ({ ...fields, type }))

describe('Every border', () => {
  for (const [name, parse] of Object.entries(parsers)) {
    it(`${name} takes anything without throwing`, () => {
      fc.assert(fc.property(fc.anything(), value => void parse(value)))
      fc.assert(fc.property(almost, value => void parse(value)))
    })
  }

  it('gives back what it was given when that is a message', () => {
    const event = {
      type: 'discovered',
      at: 1.5,
      node: 'n1',
      peer: `12D3KooW${'1'.repeat(44)}`,
      via: 'mdns',
      addresses: ['/ip4/127.0.0.1/tcp/1'],
    }
    assert.deepEqual(parseEvent(event), event)
    const request = {
      type: 'request',
      id: 1,
      operation: { op: 'start', options: { nodes: 5, topology: 'random' } },
    }
    assert.deepEqual(parseToNetwork(request), request)
    assert.deepEqual(parseFromView({ type: 'killNode', node: 'n3' }), { type: 'killNode', node: 'n3' })
    assert.deepEqual(parseFromView({ type: 'history', from: 7 }), { type: 'history', from: 7 })
    assert.equal(parseFromView({ type: 'history', from: -1 }), undefined)
    const log = { type: 'log', first: 3, events: [event] }
    assert.deepEqual(parseToView(log), log)
    assert.equal(parseToView({ ...log, start: 7 }), undefined)
    assert.equal(parseToView({ ...log, events: [{ type: 'discovered' }] }), undefined)
  })

  it('takes no peer id that is the name of a property of every object', () => {
    for (const peer of ['__proto__', 'constructor', 'hasOwnProperty', 'toString']) {
      assert.equal(parseEvent({ type: 'dialling', at: 1, node: 'n1', peer }), undefined)
    }
  })

  it('drops the events that do not parse and keeps the others', () => {
    const good = { type: 'node-stopped', at: 1, node: 'n1' }
    assert.deepEqual(parseFromNode({ type: 'events', events: [good, { type: 'nonsense' }, null] }), {
      type: 'events',
      events: [good],
    })
  })

  for (const nodes of [0, -1, 1e9, 1.5, 'ten', NaN, null, undefined]) {
    it(`takes no network of ${String(nodes)} nodes, and says what is accepted`, () => {
      const request = {
        type: 'request',
        id: 7,
        operation: { op: 'start', options: { nodes, topology: 'random' } },
      }
      assert.equal(parseToNetwork(request), undefined)
      const bad = explainBadRequest(request)
      assert.equal(bad?.id, 7)
      assert.match(bad?.problem ?? '', /nodes/)
    })
  }

  it(`takes 1 to ${MAX_NODES} nodes`, () => {
    for (const nodes of [1, MAX_NODES]) {
      assert.ok(
        parseToNetwork({
          type: 'request',
          id: 7,
          operation: { op: 'start', options: { nodes, topology: 'line' } },
        }),
      )
    }
  })
})
