import assert from 'node:assert/strict'
import { createRandom } from '../../../../labs/check/kit/random.ts'
import { freshIdentity } from '../../../../labs/check/peers/libp2p.ts'

describe('The identity of a libp2p peer of a check', () => {
  const names = [undefined, 'node A', 'node B', 'node A', undefined, 'node A']
  const identities = () => {
    const t = { random: createRandom(1) }
    return names.map(name => Buffer.from(freshIdentity(t, name)).toString('hex'))
  }

  it('is another one each time, also under the same name: a program may have kept a connection to the one before', () => {
    assert.equal(new Set(identities()).size, names.length)
  })

  it('is decided by the seed', () => {
    assert.deepEqual(identities(), identities())
  })
})
