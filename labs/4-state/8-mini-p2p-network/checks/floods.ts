/** Broadcasts: once to the application, and between members only. */
import type { PlayedNode } from '../../../check/cluster/played-node.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import exercise from '../exercise.ts'
import { openHouse, short, type House } from './house.ts'

const { publish } = exercise.ops
const { delivered } = exercise.events
/** What the text says that a node remembers. */
const WINDOW = 1_000

const flood = (id: string, payload: Buffer) => ({ type: 'flood', id, payload: payload.toString('hex') })

export async function floods(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  await house.gather(['n2', 'n3', 'n4'])
  const peers = ['n2', 'n3', 'n4'].map(id => house.peer(id))
  const someId = () => t.random.bytes(8).toString('hex')

  const same = t.random.bytes(12)
  const ids = new Set<string>()
  for (const payload of [same, same, Buffer.alloc(0)]) {
    t.doing(`The checker called publish with ${payload.length} bytes.`)
    const { id } = await t.call(publish, { payload })
    if (ids.has(id))
      house.fail({
        expected: 'another id for each message.',
        got: `the id ${id} again.`,
        hint: 'equal payloads are two messages',
      })
    ids.add(id)
    await expectDelivered(t, house, id, payload, 'for your own message')
    for (const peer of peers) await expectPassed(house, peer, id, payload)
    await house.say(t.random.pick(peers), flood(id, payload))
    await expectNothing(t, house, peers, 'when your own message comes back', ONCE)
  }

  for (let i = 0; i < 2; i++) {
    const [from, ...others] = t.random.shuffle(peers)
    const [id, payload] = [someId(), t.random.bytes(t.random.int(1, 40))]
    t.doing(`${from!.id} sent n1 a broadcast twice, and ${others[0]!.id} sent it once more.`)
    await house.say(from!, flood(id, payload), flood(id, payload))
    await expectDelivered(t, house, id, payload, `for the broadcast of ${from!.id}`)
    for (const peer of others) await expectPassed(house, peer, id, payload)
    await house.say(others[0]!, flood(id, payload))
    await expectNothing(t, house, peers, 'for duplicates, and to the one that it came from', ONCE)
  }

  const from = t.random.pick(peers)
  const malformed = [
    { type: 'flood', payload: '00' },
    { type: 'flood', id: 7, payload: '00' },
    { type: 'flood', id: '', payload: '00' },
    { type: 'flood', id: 'x'.repeat(65), payload: '00' },
    { type: 'flood', id: someId() },
    { type: 'flood', id: someId(), payload: 'a' },
    { type: 'flood', id: someId(), payload: 'AB' },
    { type: 'flood', id: someId(), payload: { hex: '00' } },
    { type: 'shout', id: someId(), payload: '00' },
    { id: someId(), payload: '00' },
    { type: 'submit' },
    { type: 'submitted', id: 'x', outcome: 'done' },
    { type: ['flood'], id: someId(), payload: '00' },
  ]
  t.doing(`${from.id} sent n1 ${malformed.length} malformed messages.`)
  await house.say(from, ...t.random.shuffle(malformed))
  await expectNothing(
    t,
    house,
    peers,
    'for what is malformed',
    'do you look at the kind of each field before you use it?',
  )

  t.doing('A stranger, which is not a member, sent n1 a broadcast. Then a member sent it, too.')
  await house.stranger.dial(house.port)
  const [id, payload] = [someId(), t.random.bytes(9)]
  await house.say(house.stranger, flood(id, payload))
  await expectNothing(
    t,
    house,
    peers,
    'for the broadcast of a stranger',
    'do you look at who has sent it before you look at what it says?',
  )
  await house.say(from, flood(id, payload))
  await expectDelivered(
    t,
    house,
    id,
    payload,
    'when a member sends it: what a stranger said counts for nothing, so it is new',
  )
  for (const peer of peers) if (peer !== from) await expectPassed(house, peer, id, payload)

  t.doing(`${from.id} sent n1 ${WINDOW - 1} more broadcasts, then the one before them again.`)
  const many = Array.from({ length: WINDOW - 1 }, (_, i) => flood(`${id}-${i}`, Buffer.of(i % 256)))
  await house.say(from, ...many)
  for (const { id: each, payload: hex } of many)
    await expectDelivered(t, house, each, Buffer.from(hex, 'hex'), 'for each of them')
  for (const peer of peers)
    if (peer !== from)
      for (const one of many) await expectPassed(house, peer, one.id, Buffer.from(one.payload, 'hex'))
  await house.say(from, flood(id, payload))
  await expectNothing(
    t,
    house,
    peers,
    `for one of the last ${WINDOW} messages`,
    'do you remember the last 1,000 ids?',
  )
  t.doing(
    `${from.id} sent n1 one more broadcast, which is number ${WINDOW} after the first one, and then that one again.`,
  )
  const last = someId()
  await house.say(from, flood(last, payload))
  await expectDelivered(t, house, last, payload, 'for the new one')
  await house.say(from, flood(id, payload))
  await expectDelivered(
    t,
    house,
    id,
    payload,
    `for one that came before the last ${WINDOW}: its id is forgotten, so that memory is bounded`,
  )
}

const ONCE = 'is the id remembered before the message is passed on, and looked up for every message?'

async function expectDelivered(
  t: CheckContext,
  house: House,
  id: string,
  payload: Buffer,
  why: string,
): Promise<void> {
  const event = await t.event(delivered, {
    about: why,
    hint: 'do you emit what is new, also what is your own? There, as in a message, its payload is hex',
  })
  if (event.id === id && event.payload.equals(payload)) return
  house.fail({
    expected: `the event delivered ${why}, with the id ${id} and the payload ${short(payload.toString('hex'))}.`,
    got: `id ${event.id} and payload ${short(event.payload.toString('hex'))}.`,
    hint: 'the payload in a message is hex; emit takes that text',
  })
}

async function expectPassed(house: House, peer: PlayedNode, id: string, payload: Buffer): Promise<void> {
  const message = await peer.next({
    what: `the broadcast ${id}`,
    type: 'flood',
    hint: 'do you send what is new to everyone that you are connected to but the one that it came from?',
  })
  if (message.id === id && message.payload === payload.toString('hex')) return
  house.fail({
    expected: `{"type":"flood","id":"${id}","payload":${short(payload.toString('hex'))}} to ${peer.id}, as it came.`,
    got: `${short(message)}.`,
    hint: ONCE,
  })
}

async function expectNothing(
  t: CheckContext,
  house: House,
  peers: readonly PlayedNode[],
  after: string,
  hint: string,
): Promise<void> {
  for (const peer of [...peers, house.stranger]) await peer.settled()
  const [told] = t.program.told.waiting(delivered.name)
  if (told)
    house.fail({ expected: `no event ${after}.`, got: `the event delivered ${short(told.data)}.`, hint })
  for (const peer of peers) {
    const extra = peer.waiting().find(({ type }) => type !== 'record')
    if (extra) house.fail({ expected: `no message to ${peer.id} ${after}.`, got: `${short(extra)}.`, hint })
  }
}
