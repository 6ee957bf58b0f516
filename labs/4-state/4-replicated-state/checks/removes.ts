import type { Check } from '../../../check/kit/check.ts'
import { createModel, type Entry } from './model.ts'
import { expectNothing, expectRead, openDisk, startReplica, stateIn, taken } from './replica.ts'

const HINT =
  'the entry of a removed key stays, with the value null and the time of its removal: only so does a write that is older lose to it.'
const READS = { counter: 'nobody has added anything.', entries: HINT }

/** Old writes come after a removal: late, twice, or from a node that was away. */
export const removes: Check = async t => {
  const { random } = t
  const name = random.bytes(4).toString('hex')
  const disk = await openDisk(t)
  let replica = await startReplica(t, { disk, peers: 2 })
  const model = createModel()
  const time = Date.now() - random.int(1_000, 100_000)
  const old = (key: string, by = 'n2'): Entry => ({
    key: `${key}-${name}`,
    value: `old ${key}`,
    time: time + random.int(0, 99),
    replica: `${by}-${name}`,
  })
  const arrives = async (...entries: Entry[]) => {
    model.merge({ entries })
    for (const entry of entries) replica.peers[0]!.send({ type: 'state', counts: [], entries: [entry] })
    await replica.settled()
  }
  const remove = async (key: string) =>
    model.merge({ entries: [{ key, value: null, ...(await replica.remove(key)) }] })

  const seen = old('seen')
  const early = old('early')
  const unknown = old('unknown')
  const away = [old('away-1', 'n3'), old('away-2', 'n3')]

  t.doing('n2 set a key, the checker called remove, and then the message of n2 came again.')
  await arrives(seen)
  await expectRead(t, replica, model, {
    counter: READS.counter,
    entries: 'merge the entries of a message: one for a key that is new to you is yours from then on.',
  })
  await remove(seen.key)
  await expectRead(t, replica, model, READS)
  await arrives(seen)
  await expectRead(t, replica, model, READS)

  t.doing('A removal by n3 came before the older write that it removes.')
  await arrives({ ...early, value: null, time: early.time + 1, replica: `n3-${name}` }, early)
  await expectRead(t, replica, model, READS)

  t.doing(
    'The checker called remove for a key that your program did not know, and then an older write of it came.',
  )
  await remove(unknown.key)
  await arrives(unknown)
  await expectRead(t, replica, model, READS)

  t.doing('n3 was away while two of its keys were removed, and sent its whole state when it came back.')
  await arrives(...away)
  for (const { key } of away) await remove(key)
  await replica.settled()
  await taken(replica.peers[1]!)
  replica.peers[1]!.send({ type: 'state', counts: [], entries: away })
  await replica.settled()
  await expectRead(t, replica, model, READS)
  expectNothing(t, replica.peers.slice(1), {
    when: 'when it sends what was removed since',
    hint: 'nothing changed by that.',
  })

  t.doing(
    'The checker killed your program, started it again on its dataDir, and the old writes came once more.',
  )
  await replica.kill()
  replica = await startReplica(t, { disk, peers: 2, program: await t.another() })
  await arrives(...random.shuffle([seen, early, unknown, ...away]))
  await expectRead(t, replica, model, READS)

  t.doing('The checker called set for a key that was removed.')
  const stamp = await replica.set(seen.key, `new ${name}`)
  model.merge({ entries: [{ key: seen.key, value: `new ${name}`, ...stamp }] })
  await expectRead(t, replica, model, {
    counter: READS.counter,
    entries: 'a write after the removal wins over it, as over any older write.',
  })
  await replica.settled()
  const sent = (await taken(replica.peers[0]!)).flatMap(message => stateIn(t, message, 'n2').entries)
  const hears = createModel({ entries: [seen] }, { entries: sent })
  if (hears.read().entries.some(({ key }) => key === seen.key)) return
  t.fail({
    expected: `that n2 hears of the new value of ${seen.key}.`,
    got: 'it did not.',
    hint: 'set sends the entry to all peers.',
    spoke: true,
  })
}
