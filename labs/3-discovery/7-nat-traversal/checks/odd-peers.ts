/** Peers whose answers come late, from elsewhere, or not at all, behind NATs that let everything through. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { TooBusy } from '../../../check/kit/patience.ts'
import type { NatOptions } from '../../../check/nat/nat.ts'
import { ANSWERS, BOTH_ASK, exchange, meet, TRIES, type Pair } from './meet.ts'
import type { PlayedPeer } from './peer.ts'
import { sentTo } from './sent.ts'
import type { Path } from './simulate.ts'
import { events, expectDone, send, type Inhabitant, type Town } from './town.ts'

const OPEN: NatOptions = { mapping: 'Endpoint-Independent', filtering: 'Endpoint-Independent' }
/** It uses another port for the program than the one that its observer sees. */
const OTHER_PORT: NatOptions = { ...OPEN, mapping: 'Address-Dependent' }

interface Odd {
  name: string
  nat: NatOptions
  behavior: Partial<PlayedPeer>
  expected: Path
  /** As in "connected it with kim, who …". */
  what: string
}

const LATE: Odd = {
  name: 'kim',
  nat: OPEN,
  behavior: { answers: 'late' },
  expected: 'punched',
  what: 'whose answer to each request comes after your next request',
}
const ELSEWHERE: Odd = {
  name: 'leo',
  nat: OTHER_PORT,
  behavior: { asks: false },
  expected: 'punched',
  what: 'who answers from another port than the announced one, and does not ask',
}
const MUTE: Odd = {
  name: 'mia',
  nat: OTHER_PORT,
  behavior: { answers: 'never' },
  expected: 'relayed',
  what: 'whose requests come from another port than the announced one, and whose answers all get lost',
}

/** `alice` is behind a NAT that lets everyone in. `did` is a sentence. */
export async function oddPeers(
  t: CheckContext,
  town: Town,
  alice: Inhabitant,
  { did, tryMs }: { did: string; tryMs: number },
): Promise<void> {
  const introduced = ({ name, nat, behavior, expected, what }: Odd): Pair => {
    const peer = Object.assign(town.peer(name, nat), behavior)
    return {
      peer,
      sent: sentTo(town, alice, peer),
      expected,
      asks: t.random.pick([true, false]),
      nats: `${did.slice(0, -1)}, and connected it with ${name}, ${what}.`,
    }
  }
  const meets = async (pair: Pair) => {
    await meet(t, alice, pair, tryMs)
    await exchange(t, alice, pair)
  }
  const [late, elsewhere, mute] = [introduced(LATE), introduced(ELSEWHERE), introduced(MUTE)]
  const [early] = await Promise.all([sendsEarly(t, alice, mute), ...[late, elsewhere, mute].map(meets)])
  if (!early) throw new TooBusy()
  expectAnnouncedAsked(t, mute)
  // What it makes of this has come before its next answer.
  mute.peer.answerLast()
  await expectAnswered(t, alice, mute)
  await expectRelayed(t, alice, mute)
}

/** Data for a peer whose path is not decided, and of it. False when it was decided before the program answered, so nothing is proven. */
async function sendsEarly(t: CheckContext, alice: Inhabitant, { peer, nats, sent }: Pair): Promise<boolean> {
  const isDecided = () => alice.told(events.connected).some(one => one.peer === peer.name)
  await expectDone(t, alice, () => sent.requests.length > 0 || isDecided(), {
    op: 'connect',
    did: nats,
    expected: `Binding requests to ${peer.name}.`,
    got: () => 'none.',
    hint: () => BOTH_ASK,
  })
  // It has a path when its request is answered. The answer to its second one shows that the data before has come.
  const answered = () =>
    expectDone(t, alice, () => peer.answered.size > 0 || isDecided(), {
      op: 'connect',
      did: nats,
      expected: `an answer to the requests of ${peer.name}.`,
      got: () => 'none.',
      hint: () => ANSWERS,
    })
  await answered()
  const early = t.random.bytes(20)
  peer.send(early)
  peer.answered.clear()
  peer.punch()
  await answered()
  const { error } = await t.ask(send, { peer: peer.name, bytes: Buffer.of(1) }, { program: alice.program })
  // Replies and events come in the order in which the program wrote them.
  if (error !== undefined) {
    await alice.message(
      peer.name,
      early,
      `${nats} While your program asked, ${peer.name}, whose requests it had answered, sent data.`,
      'the other side may decide before you do: do you accept data with a session of yours also while your own path is not decided?',
    )
    return true
  }
  if (isDecided()) return false
  t.fail({
    op: send.name,
    did: `${nats} While your program asked, the checker called send.`,
    expected: `an error: the path to ${peer.name} is not decided yet.`,
    got: 'a result.',
    hint: 'there is a path, punched or relayed, once it is decided, and none before.',
  })
}

function expectAnnouncedAsked(t: CheckContext, { peer, nats, sent }: Pair): void {
  const asked = sent.requests.filter(to => to === peer.address).length
  if (asked === TRIES) return
  t.fail({
    op: 'connect',
    did: nats,
    expected: `${count(TRIES, 'request')} (tries) to the announced address, ${peer.address}.`,
    got: `${asked}.`,
    hint: 'an address that requests come from is one more to ask at. Do you go on asking at the announced one, too?',
  })
}

async function expectAnswered(t: CheckContext, alice: Inhabitant, { peer, nats }: Pair): Promise<void> {
  peer.answered.clear()
  peer.punch()
  await expectDone(t, alice, () => peer.answered.size > 0, {
    op: 'connect',
    did: `${nats} It is relayed. Then ${peer.name} answered the last request, and sent one of its own.`,
    expected: 'a success response: it has a session of yours.',
    got: () => 'none.',
    hint: () => ANSWERS,
  })
}

async function expectRelayed(t: CheckContext, alice: Inhabitant, { peer, nats }: Pair): Promise<void> {
  const bytes = t.random.bytes(20)
  const did = `${nats} It is relayed. Then ${peer.name} answered the last request.`
  await t.call(send, { peer: peer.name, bytes }, { program: alice.program })
  const came = () => peer.data.find(one => one.bytes === bytes.toString('hex'))
  await expectDone(t, alice, () => came() !== undefined, {
    op: 'send',
    did: `${did} Then the checker called send.`,
    expected: 'that the data goes to the rendezvous, which passes it on.',
    got: () => 'nothing that arrived.',
    hint: () => LATE_ANSWER,
  })
  const told = alice.told(events.connected).filter(one => one.peer === peer.name)
  if (came()!.relayed && told.length === 1) return
  t.fail({
    op: 'connect',
    did,
    expected: 'no other event connected, and data that goes to the rendezvous: the path is decided.',
    got: `the events ${told.map(({ path }) => path).join(', ')}, and data that ${came()!.relayed ? 'the rendezvous passed on' : 'went straight'}.`,
    hint: LATE_ANSWER,
  })
}

const LATE_ANSWER =
  'a response that comes after the last wait is too late. Do you look whether the path is decided already?'
