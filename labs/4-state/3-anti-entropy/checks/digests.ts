/** The set and its digests. */
import type { Check } from '../../../check/kit/check.ts'
import exercise from '../exercise.ts'
import { openHouse, someItems } from './house.ts'
import { idOf, MOST_BYTES, NOTHING } from './item-set.ts'

const { get, put, sync } = exercise.ops

/** Made with sha256sum: of no bytes, of the id of "hello", of that of "world", and of both joined. */
const HELLO = 'd7914fe546b68468'
const WORLD = '37115f1c0d9407ed'
const BOTH = '15e178b71fae8849'

export const digests: Check = async t => {
  const house = await openHouse(t)
  const [peer] = t.random.shuffle(house.peers)
  t.doing('The checker called status of a node that has nothing, and then sync.')
  await house.expectStatus('of a node that has nothing')
  await house.expectSync(peer!)

  t.doing('The checker put the items "world" and "hello", one after the other, as in the README.')
  await house.put(Buffer.from('world'))
  await house.put(Buffer.from('hello'))
  // What the README says, and not what the checker's own digests say.
  const hashes = house.set.hashes('')
  if (house.set.digest !== BOTH || hashes[2] !== HELLO || hashes[4] !== WORLD || hashes[0] !== NOTHING)
    throw new Error('the digests of the README are others')
  await house.expectStatus('of "hello" and "world"')
  await house.expectSync(peer!)

  t.doing('The checker put "hello" again, twice in one call.')
  await house.put(Buffer.from('hello'), Buffer.from('hello'))
  await house.expectStatus(
    'when one of 2 items was put again',
    'equal items are one item: do you look whether it is there?',
  )
  await house.expectSync(peer!)

  const every = Buffer.from(Array.from({ length: MOST_BYTES }, (_, i) => i))
  const all = [Buffer.alloc(0), every, ...someItems(t, t.random.int(80, 120), 20)]
  t.doing(
    `The checker put ${all.length} items in several calls, among them one of 0 bytes and one of ${MOST_BYTES}.`,
  )
  for (const part of parts(t.random.shuffle(all), 4)) await house.put(...part)
  await house.expectStatus('after that')
  await house.expectSync(peer!)
  for (const item of [Buffer.alloc(0), every, t.random.pick(all)]) {
    const { data } = await t.call(get, { id: idOf(item) })
    if (!data?.equals(item))
      t.fail({
        op: 'get',
        expected: `the item of ${item.length} bytes with the id ${idOf(item)}.`,
        got: data ? `${data.length} bytes that differ.` : 'no data.',
        hint: 'an empty item is an item, too, and bytes are not text.',
        ...(data && { bytes: { expected: item, actual: data } }),
      })
  }
  const unknown = idOf(t.random.bytes(30))
  const { data } = await t.call(get, { id: unknown })
  if (data)
    t.fail({
      op: 'get',
      expected: 'a result without data for an id that nobody has put.',
      got: `${data.length} bytes.`,
    })

  const long = MOST_BYTES + 1
  t.doing(`The checker called put with an item of ${long} bytes behind one of 5.`)
  const { result } = await t.ask(put, { items: [t.random.bytes(5), t.random.bytes(long)] })
  if (result !== undefined)
    t.fail({
      op: 'put',
      expected: `an error: ${MOST_BYTES} bytes are the most.`,
      got: 'a result.',
      spoke: true,
    })
  await house.expectStatus('when put has failed', 'look at all items before you keep any.')

  t.doing('The checker called sync with n9, which is not a peer.')
  const refused = await t.ask(sync, { peer: 'n9' })
  if (refused.result !== undefined)
    t.fail({ op: 'sync', expected: 'an error: there is no connection to n9.', got: 'a result.', spoke: true })
  await house.expectNothing('for it', 'a sync is with one peer: does it go to all?')
}

function parts<T>(list: readonly T[], size: number): T[][] {
  const length = Math.ceil(list.length / size)
  return Array.from({ length: size }, (_, i) => list.slice(i * length, (i + 1) * length))
}
