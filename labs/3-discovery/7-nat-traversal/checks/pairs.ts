/** Each kind of NAT of the program's with each kind of the peer's. What must come of it is what the two NATs let through (simulate.ts). */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { decodeStun } from '../../../exercise/stun.ts'
import { BEHAVIORS, hostOf, type Behavior } from '../../../check/nat/nat.ts'
import type { Program } from '../../../check/engine/program.ts'
import { shortest } from '../../../1-tcp/7-udp/checks/waits.ts'
import { simulate, type Path } from './simulate.ts'
import {
  events,
  expectDone,
  expectOneSocket,
  openTown,
  send,
  withTries,
  type Inhabitant,
  type Town,
} from './town.ts'
import type { PlayedPeer } from './peer.ts'

const NAMES = ['bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy']
const TRIES = 3
/** The peers ask so many times in the time of one try. */
const PACE = 2

export interface Pair {
  peer: PlayedPeer
  /** What the simulation says. */
  expected: Path
  /** Whether the program asks for the introduction, or the peer. */
  asks: boolean
  /** Where the program sent requests to, whether or not they got in. */
  asked: Set<string>
  /** As in "your NAT has …, bob's has …". */
  nats: string
}

export const pairsWith =
  (mapping: Behavior): Check =>
  t =>
    withTries(t, async (tryMs, program) => {
      // Side by side: those that are relayed have to wait.
      const programs = [program, ...(await Promise.all([t.another(), t.another()]))]
      const filterings = t.random.shuffle(BEHAVIORS)
      await Promise.all(
        filterings.map((filtering, i) => behindOne(t, programs[i]!, { mapping, filtering }, tryMs)),
      )
    })

async function behindOne(
  t: CheckContext,
  program: Program,
  nat: { mapping: Behavior; filtering: Behavior },
  tryMs: number,
): Promise<void> {
  const town = openTown(t)
  const alice = await town.inhabitant('alice', town.nat(nat), program)
  t.doing(`The checker called start behind NATs with ${nat.mapping} mapping, and then connected peers.`)
  const did = `The checker called start behind a NAT with ${words(nat)}.`
  await alice.start({ tries: TRIES, tryMs })
  const kinds = t.random.shuffle(
    BEHAVIORS.flatMap(mapping => BEHAVIORS.map(filtering => ({ mapping, filtering }))),
  )
  const pairs = kinds.map((kind, i): Pair => {
    const peer = town.peer(NAMES[i]!, kind)
    return {
      peer,
      asked: askedAt(town, alice, peer),
      expected: simulate(nat, kind)[0],
      asks: i % 2 === 0,
      nats: `${did.slice(0, -1)}, and connected it with ${peer.name}, whose NAT has ${words(kind)}.`,
    }
  })
  await Promise.all(pairs.map(pair => meet(t, alice, pair, tryMs)))
  for (const pair of pairs) await exchange(t, alice, pair)
  expectOneSocket(t, alice, did)
  expectEventsOnce(t, alice, did)
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

/** Grows with what the program sends. */
export function askedAt({ world }: Town, { nat }: Inhabitant, peer: PlayedPeer): Set<string> {
  const asked = new Set<string>()
  world.watch(({ from, to, bytes }) => {
    if (hostOf(from) === nat.host && hostOf(to) === peer.nat.host && decodeStun(bytes)?.class === 'request')
      asked.add(to)
  })
  return asked
}

const words = ({ mapping, filtering }: { mapping: Behavior; filtering: Behavior }): string =>
  `${mapping} mapping and ${filtering} filtering`

export async function meet(t: CheckContext, alice: Inhabitant, pair: Pair, tryMs: number): Promise<void> {
  const { peer, expected, asks, nats } = pair
  const pace = setInterval(() => {
    // It knows no address before the introduction.
    if (peer.session !== undefined) peer.punch()
  }, tryMs / PACE)
  t.onEnd(() => clearInterval(pace))
  const called = performance.now()
  if (!asks) peer.connect(alice.name)
  const [told, result] = await Promise.all([
    alice.connected(peer.name, nats),
    asks ? alice.connect(peer.name) : undefined,
  ])
  // Its own answer may still be on its way: its next request brings it.
  if (told === 'punched' && expected === 'punched') {
    await expectDone(t, alice, () => peer.answered.size > 0, {
      did: nats,
      expected: `an answer to the requests of ${peer.name}, which get through: with these two NATs, each can reach the other.`,
      got: () => 'none.',
      hint: () => ANSWERS,
    })
  }
  clearInterval(pace)
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

const ANSWERS =
  'do you answer each request with a session of yours, at any time, with its transaction ID, at the address that it came from?'
const ONLY_RESPONSES =
  'a path is punched when a response to a request of yours has come, and by nothing else: a request that comes in shows only that one direction works.'

/** The likely reason why the program found no path that is there: what it sent, and what the peer saw. */
function whyRelayed({ peer, asked }: Pair): string {
  if (!asked.has(peer.address))
    return 'do both sides ask, as soon as they are introduced, at the address in the introduction, with the session as USERNAME?'
  if (peer.requests.length > 0 && peer.answered.size > 0)
    return 'do you recognize a response by its transaction ID alone, wherever it comes from?'
  if (asked.size === 1 && peer.nat.options.mapping !== 'Endpoint-Independent')
    return "do you ask also at the address that the peer's requests come from? Its NAT uses another port for you than for its observer."
  return `${ANSWERS} And do you ask up to tries times?`
}

/** Data in both directions: on the punched path, or through the rendezvous. */
export async function exchange(
  t: CheckContext,
  alice: Inhabitant,
  { peer, expected, nats }: Pair,
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
  const back = t.random.bytes(t.random.int(1, 100))
  peer.send(back)
  await alice.message(
    peer.name,
    back,
    `${nats} It is ${expected}. Then ${peer.name} sent data.`,
    'do you accept data with a session of yours from wherever it comes, and tell it with the name of the peer?',
  )
}
