import type { Check } from '../../../check/kit/check.ts'
import { CheckFailure } from '../../../check/kit/finding.ts'
import { createModel, type State } from './model.ts'
import { json, openDisk, startReplica, stateIn, SOON_MS, taken } from './replica.ts'

const ROUNDS = 3
const WRITES = 14

const HINT =
  'save the state before you reply, before you send, and before read shows it. What is saved later, or without waiting until it is on the disk, is lost by a kill.'

/** Kills the program the moment that a reply comes, and looks at what is there after a restart. */
export const restarts: Check = async t => {
  const { random } = t
  const name = random.bytes(4).toString('hex')
  const disk = await openDisk(t)
  let replica = await startReplica(t, { disk, peers: 2 })
  let own: string | undefined
  let sum = 0

  for (let round = 0; round < ROUNDS; round++) {
    const amounts = Array.from({ length: WRITES }, () => random.int(1, 1_000))
    const killAt = random.int(2, WRITES - 3)
    const { add, set, peers } = replica
    t.doing(
      `The checker called add and set ${WRITES} times each, and killed your program (SIGKILL) the moment that reply ${killAt + 1} came. Then it started it again on its dataDir.`,
    )
    const different = (before: string, now: string): never =>
      t.fail({
        expected: `that it is still the replica ${json(before)} after a restart on its data.`,
        got: `${json(now)}.`,
        hint: 'the ID of the replica is stored with the state, at the first start.',
        spoke: true,
      })
    let answered = 0
    const stop = Promise.withResolvers<void>()
    const writing = (async () => {
      for (const [i, amount] of amounts.entries()) {
        if (answered > killAt) return
        const [, stamp] = await Promise.all([add(amount), set(`${name}-${round}-${i}`, `${amount}`)])
        own ??= stamp.replica
        if (stamp.replica !== own) different(own, stamp.replica)
        answered++
        if (answered > killAt) stop.resolve()
      }
    })()
    writing.catch(() => {})
    await Promise.race([stop.promise, writing])
    // Under way when the kill comes: they may be there afterwards or not.
    const late = [random.int(1, 1_000), random.int(1, 1_000)]
    for (const amount of late) add(amount).catch(() => {})
    await replica.kill()
    // What a peer has heard is true for ever.
    const heard = createModel(...(await heardBy(peers)).map(message => stateIn(t, message, 'a peer')))
    replica = await startReplica(t, { disk, peers: 2, program: await t.another() })
    const got = await replica.read()
    const acknowledged = amounts.slice(0, answered).reduce((a, b) => a + b, sum)
    const possible = [acknowledged, acknowledged + late[0]!, acknowledged + late[0]! + late[1]!]
    if (!possible.includes(got.counter))
      t.fail({
        expected: `a counter of ${acknowledged}, which the replies had acknowledged${got.counter > acknowledged ? ', or with what was under way' : ''}.`,
        got: `${got.counter}.`,
        hint:
          got.counter > acknowledged ? 'does your program add what it loads to what it has already?' : HINT,
        op: 'add',
        spoke: true,
      })
    const present = new Map(got.entries.map(({ key, value }) => [key, value]))
    for (let i = 0; i < answered; i++) {
      const key = `${name}-${round}-${i}`
      if (present.get(key) === `${amounts[i]}`) continue
      t.fail({
        expected: `that ${json(key)} is there: its set was acknowledged.`,
        got: 'it is not.',
        hint: HINT,
        op: 'set',
        spoke: true,
      })
    }
    const known = heard.whole().counts.find(({ replica: by }) => by === own)
    if (known && known.plus - known.minus > got.counter)
      t.fail({
        expected: `a counter of at least ${known.plus - known.minus}, which a peer had heard of before the kill.`,
        got: `${got.counter}.`,
        hint: HINT,
        spoke: true,
      })
    sum = got.counter
  }

  const theirs: State = {
    counts: [{ replica: `n2-${name}`, plus: random.int(1, 99), minus: 0 }],
    entries: [{ key: `their-${name}`, value: 'theirs', time: Date.now(), replica: `n2-${name}` }],
  }
  t.doing(
    'n2 sent your program a state. The checker killed it (SIGKILL) the moment that it passed that on to n3, and started it again.',
  )
  await taken(replica.peers[1]!)
  replica.peers[0]!.send({ type: 'state', ...theirs })
  await replica.peers[1]!.next({
    what: 'what n2 sent, passed on',
    type: 'state',
    ms: SOON_MS,
    hint: 'what was new to you in a message goes to all other peers.',
  })
  await replica.kill()
  replica = await startReplica(t, { disk, peers: 2, program: await t.another() })
  const { counter, entries } = await replica.read()
  const kept = entries.some(({ key }) => key === theirs.entries[0]!.key)
  if (!kept || counter !== sum + theirs.counts[0]!.plus)
    throw new CheckFailure({
      expected: `the entry and the count of n2 after the restart: a counter of ${sum + theirs.counts[0]!.plus}.`,
      got: `${kept ? 'the entry' : 'no entry'}, and a counter of ${counter}.`,
      hint: HINT,
      op: 'read',
      spoke: true,
    })
}

const heardBy = async (peers: readonly Parameters<typeof taken>[0][]) =>
  (await Promise.all(peers.map(taken))).flat()
