import { mkdir, rm } from 'node:fs/promises'
import type { Check } from '../../../check/kit/check.ts'
import { createModel, type State } from './model.ts'
import { expectRead, json, openDisk, startReplica, stateIn, taken, type Replica } from './replica.ts'

const HINT =
  'a replica that lost its data counts from 0 again. Under its old ID, its peers would ignore that, because they remember more. So make a new random ID whenever nothing is stored.'

/** The data of the program disappears while it is down, and its peers still have it. */
export const newReplica: Check = async t => {
  const { random } = t
  const disk = await openDisk(t)
  let replica = await startReplica(t, { disk })
  const lost = random.int(100, 999)
  t.doing('The checker called add and set, and n2 heard of both.')
  await replica.add(lost)
  const key = `before-${random.bytes(4).toString('hex')}`
  const first = await replica.set(key, 'before')
  const before = await heard(replica)
  const old = before.counts.find(({ replica: by }) => by === first.replica)
  if (!old || old.plus - old.minus !== lost)
    t.fail({
      expected: `that n2 hears of a count of ${lost} by the replica ${json(first.replica)}, which set returned.`,
      got: `${json(before.counts)}.`,
      hint: 'counts and entries of your own have the ID of your replica, in messages and in what set returns.',
      spoke: true,
    })

  t.doing(
    'The checker killed your program, removed all that was in its dataDir, started it again, and called add and set.',
  )
  await replica.kill()
  await rm(disk.dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  await mkdir(disk.dataDir)
  replica = await startReplica(t, { disk, program: await t.another() })
  const model = createModel()
  const reads = { counter: HINT, entries: HINT }
  await expectRead(t, replica, model, reads)
  // Less than what is remembered of the old replica, so that it would not show.
  const amount = random.int(1, 99)
  await replica.add(amount)
  const second = await replica.set(`${key}-after`, 'after')
  if (second.replica === first.replica)
    t.fail({
      expected: 'another replica ID than before: the data is gone.',
      got: `${json(second.replica)} again.`,
      hint: HINT,
      spoke: true,
    })
  const after = await heard(replica)
  model.merge(after)
  if (model.read().counter !== amount)
    t.fail({
      expected: `that n2 hears of a count of ${amount} by ${json(second.replica)}.`,
      got: `${json(after.counts)}.`,
      hint: HINT,
      spoke: true,
    })

  t.doing('Then n2 sent your program all that it remembered from before.')
  replica.peers[0]!.send({ type: 'state', ...before })
  model.merge(before)
  await replica.settled()
  await expectRead(t, replica, model, reads)
  await replica.add(1)
  model.merge(await heard(replica))
  await expectRead(t, replica, model, reads)
  if (model.read().counter !== lost + amount + 1)
    t.fail({
      expected: `that n2 counts ${lost + amount + 1} now.`,
      got: `${model.read().counter}.`,
      hint: HINT,
      spoke: true,
    })

  t.doing(
    'The checker started another copy of your program with the same id, on a folder of its own, and called set.',
  )
  const twin = await startReplica(t, { program: await t.another() })
  const third = await twin.set(key, 'twin')
  if (third.replica === second.replica || third.replica === first.replica)
    t.fail({
      expected: 'a replica ID of its own: the folder was empty.',
      got: `${json(third.replica)}, as that of the other copy.`,
      hint: 'use random bytes: what follows from the arguments is the same for both.',
      spoke: true,
    })

  async function heard({ peers, settled }: Replica): Promise<State> {
    await settled()
    const messages = await taken(peers[0]!)
    return createModel(...messages.map(message => stateIn(t, message, 'n2'))).whole()
  }
}
