/** The payload of Bitcoin's version message, beside published ones. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { decodeVersion, encodeVersion } from '../../../../labs/exercise/version-message.ts'

/** The example of https://en.bitcoin.it/wiki/Protocol_documentation#version, protocol 60002, which has no relay. */
const WIKI =
  '62ea0000010000000000000011b2d05000000000010000000000000000000000000000000000ffff000000000000010000000000000000000000000000000000ffff0000000000003b2eb35d8ce617650f2f5361746f7368693a302e372e322fc03e0300'

/** Bitcoin Core 22.0.0: https://github.com/22388o/bitcodec-bitcoin-p2p/blob/ae94405fcfe61492d996c1f58ae2dc1c3090c76c/tests/data/version_message.ts */
const CORE =
  '801101000904000000000000e577646100000000000000000000000000000000000000000000ffff1fdf0364085e090400000000000000000000000000000000000000000000000072036dbc6d407f7f102f5361746f7368693a32322e302e302f26c00a0001'

const hex = (text: string) => Buffer.from(text, 'hex')
const some = {
  version: 70016,
  services: 9n,
  time: 1_700_000_000,
  nonce: 5n,
  userAgent: '/x:1/',
  height: 7,
  relay: true,
}

describe('a version message', () => {
  it('is read as published', () => {
    assert.deepEqual(decodeVersion(hex(WIKI)), {
      version: 60002,
      services: 1n,
      time: 1355854353,
      nonce: 7284544412836900411n,
      userAgent: '/Satoshi:0.7.2/',
      height: 212672,
      relay: true,
    })
    assert.deepEqual(decodeVersion(hex(CORE)), {
      version: 70016,
      services: 1033n,
      time: 1633974245,
      nonce: hex('72036dbc6d407f7f').readBigUInt64LE(),
      userAgent: '/Satoshi:22.0.0/',
      height: 704550,
      relay: true,
    })
  })

  it('is written as published, but for the addresses', () => {
    const published = hex(CORE)
    published.fill(0, 20, 72)
    assert.deepEqual(encodeVersion(decodeVersion(hex(CORE))), published)
  })

  it('is read as it was written', () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            version: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
            services: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
            time: fc.maxSafeInteger(),
            nonce: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
            userAgent: fc.string({ maxLength: 256 }),
            height: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
            relay: fc.boolean(),
          },
          { noNullPrototype: true },
        ),
        fc.uint8Array({ maxLength: 20 }),
        (message, more) => {
          assert.deepEqual(decodeVersion(Buffer.concat([encodeVersion(message), more])), message)
        },
      ),
    )
  })

  it('has no services, the time of now, and relay unless told otherwise', () => {
    const { version, nonce, userAgent, height } = some
    const read = decodeVersion(encodeVersion({ version, nonce, userAgent, height }))
    assert.equal(read.services, 0n)
    assert.ok(Math.abs(read.time - Date.now() / 1000) < 600)
    assert.equal(read.relay, true)
  })

  it('is refused when it ends too early, at every byte but the last', () => {
    const whole = encodeVersion({ ...some, userAgent: 'x'.repeat(256) })
    for (let length = 0; length < whole.length - 1; length++) {
      assert.throws(() => decodeVersion(whole.subarray(0, length)), /ends too early/, `${length} bytes`)
    }
    assert.equal(decodeVersion(whole.subarray(0, -1)).relay, true)
  })

  it('has a user agent of at most 256 bytes, not characters', () => {
    assert.throws(
      () => decodeVersion(encodeVersion({ ...some, userAgent: 'x'.repeat(257) })),
      /257 bytes is too long/,
    )
    assert.throws(
      () => decodeVersion(encodeVersion({ ...some, userAgent: 'é'.repeat(129) })),
      /258 bytes is too long/,
    )
    assert.equal(decodeVersion(encodeVersion({ ...some, userAgent: 'é'.repeat(128) })).userAgent.length, 128)
    const huge = Buffer.concat([Buffer.alloc(80), hex('fe00000100'), Buffer.alloc(70_000)])
    assert.throws(() => decodeVersion(huge), /too long/)
    const padded = Buffer.concat([Buffer.alloc(80), hex('fd0500'), Buffer.alloc(20)])
    assert.throws(() => decodeVersion(padded), /more bytes than it needs/)
  })
})
