/** The checker's side of BitTorrent's DHT, beside the examples of BEP 5. */
import assert from 'node:assert/strict'
import {
  decodeContacts,
  encodeContacts,
  krpcError,
  krpcQuery,
  krpcResponse,
  parseKrpc,
} from '../../../labs/3-discovery/shared/krpc.ts'
import { byDistance, idSharing, sharedBits, xor } from '../../../labs/3-discovery/shared/xor.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')
const T = bytes('aa')
const ONE = bytes('abcdefghij0123456789')
const OTHER = bytes('mnopqrstuvwxyz123456')

describe('a KRPC message', () => {
  /** https://www.bittorrent.org/beps/bep_0005.html */
  const published: [string, Buffer][] = [
    ['d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe', krpcQuery(T, 'ping', { id: ONE })],
    ['d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re', krpcResponse(T, { id: OTHER })],
    [
      'd1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e1:q9:find_node1:t2:aa1:y1:qe',
      krpcQuery(T, 'find_node', { id: ONE, target: OTHER }),
    ],
    ['d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee', krpcError(T, 201, 'A Generic Error Ocurred')],
  ]

  it('is written as published', () => {
    for (const [text, message] of published) assert.equal(message.toString('latin1'), text)
  })

  it('is read as published', () => {
    const [ping, pong, , error] = published.map(([text]) => parseKrpc(bytes(text)))
    assert.ok(ping?.kind === 'query' && ping.method === 'ping')
    assert.deepEqual(ping.t, T)
    assert.deepEqual(ping.args.id, ONE)
    assert.ok(pong?.kind === 'response')
    assert.deepEqual(pong.values.id, OTHER)
    assert.deepEqual(error, { kind: 'error', t: T, code: 201, message: 'A Generic Error Ocurred' })
  })

  const refused: [string, RegExp][] = [
    ['i1e', /not a dictionary/],
    ['d1:y1:qe', /transaction id "t" is missing/],
    ['d1:ti1e1:y1:qe', /transaction id "t" is missing, or not a string/],
    ['d1:t2:aa1:y1:qe', /without a method/],
    ['d1:q4:ping1:t2:aa1:y1:qe', /without a dictionary of arguments/],
    ['d1:rle1:t2:aa1:y1:re', /without a dictionary in "r"/],
    ['d1:ele1:t2:aa1:y1:ee', /without a list \[code, message\]/],
    ['d1:t2:aa1:y1:xe', /none of "q", "r" and "e"/],
    ['hello', /expected a value in bencode/],
  ]
  for (const [text, sentence] of refused) {
    it(`is not ${text}`, () => {
      assert.throws(() => parseKrpc(bytes(text)), sentence)
    })
  }
})

describe('compact node info', () => {
  const contact = { id: ONE, host: '127.0.0.1', port: 6881 }

  it('is 20 bytes of id, 4 of address and 2 of port, both big-endian', () => {
    assert.equal(encodeContacts([contact]).toString('hex'), `${ONE.toString('hex')}7f0000011ae1`)
    const two = [contact, { id: OTHER, host: '255.1.0.128', port: 65535 }]
    assert.deepEqual(decodeContacts(encodeContacts(two)), two)
  })

  it('is refused with a length that is no multiple of 26', () => {
    assert.throws(() => decodeContacts(Buffer.alloc(53)), /has 53 bytes, which is not a multiple of 26/)
  })
})

describe('the distance of ids', () => {
  it('is their XOR, and sorts by its first bytes first', () => {
    assert.deepEqual(xor(Buffer.of(1, 0xf0), Buffer.of(3, 0x0f)), Buffer.of(2, 0xff))
    const near = { id: Buffer.of(0, 0xff) }
    const far = { id: Buffer.of(1, 0) }
    assert.deepEqual([far, near].sort(byDistance(Buffer.of(0, 0))), [near, far])
  })

  it('tells how many leading bits are shared', () => {
    assert.equal(sharedBits(ONE, ONE), 160)
    assert.equal(sharedBits(Buffer.of(0x80), Buffer.of(0)), 0)
    assert.equal(sharedBits(Buffer.of(5, 1), Buffer.of(5, 0)), 15)
    for (let bits = 0; bits < 160; bits++) {
      assert.equal(sharedBits(ONE, idSharing(ONE, bits, Buffer.alloc(20, bits))), bits)
    }
  })
})
