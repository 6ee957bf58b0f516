/** What comes of a session once its path is decided: copies of its introduction, and data that is none. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, inNode } from '../../../check/kit/finding.ts'
import type { PlayedPeer } from './peer.ts'
import { sentTo } from './sent.ts'
import { events, expectDone, type Inhabitant, type Town } from './town.ts'

/** `last` of the peers is punched. `nats` says what they are, as a sentence. */
export async function ignoresCopies(
  t: CheckContext,
  town: Town,
  alice: Inhabitant,
  peers: readonly [PlayedPeer, PlayedPeer],
  nats: string,
): Promise<void> {
  const { rendezvous } = town
  const [, last] = peers
  const did = `${nats} Then copies of the introductions came.`
  const sent = peers.map(peer => sentTo(town, alice, peer))
  for (const { name, address, session } of peers)
    rendezvous.send(
      { type: 'introduce', peer: name, address, session },
      rendezvous.registered.get(alice.name)!.from,
    )
  // What the program sent because of them comes before its answer to this.
  last.answered.clear()
  last.punch()
  await expectDone(t, alice, () => last.answered.size > 0, {
    op: 'connect',
    did: `${did} Then ${last.name} sent one more Binding request.`,
    expected: 'a success response: it has a session of yours.',
    got: () => 'none.',
    hint: () => 'do you answer requests also when your own path is decided?',
  })
  const requests = sent.flatMap(one => one.requests)
  if (requests.length === 0) return
  t.fail({
    op: 'connect',
    did,
    expected: 'no Binding requests: the paths of these sessions are decided.',
    got: `${count(requests.length, 'request')}.`,
    hint: 'the network can double a datagram, and bring the copy late: do you ignore an introduction whose session you know?',
  })
}

/** `say` sends JSON to the program. */
export async function ignoresBadHex(
  t: CheckContext,
  alice: Inhabitant,
  { name, session }: PlayedPeer,
  { say, nats }: { say: (message: object) => void; nats: string },
): Promise<void> {
  const told = () => alice.told(events.message)
  const before = told().length
  const bad = t.random.shuffle(['zz', 'abc', 7, null, undefined, ['ab']])
  for (const bytes of bad) say({ type: 'data', session, bytes })
  const good = t.random.bytes(20)
  say({ type: 'data', session, bytes: good.toString('hex') })
  const did = `${nats} Then data came whose bytes are not hex, and after it data as it should be.`
  const hint = `do you look whether bytes is a text of hex digits, two for each byte${inNode(" (Buffer.from(…, 'hex') stops at the first that is none, and says nothing)")}?`
  await alice.message(name, good, did, hint)
  const [wrong] = told().slice(before)
  if (wrong!.bytes.equals(good)) return
  t.fail({
    did,
    expected: 'one event message, with the data as it should be.',
    got: `also one with the bytes ${wrong!.bytes.toString('hex') || '(none)'}.`,
    hint,
  })
}
