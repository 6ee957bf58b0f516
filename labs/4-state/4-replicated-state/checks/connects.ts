import type { PlayedMessage } from '../../../check/cluster/played-node.ts'
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { judgeTransport } from '../../shared/transport.ts'
import exercise from '../exercise.ts'
import { createModel, same, sorted, type State } from './model.ts'
import { json, openDisk, replicaOf, stateIn, taken, type Replica } from './replica.ts'

const HINT =
  'the last message before a connection broke may be lost, and a new peer knows nothing: so onConnect sends all counts and all entries, those of removed keys, too.'

/** The connections themselves, and then those that are broken: each new one begins with the whole state. */
export const connects: Check = async t => {
  const { random, program } = t
  const { dataDir, users } = await openDisk(t)
  users.add(program)
  const model = createModel()
  const { port, peers } = await judgeTransport(t, {
    async start(node) {
      const started = await t.call(exercise.ops.start, { ...node, dataDir, clockMs: 0 })
      // A program that is not written yet says so here, and not by what never comes.
      await t.call(exercise.ops.read, {})
      return started
    },
    exchange(from) {
      const key = random.bytes(6).toString('hex')
      const entry = { key, value: `by ${from}`, time: Date.now(), replica: `${from}-${key}` }
      model.merge({ entries: [entry] })
      return {
        message: { type: 'state', counts: [], entries: [entry] },
        to: 'others',
        what: `the new entry of the key ${json(key)}`,
        // The whole state of a new connection has it among others.
        is: ({ entries }) => Array.isArray(entries) && entries.length === 1 && same(keyOf(entries[0]), key),
      }
    },
  })
  const [n2, n3] = peers.slice(-2) as [(typeof peers)[0], (typeof peers)[0]]
  for (const { id, received } of [n2, n3]) beginsEmpty(t, received[0], id)
  const replica = replicaOf(t, { program, port, peers, users })
  const name = random.bytes(4).toString('hex')
  const stamps: State['entries'] = []
  for (let i = 0; i < 12; i++) {
    const key = `${name}-${i % 7}`
    const value = i % 4 === 3 ? null : `v${i}`
    stamps.push({ key, value, ...(await (value === null ? replica.remove(key) : replica.set(key, value))) })
  }
  await replica.add(random.int(1, 99))
  await replica.add(-random.int(1, 99))
  const theirs: State = {
    counts: [{ replica: `n2-${name}`, plus: random.int(1, 99), minus: random.int(1, 99) }],
    entries: [
      { key: `their-${name}`, value: 'theirs', time: Date.now(), replica: `n2-${name}` },
      { key: `gone-${name}`, value: null, time: Date.now(), replica: `n2-${name}` },
    ],
  }
  n2.send({ type: 'state', ...theirs })
  await replica.settled()
  // n3 saw all of it, one after the other.
  for (const message of await taken(n3)) model.merge(stateIn(t, message, 'n3'))
  model.merge(theirs, { entries: stamps })
  await taken(n2)

  for (const peer of random.shuffle([n2, n3, n3])) {
    t.doing(
      `The checker broke the connection from your program to ${peer.id}, and your program dialed again.`,
    )
    const before = model.whole()
    const { dials } = peer
    peer.resetDials()
    // While there is no connection: only the whole state can tell of it.
    const key = `meanwhile-${name}-${dials}`
    model.merge({ entries: [{ key, value: peer.id, ...(await replica.set(key, peer.id)) }] })
    await peer.dialed(dials + 1)
    await settle(replica)
    const messages = await taken(peer)
    begins(t, messages, peer.id, before)
    const seen = createModel(...messages.map(message => stateIn(t, message, peer.id)))
    if (!same(seen.whole(), model.whole()))
      t.fail({
        expected: `that ${peer.id} also hears of the write to ${json(key)}, which came while there was no connection.`,
        got: `${messages.length === 1 ? 'one state' : `${messages.length} states`} without it.`,
        hint: HINT,
        spoke: true,
      })
    for (const other of replica.peers) await taken(other)
  }
}

const keyOf = (entry: unknown): unknown => (entry as { key?: unknown } | null)?.key

const settle = async (replica: Pick<Replica, 'peers'>) => {
  for (const peer of replica.peers) await peer.settled()
}

/** Fails unless the program had nothing and said so when it connected for the first time. */
function beginsEmpty(t: CheckContext, first: PlayedMessage | undefined, to: string): void {
  if (first && same(stateIn(t, first, to), { counts: [], entries: [] })) return
  t.fail({
    did: 'The checker started your program, which connected to its peers.',
    expected: `an empty state from your program to ${to}, at once on the new connection.`,
    got: first ? `${json(first)}, later.` : 'nothing.',
    hint: 'openLinks calls onConnect each time that a connection to a peer is there.',
    spoke: true,
  })
}

/** Fails unless the first message of a connection has all of this state. */
function begins(t: CheckContext, messages: readonly PlayedMessage[], to: string, whole: State): void {
  const [first] = messages
  if (!first)
    t.fail({
      expected: `the whole state from your program to ${to}, at once on the new connection.`,
      got: 'nothing.',
      hint: 'openLinks calls onConnect each time that a connection to a peer is there.',
      spoke: true,
    })
  const got = stateIn(t, first, to)
  const seen = createModel(got)
  seen.merge(whole)
  // More is right: what was written meanwhile.
  if (same(seen.whole(), sorted(got))) return
  const lacks = [
    ...whole.counts.filter(count => !got.counts.some(other => same(count, other))),
    ...whole.entries.filter(entry => !got.entries.some(other => same(entry, other))),
  ]
  t.fail({
    expected: `the whole state as the first message to ${to}: ${whole.counts.length} counts and ${whole.entries.length} entries, among them ${json(lacks[0])}.`,
    got: `${json(got)}.`,
    hint: HINT,
    spoke: true,
  })
}
