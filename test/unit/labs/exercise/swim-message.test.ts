/** The datagrams of exercise 3.5. */
import assert from 'node:assert/strict'
import { decodeSwim, encodeSwim, type SwimMessage } from '../../../../labs/exercise/swim-message.ts'

const update = { node: 'bob', address: '127.0.0.1:4002', state: 'suspect', incarnation: 3 } as const
const common = { from: 'ada', updates: [update] }
const messages: SwimMessage[] = [
  { type: 'ping', seq: 0, target: 'bob', ...common },
  { type: 'ping-req', seq: 7, target: 'bob', address: '127.0.0.1:4002', ...common },
  { type: 'ack', seq: Number.MAX_SAFE_INTEGER, from: 'ada', updates: [] },
  { type: 'join', ...common },
  { type: 'members', ...common },
]
const decodes = (value: unknown) => decodeSwim(Buffer.from(JSON.stringify(value)))

describe('a datagram of the group', () => {
  for (const message of messages) {
    it(`is read as it was written: ${message.type}`, () => {
      assert.deepEqual(decodeSwim(encodeSwim(message)), message)
    })

    it(`has all of its fields: ${message.type}`, () => {
      for (const key of Object.keys(message))
        assert.equal(decodes({ ...message, [key]: undefined }), undefined)
    })
  }

  it('may have fields that nobody knows, which are left out', () => {
    const [ping] = messages as [SwimMessage]
    const updates = [{ ...update, zone: 'north' }]
    assert.deepEqual(decodes({ ...ping, color: 'red', updates }), ping)
  })

  it('is none if a value is of another kind', () => {
    const [ping, pingReq] = messages as [SwimMessage, SwimMessage]
    const wrong = [
      { ...ping, type: 'pong' },
      { ...ping, seq: '0' },
      { ...ping, seq: -1 },
      { ...ping, seq: 0.5 },
      { ...ping, from: '' },
      { ...ping, updates: {} },
      { ...ping, updates: [null] },
      { ...ping, updates: [{ ...update, state: 'undead' }] },
      { ...ping, updates: [update, { ...update, incarnation: -1 }] },
      ...['nowhere', '127.0.0.1', '127.0.0.1:0', '127.0.0.1:65536', ':4002', 4002].map(address => ({
        ...pingReq,
        address,
      })),
      ...[null, 7, 'ping', [], [ping]],
    ]
    for (const value of wrong) assert.equal(decodes(value), undefined, JSON.stringify(value))
  })

  it('is none if it is not JSON in UTF-8', () => {
    const bytes = encodeSwim(messages[0]!)
    assert.equal(decodeSwim(Buffer.alloc(0)), undefined)
    assert.equal(decodeSwim(bytes.subarray(0, -1)), undefined)
    const broken = Buffer.from(bytes)
    broken[broken.indexOf('ada')] = 0xff
    assert.equal(decodeSwim(broken), undefined)
  })
})
