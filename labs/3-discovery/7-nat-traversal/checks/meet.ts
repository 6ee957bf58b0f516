/** The program meets a peer: it is introduced, decides the path, and exchanges data on it. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { shortest } from '../../../1-tcp/7-udp/checks/waits.ts'
import type { PlayedPeer } from './peer.ts'
import type { Sent } from './sent.ts'
import type { Path } from './simulate.ts'
import { AT_ONCE_MS, events, expectDone, send, type Inhabitant, type Town } from './town.ts'

export const TRIES = 3
/** The peers ask so many times in the time of one try. */
const PACE = 2

export interface Pair {
  peer: PlayedPeer
  /** What the simulation says. */
  expected: Path
  /** Whether the program asks for the introduction, or the peer. */
  asks: boolean
  /** What the program sent to the peer. */
  sent: Sent
  /** As in "your NAT has …, bob's has …". */
  nats: string
}

/** The peer asks again and again, once it is introduced. Returns what stops it. */
export function keepAsking(t: CheckContext, peer: PlayedPeer, tryMs: number): () => void {
  const pace = setInterval(() => {
    // It knows no address before the introduction.
    if (peer.session !== undefined && peer.asks) peer.punch()
  }, tryMs / PACE)
  t.onEnd(() => clearInterval(pace))
  return () => clearInterval(pace)
}

export async function meet(t: CheckContext, alice: Inhabitant, pair: Pair, tryMs: number): Promise<void> {
  const { peer, expected, asks, nats } = pair
  const stop = keepAsking(t, peer, tryMs)
  const called = performance.now()
  if (!asks) peer.connect(alice.name)
  const [told, result] = await Promise.all([
    alice.connected(peer.name, nats),
    asks ? alice.connect(peer.name) : undefined,
  ])
  // Its own answer may still be on its way: its next request brings it.
  if (told === 'punched' && expected === 'punched' && peer.asks) {
    await expectDone(t, alice, () => peer.answered.size > 0, {
      did: nats,
      expected: `an answer to the requests of ${peer.name}, which get through: with these two NATs, each can reach the other.`,
      got: () => 'none.',
      hint: () => ANSWERS,
    })
  }
  stop()
  const took = performance.now() - called
  if (peer.wrong) {
    t.fail({
      op: 'connect',
      did: nats,
      expected: `an answer to the request that came from ${peer.wrong.from}, with this address as XOR-MAPPED-ADDRESS.`,
      got: `${peer.wrong.seen}.`,
      hint: 'a success response tells the asker which address its request came from.',
    })
  }
  if (result !== undefined && result !== told) {
    t.fail({
      op: 'connect',
      did: nats,
      expected: `that connect returns what the event connected tells, ${told}.`,
      got: `${result}.`,
      hint: 'is the path decided once, and told once?',
    })
  }
  if (told === expected && told === 'relayed' && took < shortest(TRIES, tryMs)) {
    t.fail({
      op: 'connect',
      did: nats,
      expected: `relayed after ${TRIES} tries, each with a wait of ${tryMs} ms (tryMs), also the last one.`,
      got: `relayed after ${Math.round(took)} ms.`,
      hint: 'the last request can still be answered while you wait.',
    })
  }
  if (told === expected) return
  t.fail({
    op: 'connect',
    did: nats,
    expected:
      expected === 'punched'
        ? `punched: with these two NATs, the requests get through once both sides have sent one.`
        : `relayed: with these two NATs, nothing that one sends gets through in a way that the other can answer.`,
    got: `${told}.`,
    hint: expected === 'punched' ? whyRelayed(pair) : ONLY_RESPONSES,
  })
}

/**
 * The peer asks for another introduction, from another NAT of the same kind, where it is punched. Returns it there, once both sides have decided.
 * `did` is a sentence.
 */
export async function comeBack(
  t: CheckContext,
  town: Town,
  alice: Inhabitant,
  { peer, did, tryMs }: { peer: PlayedPeer; did: string; tryMs: number },
): Promise<PlayedPeer> {
  const again = town.peer(peer.name, peer.nat.options)
  const stop = keepAsking(t, again, tryMs)
  again.connect(alice.name)
  await expectDone(t, alice, () => again.answered.size > 0, {
    op: 'connect',
    did,
    expected: `that your program asks and answers ${peer.name} at the new address, too.`,
    got: () => `${again.requests.length} requests, and no answer.`,
    hint: () => ANOTHER,
  })
  stop()
  const paths = () => alice.told(events.connected).flatMap(one => (one.peer === peer.name ? [one.path] : []))
  await expectDone(
    t,
    alice,
    () => paths().length > 1,
    {
      op: 'connect',
      did,
      expected: `one more event connected for ${peer.name}.`,
      got: () => 'none.',
      hint: () => ANOTHER,
    },
    AT_ONCE_MS + 2 * TRIES * tryMs,
  )
  if (paths()[1] === 'punched') return again
  return t.fail({
    op: 'connect',
    did,
    expected: `the event connected with the path punched: ${peer.name} answers your requests at the new address.`,
    got: `${paths()[1]}.`,
    hint: ANOTHER,
  })
}

