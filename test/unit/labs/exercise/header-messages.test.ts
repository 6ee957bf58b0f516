/** Block headers, and the payloads of headers and getheaders, beside published ones. */
import assert from 'node:assert/strict'
import {
  decodeGetHeaders,
  decodeHeader,
  decodeHeaders,
  encodeGetHeaders,
  encodeHeader,
  encodeHeaders,
} from '../../../../labs/exercise/header-messages.ts'

const hex = (text: string) => Buffer.from(text, 'hex')

/** Block 1 of Bitcoin's main network: https://github.com/btcsuite/btcd/blob/2c67bc29/netsync/testdata/blockheaders-mainnet-1-11.txt */
const BLOCK_1 = hex(
  '010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000982051fd1e4ba744bbbe680e1fee14677ba1a3c3540bf7b1cdb606e857233e0e61bc6649ffff001d01e36299',
)
/** The examples of https://developer.bitcoin.org/reference/p2p_networking.html#headers, and of #getblocks, which getheaders is laid out like. */
const HEADERS = hex(
  '0102000000b6ff0b1b1680a2862a30ca44d346d9e8910d334beb48ca0c00000000000000009d10aa52ee949386ca9385695f04ede270dda20810decd12bc9b048aaab3147124d95a5430c31b18fe9f086400',
)
const GET_HEADERS = hex(
  '7111010002d39f608a7775b537729884d4e6633bb2105e55a16a14d31b0000000000000000' +
    '5c3e6403d40837110a2e8afb602b1c01714bda7ce23bea0a0000000000000000' +
    '00'.repeat(32),
)

describe('a block header', () => {
  it('is read and written as published', () => {
    const header = decodeHeader(BLOCK_1)
    assert.equal(header.version, 1)
    assert.equal(header.time, 1_231_469_665)
    assert.equal(header.bits, 0x1d00ffff)
    assert.equal(header.nonce, 0x9962e301)
    assert.deepEqual(encodeHeader(header), BLOCK_1)
  })

  it('has 80 bytes, and hashes of 32', () => {
    assert.throws(() => decodeHeader(BLOCK_1.subarray(1)), /80 bytes, and not 79/)
    const short = { ...decodeHeader(BLOCK_1), previous: Buffer.alloc(31) }
    assert.throws(() => encodeHeader(short), /previous has 31 bytes/)
  })
})

describe('a headers message', () => {
  it('is read and written as published', () => {
    const [header, ...more] = decodeHeaders(HEADERS)
    assert.deepEqual(more, [])
    assert.equal(decodeHeader(header!).bits, 0x181bc330)
    assert.deepEqual(encodeHeaders([header!]), HEADERS)
  })

  it('has any number of headers', () => {
    for (const count of [0, 1, 252, 253, 2_001, 40_000]) {
      const headers = Array.from({ length: count }, () => BLOCK_1)
      assert.equal(decodeHeaders(encodeHeaders(headers)).length, count)
    }
  })

  it('is refused where bytes are missing, and makes no room for what did not come', () => {
    for (const payload of ['', '01', 'fd01', 'ffffffffffffffffff', `01${'00'.repeat(80)}`])
      assert.throws(() => decodeHeaders(hex(payload)), /ends too early/)
    for (let end = 0; end < HEADERS.length; end++)
      assert.throws(() => decodeHeaders(HEADERS.subarray(0, end)), /ends too early/)
  })

  it('has no transactions', () => {
    assert.throws(() => decodeHeaders(Buffer.concat([HEADERS.subarray(0, -1), Buffer.of(1)])), /transactions/)
  })
})

describe('a getheaders message', () => {
  it('is read as published', () => {
    const { locator, stop } = decodeGetHeaders(GET_HEADERS)
    assert.equal(locator.length, 2)
    assert.equal(locator[1]!.toString('hex').slice(0, 8), '5c3e6403')
    assert.deepEqual(stop, Buffer.alloc(32))
    // Everything but the version of its writer.
    assert.deepEqual(encodeGetHeaders({ locator }).subarray(4), GET_HEADERS.subarray(4))
  })

  it('is refused where bytes are missing', () => {
    for (let end = 0; end < GET_HEADERS.length; end++)
      assert.throws(() => decodeGetHeaders(GET_HEADERS.subarray(0, end)), /ends too early/)
  })
})
