/** What the program answers by itself: pings, and pings for others. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import type { SwimMessage } from '../../../exercise/swim-message.ts'
import { ANSWERS, openGroup, type Group, type Played, type Seen } from './group.ts'
import { isSame, said, shownMessage } from './words.ts'

export const answers: Check = async t => {
  const group = await openGroup(t, { size: 8, receive() {} })
  const [stranger, ...known] = group.members as [Played, Played, ...Played[]]
  await group.tell(
    known[0],
    known.slice(0, 6).map(member => group.update(member)),
  )
  for (const seq of t.random.shuffle([0, 1, 2 ** 31, Number.MAX_SAFE_INTEGER])) {
    t.doing(`A member sent a ping with the seq ${seq}.`)
    await pingOnce(group, t.random.pick(known), seq)
  }
  t.doing('A node that your program has never heard of sent a ping.')
  await pingOnce(group, stranger, t.random.int(1, 2 ** 31))
  await forAnother(t, group, known[1]!)
  await unknownFields(t, group, known[2]!)
  await garbage(t, group, known[3]!)
  await relay(t, group)
}

const isAck = ({ message }: Seen, seq: number): boolean => message.type === 'ack' && message.seq === seq

async function pingOnce(group: Group, member: Played, seq: number): Promise<void> {
  const from = group.seen.length
  await group.send(member, { type: 'ping', seq, from: member.name, target: group.name, updates: [] })
  await group.expect(seen => seen.member === member && isAck(seen, seq), {
    from,
    expected: `an ack with the seq ${seq}, to the port that the ping came from.`,
    hint: ANSWERS,
  })
}

/** It is not for this program: another one had its port before. */
async function forAnother(t: CheckContext, group: Group, member: Played): Promise<void> {
  const seq = t.random.int(1, 2 ** 31)
  const from = group.seen.length
  const target = `not-${group.name}`
  await group.send(member, { type: 'ping', seq, from: member.name, target, updates: [] })
  await group.tell(member)
  t.doing(`A member sent a ping whose target was ${target}, and then another ping.`)
  if (!group.seen.slice(from).some(seen => isAck(seen, seq))) return
  t.fail({
    op: 'start',
    expected: 'no ack to a ping with the name of somebody else as its target.',
    got: 'an ack.',
    hint: 'do you compare the target with your own name? Another program may have had your port before: if you answer for it, it never seems dead.',
  })
}

async function unknownFields(t: CheckContext, group: Group, member: Played): Promise<void> {
  const seq = t.random.int(1, 2 ** 31)
  const from = group.seen.length
  const update = { ...group.update(member), incarnation: member.incarnation + 1, zone: 'north' }
  const ping = { type: 'ping', seq, from: member.name, target: group.name, updates: [update], color: 'red' }
  t.doing('A member sent a ping with fields that the text does not have.')
  await group.send(member, ping as SwimMessage)
  member.incarnation++
  await group.expect(seen => isAck(seen, seq), {
    from,
    expected: 'an ack: a newer version of the program may add fields.',
    hint: 'do you ignore fields that you do not know?',
  })
  const known = (await group.table()).get(member.name)
  if (isSame(known, group.update(member))) return
  t.fail({
    op: 'members',
    expected: `that the update in it counts: incarnation ${member.incarnation}.`,
    got: said(known),
    hint: 'do you ignore fields that you do not know, and use the rest?',
  })
}