const ANOTHER = 'a new session is a new introduction, even of a peer that you know.'
export const BOTH_ASK =
  'do both sides ask, as soon as they are introduced, at the address in the introduction, with the session as USERNAME?'
export const ANSWERS =
  'do you answer each request with a session of yours, at any time, with its transaction ID, at the address that it came from?'
const ONLY_RESPONSES =
  'a path is punched when a response to a request of yours has come, and by nothing else: a request that comes in shows only that one direction works.'

/** The likely reason why the program found no path that is there: what it sent, and what the peer saw. */
function whyRelayed({ peer, sent }: Pair): string {
  const asked = new Set(sent.requests)
  if (!asked.has(peer.address)) return BOTH_ASK
  if (peer.answers === 'late')
    return 'an answer can take longer than tryMs: then it belongs to an earlier request. Do you remember all that you sent, until the path is decided?'
  if (peer.requests.length > 0 && (peer.answered.size > 0 || !peer.asks))
    return 'do you recognize a response by its transaction ID alone, wherever it comes from?'
  if (asked.size === 1 && peer.nat.options.mapping !== 'Endpoint-Independent')
    return "do you ask also at the address that the peer's requests come from? Its NAT uses another port for you than for its observer."
  return `${ANSWERS} And do you ask up to tries times?`
}

/** Data in both directions: on the punched path, or through the rendezvous. */
export async function exchange(
  t: CheckContext,
  alice: Inhabitant,
  { peer, expected, nats, sent }: Pair,
): Promise<void> {
  const bytes = t.random.bytes(t.random.int(1, 100))
  await t.call(send, { peer: peer.name, bytes }, { program: alice.program })
  const hex = bytes.toString('hex')
  const relayed = expected === 'relayed'
  await expectDone(t, alice, () => peer.data.some(one => one.bytes === hex), {
    op: 'send',
    did: `${nats} It is ${expected}. Then the checker called send.`,
    expected: relayed
      ? 'that the data goes to the rendezvous, which passes it on.'
      : `that the data reaches ${peer.name} on the punched path.`,
    got: () => 'nothing that arrived.',
    hint: () =>
      relayed
        ? 'do you send {"type":"data","session":…,"bytes":…} to the rendezvous, with the session of the introduction and hex digits?'
        : 'do you send it to the address to which you sent the request that was answered? Each request needs a transaction ID of its own for that.',
  })
  const came = peer.data.find(one => one.bytes === hex)!
  if (came.relayed !== relayed) {
    t.fail({
      op: 'send',
      did: `${nats} It is ${expected}. Then the checker called send.`,
      expected: relayed
        ? 'that the data goes to the rendezvous.'
        : `that the data goes straight to ${peer.name}.`,
      got: relayed ? 'that it went straight.' : 'that the rendezvous had to pass it on.',
      hint: 'data goes to the punched address where there is one, and to the rendezvous where there is none.',
    })
  }
  const elsewhere = sent.data.find(to => !sent.requests.includes(to))
  if (elsewhere !== undefined) {
    t.fail({
      op: 'send',
      did: `${nats} It is ${expected}. Then the checker called send.`,
      expected: `that the data goes to ${peer.address}, where your program asked.`,
      got: `data to ${elsewhere}, where it never asked.`,
      hint: 'the path is the address to which you sent the request, and not the one that the response came from.',
    })
  }
  const back = t.random.bytes(t.random.int(1, 100))
  peer.send(back)
  await alice.message(
    peer.name,
    back,
    `${nats} It is ${expected}. Then ${peer.name} sent data.`,
    'do you accept data with a session of yours from wherever it comes, and tell it with the name of the peer?',
  )
}

/** The rendezvous introduces twice, as a network may double a datagram. */
export function expectEventsOnce(t: CheckContext, alice: Inhabitant, did: string): void {
  const peers = alice.told(events.connected).map(({ peer }) => peer)
  if (new Set(peers).size === peers.length) return
  t.fail({
    did,
    expected: 'one event connected for each session.',
    got: `the events for ${peers.join(', ')}.`,
    hint: 'the network can double a datagram, so an introduction may come twice. The second one, with the same session, is a copy.',
  })
}
