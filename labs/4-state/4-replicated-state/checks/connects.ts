import type { PlayedMessage } from '../../../check/cluster/played-node.ts'
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { createModel, same, sorted, type State } from './model.ts'
import { dialed, json, startReplica, stateIn, taken, type Replica } from './replica.ts'

const HINT =
  'the last message before a connection broke may be lost, and a new peer knows nothing: so onConnect sends all counts and all entries, those of removed keys, too.'

/** Connections of the program are broken, and each new one begins with the whole state. */
export const connects: Check = async t => {
  const { random } = t
  t.doing('The checker started your program, which connected to n2 and n3.')
  const replica = await startReplica(t, { peers: 2 })
  const model = createModel()
  for (const [i, peer] of replica.peers.entries())
    begins(t, replica.first[i]!, peer.id, model.whole(), 'an empty state')

  const name = random.bytes(4).toString('hex')
  const [n2, n3] = replica.peers as [(typeof replica.peers)[0], (typeof replica.peers)[0]]
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
    await dialed(t, peer, replica.program, dials + 1)
    await settle(replica)
    const messages = await taken(peer)
    begins(t, messages, peer.id, before, 'the whole state')
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

const settle = async (replica: Replica) => {
  for (const peer of replica.peers) await peer.settled()
}

/** Fails unless the first message of a connection has all of this state. */
function begins(
  t: CheckContext,
  messages: readonly PlayedMessage[],
  to: string,
  whole: State,
  what: string,
): void {
  const [first] = messages
  if (!first)
    t.fail({
      expected: `${what} from your program to ${to}, at once on the new connection.`,
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
    expected: `${what} as the first message to ${to}: ${whole.counts.length} counts and ${whole.entries.length} entries, among them ${json(lacks[0])}.`,
    got: `${json(got)}.`,
    hint: HINT,
    spoke: true,
  })
}