async function garbage(t: CheckContext, group: Group, member: Played): Promise<void> {
  const update = group.update(member, 'alive', member.incarnation + 50)
  const ping = { type: 'ping', seq: 1, from: member.name, target: group.name, updates: [update] }
  const bad: unknown[] = [
    ...[null, 7, 'ping', [], {}, [ping]],
    ...Object.keys(ping).map(key => ({ ...ping, [key]: undefined })),
    { ...ping, type: 'pong' },
    { ...ping, type: 7 },
    { ...ping, seq: '1' },
    { ...ping, seq: -1 },
    { ...ping, from: null },
    { ...ping, updates: {} },
    { ...ping, updates: [null] },
    // One of two is whole: the datagram is none.
    { ...ping, updates: t.random.shuffle([update, { ...update, state: 'gone' }]) },
    { ...ping, updates: [{ ...update, state: 'undead' }] },
    { ...ping, updates: [{ ...update, incarnation: '50' }] },
    { ...ping, updates: [{ ...update, address: 'nowhere' }] },
    { ...ping, type: 'ping-req', address: undefined },
  ]
  const datagrams = [
    Buffer.alloc(0),
    t.random.bytes(40),
    Buffer.from(JSON.stringify(ping).slice(0, -t.random.int(1, 20))),
    ...bad.map(value => Buffer.from(JSON.stringify(value))),
  ]
  t.doing(`A member sent ${datagrams.length} datagrams that are not a message, and then a ping.`)
  for (const bytes of t.random.shuffle(datagrams)) await member.send(bytes, group.port)
  await group.tell(member)
  const known = (await group.table()).get(member.name)
  if (isSame(known, group.update(member))) return
  t.fail({
    op: 'members',
    expected: 'that datagrams which are not a whole message change nothing.',
    got: `${said(known)}`,
    hint: `do you look at all fields of a datagram before you use one${'' /* decodeSwim does it in TypeScript */}?`,
  })
}

const RELAYS =
  'do you ping the target of a ping-req with a seq of your own, remember whom its ack is for, and send the ack only when it comes?'

/** Two members ask for a ping with the same seq, and only one of the targets answers: that of the first of them, then that of the second. */
async function relay(t: CheckContext, group: Group): Promise<void> {
  const [a, b, first, second] = t.random.shuffle(group.members) as [Played, Played, Played, Played]
  for (const turn of t.random.shuffle([0, 1])) {
    const requests = [
      { from: a, target: first },
      { from: b, target: second },
    ] as const
    await relayed(t, group, requests, turn)
  }
}

interface Request {
  from: Played
  target: Played
}

async function relayed(
  t: CheckContext,
  group: Group,
  requests: readonly [Request, Request],
  turn: number,
): Promise<void> {
  const seq = t.random.int(2 ** 20, 2 ** 31)
  const begin = group.seen.length
  const pings: Seen[] = []
  for (const { from, target } of requests) {
    await group.send(from, {
      type: 'ping-req',
      seq,
      from: from.name,
      target: target.name,
      address: target.address,
      updates: [],
    })
    t.doing(`${from.name} sent a ping-req with the seq ${seq} and the target ${target.name}.`)
    const ping = await group.expect(({ member, message }) => member === target && message.type === 'ping', {
      from: begin,
      expected: `a ping to ${target.name}, at its address in the ping-req.`,
      hint: RELAYS,
    })
    if (ping.message.type === 'ping' && ping.message.target !== target.name) {
      t.fail({
        op: 'start',
        expected: `a ping with the target ${target.name}.`,
        got: shownMessage(ping.message),
        hint: 'does the ping have the name of its target?',
      })
    }
    pings.push(ping)
  }
  const answered = requests[turn]!
  const other = requests[1 - turn]!
  const failIfAcked = ({ from, target }: Request, got: string) => {
    const found = group.seen.slice(begin).find(seen => seen.member === from && isAck(seen, seq))
    if (!found) return
    t.fail({
      op: 'start',
      expected: `no ack to ${from.name}: ${target.name} has not answered.`,
      got,
      hint: RELAYS,
    })
  }
  for (const { from } of requests) await group.tell(from)
  t.doing(
    `${requests[0].from.name} sent a ping-req with the target ${requests[0].target.name}. ${requests[1].from.name} sent one with the same seq, ${seq}, and the target ${requests[1].target.name}.`,
  )
  for (const request of requests) failIfAcked(request, 'an ack before its target has sent one.')
  const { message } = pings[turn]!
  if (message.type !== 'ping') return
  await group.send(answered.target, {
    type: 'ack',
    seq: message.seq,
    from: answered.target.name,
    updates: [],
  })
  await group.expect(seen => seen.member === answered.from && isAck(seen, seq), {
    from: begin,
    expected: `an ack to ${answered.from.name} with the seq of its ping-req, ${seq}, because ${answered.target.name} answered.`,
    hint: RELAYS,
  })
  await group.tell(other.from)
  failIfAcked(other, `an ack, when ${answered.target.name} answered, the target of another ping-req.`)
}
