/** Each kind of NAT of the program's with each kind of the peer's. What must come of it is what the two NATs let through (simulate.ts). */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { BEHAVIORS, type Behavior } from '../../../check/nat/nat.ts'
import type { Program } from '../../../check/engine/program.ts'
import { exchange, expectEventsOnce, meet, TRIES, type Pair } from './meet.ts'
import { oddPeers } from './odd-peers.ts'
import { sentTo } from './sent.ts'
import { simulate } from './simulate.ts'
import { expectOneSocket, openTown, withTries, type Town } from './town.ts'

const NAMES = ['bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy']

export const pairsWith =
  (mapping: Behavior): Check =>
  t =>
    withTries(t, async (tryMs, program, another) => {
      // Side by side: those that are relayed have to wait.
      const programs = [program, ...(await Promise.all([another(), another()]))]
      const filterings = t.random.shuffle(BEHAVIORS)
      const met = await Promise.all(
        filterings.map((filtering, i) => behindOne(t, programs[i]!, { mapping, filtering }, tryMs)),
      )
      // Those that were relayed took all tries, so whoever goes on asking has done so by now.
      for (const { town, pairs } of met) expectNoMoreRequests(t, town, pairs)
    })

interface Met {
  town: Town
  pairs: readonly (Pair & { askedBefore: number })[]
}

async function behindOne(
  t: CheckContext,
  program: Program,
  nat: { mapping: Behavior; filtering: Behavior },
  tryMs: number,
): Promise<Met> {
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
      sent: sentTo(town, alice, peer),
      expected: simulate(nat, kind)[0],
      asks: i % 2 === 0,
      nats: `${did.slice(0, -1)}, and connected it with ${peer.name}, whose NAT has ${words(kind)}.`,
    }
  })
  const isOpen = nat.mapping === 'Endpoint-Independent' && nat.filtering === 'Endpoint-Independent'
  const [met] = await Promise.all([
    Promise.all(
      pairs.map(async pair => {
        await meet(t, alice, pair, tryMs)
        await exchange(t, alice, pair)
        // What it sent before this data has come before it.
        return { ...pair, askedBefore: pair.sent.requests.length }
      }),
    ),
    isOpen ? oddPeers(t, town, alice, { did, tryMs }) : undefined,
  ])
  expectOneSocket(t, alice, did)
  expectEventsOnce(t, alice, did)
  return { town, pairs: met }
}

function expectNoMoreRequests(t: CheckContext, { rendezvous }: Town, pairs: Met['pairs']): void {
  for (const { peer, expected, nats, sent, askedBefore } of pairs) {
    const more = sent.requests.length - askedBefore
    // The peers ask at such a pace that a path that is there is found in the first two tries: the third one comes too late, even if data was slower.
    const times = expected === 'punched' ? most(sent.requests) : 0
    if (more > 0 || times >= TRIES) {
      t.fail({
        op: 'connect',
        did: `${nats} It is ${expected}.`,
        expected: `no more Binding requests to ${peer.name}: the path is decided.`,
        got: more > 0 ? `${more} more.` : `${times} (tries) to the same address.`,
        hint: 'to ask is to send until the answer comes. Do you stop asking once the path is decided?',
      })
    }
    const asked = rendezvous.messages.filter(
      ({ message }) => message.type === 'connect' && message.peer === peer.name,
    ).length
    if (asked < TRIES) continue
    t.fail({
      op: 'connect',
      did: nats,
      expected: 'one connect message to the rendezvous, which answered it at once.',
      got: `${asked}.`,
      hint: 'to ask is to send until the answer comes.',
    })
  }
}

/** How often the most frequent of them is there. */
const most = (all: readonly string[]): number =>
  Math.max(0, ...all.map(one => all.filter(other => other === one).length))

const words = ({ mapping, filtering }: { mapping: Behavior; filtering: Behavior }): string =>
  `${mapping} mapping and ${filtering} filtering`
