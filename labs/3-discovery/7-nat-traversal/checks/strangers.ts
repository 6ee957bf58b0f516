/** What others send, once the NAT lets them in. */
import type { Check } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import type { Packet } from '../../../check/nat/nat.ts'
import { decodeStun, encodeStun } from '../../../exercise/stun.ts'
import { asksOnAfterCopies, ignoresBadHex, ignoresCopies } from './copies.ts'
import { exchange, expectEventsOnce, meet } from './meet.ts'
import { sentTo } from './sent.ts'
import type { PlayedPeer } from './peer.ts'
import { connect, events, openTown, send, withTries } from './town.ts'

const [STRANGER, VICTIM] = ['192.0.2.254', '192.0.2.253']
const TRIES = 3

export const strangers: Check = t =>
  withTries(t, async (tryMs, program) => {
    const town = openTown(t)
    const { world, rendezvous } = town
    const [toStranger, toVictim]: Packet[][] = [[], []]
    world.host(STRANGER, 'a stranger', packet => void toStranger!.push(packet))
    world.host(VICTIM, 'a victim', packet => void toVictim!.push(packet))
    const open = { mapping: 'Endpoint-Independent', filtering: 'Endpoint-Independent' } as const
    const alice = await town.inhabitant('alice', town.nat(open), program)
    const port = t.random.int(2000, 9000)
    const given =
      'The checker called start behind a NAT with Endpoint-Independent filtering, which lets everyone in.'
    t.doing(given)
    const address = await alice.start({ tries: TRIES, tryMs })
    let arrived = 0
    world.watch(({ from }, got) => void (got && from.startsWith(STRANGER) && arrived++))
    world.watch(packet => void (packet.to === rendezvous.neighbor && toStranger!.push(packet)))
    const say = (bytes: Uint8Array | object, from = `${STRANGER}:${port}`) =>
      world.send({
        from,
        to: address,
        bytes: bytes instanceof Uint8Array ? bytes : Buffer.from(JSON.stringify(bytes)),
      })
    const session = t.random.bytes(8).toString('hex')
    const stun = (kind: 'request' | 'success' | 'error' | 'indication', username?: string) =>
      encodeStun({
        class: kind,
        transactionId: t.random.bytes(12),
        username,
        ...(kind === 'success' && { xorMappedAddress: `${VICTIM}:${port}` }),
      })

    // Nothing that a JSON parser or a STUN decoder expects.
    const garbage = ['', '{', 'null', '[]', '"text"', '7', '{"type":"data"}', '{"type":7}']
    for (const text of t.random.shuffle(garbage)) say(Buffer.from(text))
    say(t.random.bytes(30))
    say(stun('request').subarray(0, 10))
    const pretend = (message: object) => {
      say(message)
      say(message, rendezvous.neighbor)
    }
    pretend({ type: 'introduce', peer: 'mallory', address: `${VICTIM}:${port}`, session })
    // Of a session that nobody was introduced with.
    say(stun('request', session))
    say(stun('request'))
    say(stun('request', ''))
    say(stun('indication', session))
    say({ type: 'data', session, bytes: 'aa' })
    if (arrived < garbage.length) t.inconclusive('what the stranger sent did not get in.')

    // A peer that says nothing: only what the stranger answers could make a path of it.
    const bob = town.peer('bob', open)
    Object.assign(bob, { asks: false, answers: 'never' } satisfies Partial<PlayedPeer>)
    rendezvous.onMessage = ({ type }) => {
      if (type !== 'connect') return
      pretend({ type: 'unknown', peer: 'bob' })
      pretend({ type: 'introduce', peer: 'bob', address: `${VICTIM}:${port}`, session })
    }
    bob.onDatagram = () => {
      for (const kind of ['success', 'error'] as const) say(stun(kind))
      say(stun('success', bob.session))
      say(stun('indication', bob.session))
    }
    t.doing(
      `${given} A stranger sent all sorts of things, while the checker called connect for a peer that is silent.`,
    )
    const { result, error } = await t.ask(connect, { peer: 'bob' }, { program, ms: 60_000 })
    if (error !== undefined) {
      t.fail({
        expected: 'relayed: the rendezvous introduced bob, who then said nothing.',
        got: `an error: ${error}`,
        hint: 'a stranger said that bob is unknown. Do you believe only the rendezvous, whose host and port you know?',
      })
    }
    if (result!.path !== 'relayed') {
      t.fail({
        op: connect.name,
        expected: 'relayed: bob answered nothing.',
        got: 'punched. Only a stranger sent success responses, with transaction IDs that nobody had used.',
        hint: 'does a response count only if its transaction ID is that of a request of yours?',
      })
    }
    rendezvous.onMessage = () => {}
    if (bob.requests.length !== TRIES) {
      t.fail({
        op: connect.name,
        expected: `${count(TRIES, 'request')} (tries) with the session as USERNAME to bob, who does not answer.`,
        got: `${bob.requests.length}.`,
        hint: `to ask is to send up to tries times, each with a wait of tryMs, until the answer comes.${
          bob.requests.length > TRIES
            ? ' The network can double a datagram: do you ignore an introduction whose session you know?'
            : ''
        }`,
      })
    }

    // Whatever the program did about all this, it has done before it answers a peer.
    const carol = town.peer('carol', open)
    const nats = `${given} A stranger sent all sorts of things. Then an honest peer came, carol.`
    const pair = {
      peer: carol,
      sent: sentTo(town, alice, carol),
      expected: 'punched',
      asks: false,
      nats,
    } as const
    await meet(t, alice, pair, tryMs)
    await exchange(t, alice, pair)
    t.doing(`${given} A stranger sent all sorts of things.`)
    const [punched] = toVictim!
    if (punched) {
      t.fail({
        expected: `that your program sends nothing to ${VICTIM}, which only a stranger has introduced.`,
        got: `${count(toVictim!.length, 'datagram')} to it.`,
        hint: 'do you look at where an introduction comes from, host and port? Else anyone can make all nodes send to a victim.',
        bytes: { expected: Buffer.alloc(0), actual: Buffer.from(punched.bytes) },
      })
    }
    const [answered] = toStranger!
    if (answered) {
      t.fail({
        expected: 'that your program sends nothing to the stranger.',
        got:
          decodeStun(answered.bytes)?.class === 'success'
            ? 'an answer to a request without a session of yours.'
            : 'a datagram.',
        hint: 'do you answer only requests whose USERNAME is a session that the rendezvous has given you?',
        bytes: { expected: Buffer.alloc(0), actual: Buffer.from(answered.bytes) },
      })
    }
    const heard = alice.told(events.message).find(({ bytes }) => bytes.toString('hex') === 'aa')
    if (heard) {
      t.fail({
        expected: 'no event for data with a session that you do not know.',
        got: `the event message, with the peer ${heard.peer}.`,
        hint: 'do you look up the session, and ignore data without one?',
      })
    }
    const mallory = await t.ask(send, { peer: 'mallory', bytes: Buffer.of(1) }, { program })
    if (mallory.error === undefined) {
      t.fail({
        op: send.name,
        expected: 'an error: there is no path to mallory, whom only a stranger has introduced.',
        got: 'a result.',
        hint: 'do you throw an Error where there is no path to the peer?',
      })
    }
    expectEventsOnce(t, alice, `${given} A stranger sent all sorts of things.`)

    await ignoresCopies(t, town, alice, [bob, carol], nats)
    await asksOnAfterCopies(t, town, alice, { peer: carol, nats, tryMs })

    // Data is known by its session: the NAT of its sender may have got another address.
    const moved = t.random.bytes(20)
    say({ type: 'data', session: carol.session, bytes: moved.toString('hex') })
    await alice.message(
      'carol',
      moved,
      `${given} Data with the session of carol came from another address than before.`,
      'do you accept data with a session of yours from wherever it comes?',
    )
    await ignoresBadHex(t, alice, carol, { say, nats })
  })
