import assert from 'node:assert/strict'
import { readdressed } from '../../../../network/links/bitcoin-addr.ts'

/** time, services, ::ffff:10.0.0.1, port 8333: as in https://en.bitcoin.it/wiki/Protocol_documentation#addr */
const PUBLISHED = 'e215104d010000000000000000000000000000000000ffff0a000001208d'

describe('addresses in an addr', () => {
  it('are read and written where the published message has them', () => {
    const payload = Buffer.from(`01${PUBLISHED}`, 'hex')
    const seen: string[] = []
    const changed = readdressed(payload, address => {
      seen.push(address)
      return '127.0.0.1:258'
    })
    assert.deepEqual(seen, ['10.0.0.1:8333'])
    assert.equal(changed!.toString('hex'), `01${PUBLISHED.replace('0a000001208d', '7f0000010102')}`)
  })

  it('are left alone where none changes, behind each size of count, and where bytes are missing', () => {
    const two = Buffer.from(`fd0200${PUBLISHED}${PUBLISHED}`, 'hex')
    let count = 0
    const same = (address: string) => {
      count++
      return address
    }
    assert.equal(readdressed(two, same), undefined)
    assert.equal(count, 2)
    assert.equal(
      readdressed(two.subarray(0, 40), () => '127.0.0.1:1')!
        .toString('hex')
        .slice(0, 66),
      `fd0200${PUBLISHED.replace('0a000001208d', '7f0000010001')}`,
    )
    assert.equal(readdressed(Buffer.alloc(0), same), undefined)
    // IPv6, which is not of this lab.
    assert.equal(
      readdressed(Buffer.from(`01${PUBLISHED.replace('ffff', 'fffe')}`, 'hex'), () => '127.0.0.1:1'),
      undefined,
    )
  })
})
