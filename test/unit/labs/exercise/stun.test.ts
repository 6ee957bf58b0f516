/** STUN's Binding messages beside the published ones, and SOCKS5's header. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { unwrapUdp, wrapUdp } from '../../../../labs/exercise/socks-udp.ts'
import { decodeStun, encodeStun } from '../../../../labs/exercise/stun.ts'

/** RFC 5769, section 2.1: https://www.rfc-editor.org/rfc/rfc5769#section-2.1 */
const REQUEST =
  '000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36000600096576746a3a683676592020200008001' +
  '49aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf'
/** Section 2.2, and 2.3 with an address of IPv6. */
const RESPONSE =
  '0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96'
const ID = Buffer.from('b7e7a701bc34d686fa87dfae', 'hex')

const hex = (text: string) => Buffer.from(text, 'hex')

describe('a STUN message', () => {
  it('is read as published', () => {
    assert.deepEqual(decodeStun(hex(REQUEST)), { class: 'request', transactionId: ID, username: 'evtj:h6vY' })
    assert.deepEqual(decodeStun(hex(RESPONSE)), {
      class: 'success',
      transactionId: ID,
      xorMappedAddress: '192.0.2.1:32853',
    })
  })

  it('has the address in the two forms that are published', () => {
    const response = encodeStun({
      class: 'success',
      transactionId: ID,
      mappedAddress: '192.0.2.1:32853',
      xorMappedAddress: '192.0.2.1:32853',
    })
    assert.ok(hex(RESPONSE).includes(response.subarray(-12)), 'XOR-MAPPED-ADDRESS')
    assert.equal(response.subarray(20, 32).toString('hex'), '00010008' + '0001' + '8055' + 'c0000201')
    assert.equal(response.readUInt16BE(2), 24)
  })

  it('is what it was', () => {
    const addresses = fc
      .tuple(fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }), fc.nat(65_535))
      .map(([host, port]) => `${host.join('.')}:${port}`)
    fc.assert(
      fc.property(
        fc.constantFrom('request', 'indication', 'success', 'error'),
        fc.string({ maxLength: 20 }),
        addresses,
        addresses,
        (kind, username, mappedAddress, xorMappedAddress) => {
          const fields = {
            class: kind,
            transactionId: ID,
            username,
            mappedAddress,
            xorMappedAddress,
          } as const
          const bytes = encodeStun(fields)
          assert.equal(bytes.length % 4, 0)
          assert.deepEqual(
            { ...decodeStun(bytes) },
            { ...fields, username: Buffer.from(username).toString() },
          )
        },
      ),
    )
  })

  it('is nothing else, whatever arrives', () => {
    const request = hex(REQUEST)
    for (let length = 0; length < request.length; length++)
      assert.equal(decodeStun(request.subarray(0, length)), null, `${length} bytes`)
    assert.equal(decodeStun(Buffer.concat([request, Buffer.alloc(4)])), null, 'something behind it')
    for (const at of [0, 1, 4, 7]) {
      const other = Buffer.from(request)
      other[at]! ^= 0x40
      assert.equal(decodeStun(other), null, `byte ${at}`)
    }
    const long = Buffer.from(request)
    long.writeUInt16BE(0x1000, 22)
    assert.equal(decodeStun(long), null, 'an attribute that goes on behind the end')
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), bytes => void decodeStun(bytes)))
  })

  it('is refused where it cannot be written', () => {
    const message = { class: 'success', transactionId: ID } as const
    assert.throws(() => encodeStun({ ...message, transactionId: Buffer.alloc(11) }), /12 bytes/)
    for (const address of ['', '1.2.3.4', '1.2.3:4', '1.2.3.256:1', '1.2.3.4:65536', '[::1]:1'])
      assert.throws(() => encodeStun({ ...message, xorMappedAddress: address }), /is not an address/, address)
  })
})

describe("SOCKS5's UDP header", () => {
  it('has the bytes of RFC 1928, section 7', () => {
    assert.equal(wrapUdp('203.0.113.7:3478', hex('abcd')).toString('hex'), '00000001cb0071070d96abcd')
    assert.deepEqual(unwrapUdp(hex('00000001cb0071070d96abcd')), {
      address: '203.0.113.7:3478',
      bytes: hex('abcd'),
    })
    assert.deepEqual(unwrapUdp(hex('00000001cb0071070d96')), { address: '203.0.113.7:3478', bytes: hex('') })
  })

  it('is not there in a fragment, with another kind of address, or in what is too short', () => {
    for (const header of ['00000101', '00008101', '00000003', '00000004', '01000001'])
      assert.equal(unwrapUdp(hex(`${header}cb0071070d96abcd`)), undefined, header)
    assert.equal(unwrapUdp(hex('00000001cb0071070d')), undefined)
  })
})
