import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { CheckFailure } from '../../../check/kit/finding.ts'
import { createModel, type State } from './model.ts'
import { json, openDisk, startReplica, stateIn, SOON_MS, taken, type Replica } from './replica.ts'
import { watchForShorterFile } from './shrinks.ts'

const ROUNDS = 3
const WRITES = 14

const HINT =
  'save the state before you reply, before you send, and before read shows it. What is saved later, or without waiting until it is on the disk, is lost by a kill.'

const WHOLE =
  'a kill can come while you write: keep the old file until the new one is whole. Write to another name, and rename it.'

/** Kills the program the moment that a reply comes, and looks at what is there after a restart. */
export const restarts: Check = async t => {
  const { random } = t
  const name = random.bytes(4).toString('hex')
  const disk = await openDisk(t)
  let replica = await startReplica(t, { disk, peers: 2 })
  let own: string | undefined
  let sum = 0

  for (let round = 0; round < ROUNDS; round++) {
    // First without add: the ID of a replica does not wait for a count.
    const adds = round > 0
    const atWorst = round === ROUNDS - 1
    if (atWorst) await grow(t, replica, name)
    const amounts = Array.from({ length: WRITES }, () => (adds ? random.int(1, 1_000) : 0))
    const killAt = atWorst ? WRITES - 1 : random.int(2, WRITES - 3)
    const { add, set, peers } = replica
    const moment = atWorst
      ? 'while a file in its dataDir was being written anew, or, if it never saw that, after the last reply'
      : `the moment that reply ${killAt + 1} came`
    t.doing(
      `The checker called ${adds ? 'add and set' : 'set'} ${WRITES} times${adds ? ' each' : ''}, and killed your program (SIGKILL) ${moment}. Then it started it again on its dataDir.`,
    )
    const different = (before: string, now: string): never =>
      t.fail({
        expected: `that it is still the replica ${json(before)} after a restart on its data.`,
        got: `${json(now)}.`,
        hint: 'the ID of the replica is stored with the state, at the first start.',
        spoke: true,
      })
    let answered = 0
    let stopped = false
    const stop = Promise.withResolvers<void>()
    const writing = (async () => {
      for (const [i, amount] of amounts.entries()) {
        if (stopped) return
        const [stamp] = await Promise.all([
          set(`${name}-${round}-${i}`, `${amount}`),
          adds ? add(amount) : undefined,
        ])
        own ??= stamp.replica
        if (stamp.replica !== own) different(own, stamp.replica)
        answered++
        if (answered > killAt) stop.resolve()
      }
    })()
    writing.catch(() => {})
    const watch = atWorst ? watchForShorterFile(disk.dataDir) : undefined
    const short = watch?.seen.then(seen => (seen ? undefined : stop.promise))
    await Promise.race([stop.promise, writing, ...(short ? [short] : [])])
    watch?.stop()
    stopped = true
    // Under way when the kill comes: they may be there afterwards or not.
    const late = atWorst
      ? amounts.slice(answered, answered + 1)
      : adds
        ? [random.int(1, 1_000), random.int(1, 1_000)]
        : []
    if (!atWorst) for (const amount of late) add(amount).catch(() => {})
    await replica.kill()
    // What a peer has heard is true for ever.
    const heard = createModel(...(await heardBy(peers)).map(message => stateIn(t, message, 'a peer')))
    replica = await startReplica(t, { disk, peers: 2, program: await t.another() })
    const got = await replica.read()
    const acknowledged = amounts.slice(0, answered).reduce((a, b) => a + b, sum)
    const possible = [acknowledged]
    for (const amount of late) possible.push(possible.at(-1)! + amount)
    if (!possible.includes(got.counter))
      t.fail({
        expected: `a counter of ${acknowledged}, which the replies had acknowledged${got.counter > acknowledged ? ', or with what was under way' : ''}.`,
        got: `${got.counter}.`,
        hint:
          got.counter > acknowledged
            ? 'does your program add what it loads to what it has already?'
            : atWorst
              ? WHOLE
              : HINT,
        op: 'add',
        spoke: true,
      })
    const present = new Map(got.entries.map(({ key, value }) => [key, value]))
    const kept = amounts
      .slice(0, answered)
      .map((amount, i) => [`${name}-${round}-${i}`, `${amount}`] as const)
    for (const [key, value] of kept) {
      if (present.get(key) === value) continue
      t.fail({
        expected: `that ${json(key)} is there: its set was acknowledged.`,
        got: 'it is not.',
        hint: atWorst ? WHOLE : HINT,
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

/** So many entries that to write all of them takes a while. */
const MANY = 1_500

/** n2 sends many entries, which the program has stored when n3 hears of them. */
async function grow(t: CheckContext, { peers }: Replica, name: string): Promise<void> {
  const entries = Array.from({ length: MANY }, (_, i) => ({
    key: `many-${name}-${i}`,
    value: t.random.bytes(20).toString('hex'),
    time: Date.now(),
    replica: `n2-${name}`,
  }))
  t.doing(`n2 sent your program ${MANY} entries.`)
  for (const peer of peers) await taken(peer)
  peers[0]!.send({ type: 'state', counts: [], entries })
  await peers[1]!.next({
    what: 'the entries that n2 sent, passed on',
    ms: SOON_MS,
    hint: 'what was new to you in a message goes to all other peers.',
  })
}

const heardBy = async (peers: readonly Parameters<typeof taken>[0][]) =>
  (await Promise.all(peers.map(taken))).flat()
