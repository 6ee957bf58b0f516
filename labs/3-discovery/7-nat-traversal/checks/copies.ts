/** What comes of a session once its path is decided: copies of its introduction, and data that is none. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, inNode } from '../../../check/kit/finding.ts'
import { TooBusy } from '../../../check/kit/patience.ts'
import { TRIES } from './meet.ts'
import type { PlayedPeer } from './peer.ts'
import { sentTo } from './sent.ts'
import { AT_ONCE_MS, connect, events, expectDone, send, type Inhabitant, type Town } from './town.ts'

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

/** The peer, which had asked for its introduction and was punched, is now elsewhere, and silent. `nats` is a sentence. */
export async function asksOnAfterCopies(
  t: CheckContext,
  town: Town,
  alice: Inhabitant,
  { peer, nats, tryMs }: { peer: PlayedPeer; nats: string; tryMs: number },
): Promise<void> {
  const { rendezvous } = town
  const { program } = alice
  const { name, address, session } = peer
  const again = town.peer(name, peer.nat.options)
  Object.assign(again, { asks: false, answers: 'never' } satisfies Partial<PlayedPeer>)
  rendezvous.ignore('connect', 1)
  let asked = 0
  rendezvous.onMessage = ({ type }, from) => {
    if (type === 'connect' && asked++ === 0)
      rendezvous.send({ type: 'introduce', peer: name, address, session }, from)
  }
  const did = `${nats} Then ${name} registered from elsewhere, to be silent there, and the checker called connect. The first message to the rendezvous got lost, and a copy of the introduction of before came.`
  const bytes = t.random.bytes(20)
  const hex = bytes.toString('hex')
  let over = false
  const sends = async () => {
    await expectDone(
      t,
      alice,
      () => over || again.requests.length > 0,
      {
        op: connect.name,
        did,
        expected: `that your program asks the rendezvous again, and then ${name} at the new address.`,
        got: () => `${count(asked, 'connect message')}, and no request to ${name}.`,
        hint: () => NO_ANSWER,
      },
      AT_ONCE_MS + 2 * TRIES * tryMs,
    )
    if (over) return
    const { error } = await t.ask(send, { peer: name, bytes }, { program })
    if (error !== undefined) {
      t.fail({
        op: send.name,
        did: `${did} While your program asked with the new session, the checker called send.`,
        expected: 'a result: the path of the session of before is decided.',
        got: `an error: ${error}`,
        hint: 'do you send on the newest session whose path is decided? An error is right only where there is none.',
      })
    }
    // It was decided before the program answered, so nothing is proven.
    if (alice.told(events.connected).filter(one => one.peer === name).length > 1) throw new TooBusy()
    await expectDone(t, alice, () => [peer, again].some(({ data }) => data.some(one => one.bytes === hex)), {
      op: send.name,
      did: `${did} While your program asked with the new session, the checker called send.`,
      expected: `that the data reaches ${name} with a session that is decided.`,
      got: () => 'nothing that arrived.',
      hint: () => 'does the data go to the path of the session that stands in it?',
    })
  }
  const connects = t.ask(connect, { peer: name }, { program, ms: 60_000 }).finally(() => (over = true))
  const [{ result, error }] = await Promise.all([connects, sends()])
  rendezvous.onMessage = () => {}
  if (result?.path === 'relayed') return
  t.fail({
    op: connect.name,
    did,
    expected: `relayed: asked again, the rendezvous introduced ${name} with another session, and ${name} was silent.`,
    got: result ? `${result.path}.` : `an error: ${error}`,
    hint: NO_ANSWER,
  })
}

const NO_ANSWER =
  'a copy answers nothing, as it may be of an earlier introduction: do you go on asking until a session comes that you do not know?'

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
