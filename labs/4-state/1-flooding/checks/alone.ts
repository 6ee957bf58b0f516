/** A node whose peers are not there: it waits for nobody. And many messages: each has an id of its own. */
import type { Check } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import { encodeJsonFrame, jsonFrames } from '../../../../network/links/json-frames.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import exercise from '../exercise.ts'

const { start, publish } = exercise.ops
const { delivered } = exercise.events

const HOST = '127.0.0.1'
/** As many ids of two random bytes, or of one millisecond, would have equal ones among them. */
const MANY = 2_000

/** The frames up to the one with this id, or all that come. */
async function readUntil(peer: Peer, id: string): Promise<{ type?: unknown; id?: unknown }[]> {
  const decoder = jsonFrames.decoder()
  const frames: { type?: unknown; id?: unknown }[] = []
  for (;;) {
    const { bytes, stop } = await peer.read(1)
    const rest = await peer.read(peer.waiting(), 1)
    for (const { value } of decoder.push(Buffer.concat([bytes, rest.bytes]))) frames.push(value as object)
    if (stop !== 'enough' || frames.some(frame => frame.id === id)) return frames
  }
}

export const alone: Check = async t => {
  t.doing('The checker started your program with one peer, whose address refuses connections.')
  const server = await t.sockets.serve(first => jsonFrames.begins(first, 'n1'), { called: 'n2' })
  await server.stopListening()
  const peers = [{ id: 'n2', address: server.address }]
  const other = await t.another()
  const [{ port }] = await Promise.all([
    t.call(start, { id: 'n1', host: HOST, port: 0, peers, window: 10 }),
    t.call(start, { id: 'n3', host: HOST, port: 0, peers: [], window: 10 }, { program: other }),
  ])
  t.doing(
    'While its only peer refused connections, n2 connected to your program, which then published a message.',
  )
  const peer = await t.sockets.connect(port, 'n2')
  await peer.write(encodeJsonFrame({ from: 'n2' }))
  const payload = t.random.bytes(6)
  // At once, so that ids made from the time would be equal.
  const [first, second] = await Promise.all([
    t.call(publish, { payload }),
    t.call(publish, { payload }, { program: other }),
  ])
  const told = await t.event(delivered, { about: 'for your own message' })
  if (told.id !== first.id)
    t.fail({
      expected: `the event delivered with the id ${first.id}.`,
      got: `the id ${told.id}.`,
      spoke: true,
    })
  for (let i = 0; i < 2; i++) await t.program.signOfLife()
  const { bytes } = await peer.read(Math.max(1, peer.waiting()), 50)
  if (bytes.length > 0)
    t.fail({
      expected:
        'nothing on a connection that your program accepted: a node sends only on those that it dialed.',
      got: `${bytes.length} bytes.`,
      spoke: true,
    })
  if (await server.listenAgain()) {
    t.doing(
      'After your program had published a message, its peer was there, and your program connected. Then it published another one.',
    )
    const dialed = await server.accept()
    for (let i = 0; i < 2; i++) await t.program.signOfLife()
    const late = await t.call(publish, { payload })
    const frames = await readUntil(dialed, late.id)
    const kept = frames.find(({ type, id }) => type === 'flood' && id !== late.id)
    if (kept)
      t.fail({
        expected: 'that n2 gets only what is published after it is connected.',
        got: `the message ${String(kept.id)} of before.`,
        hint: 'flooding keeps nothing for those who come later.',
        spoke: true,
      })
    if (!frames.some(({ id }) => id === late.id))
      t.fail({
        expected: `the message ${late.id} to n2, which is connected now.`,
        got: 'nothing.',
        hint: 'do you send on the new connection once there is one?',
        lost: true,
      })
  }
  t.doing(`Two copies of your program published ${number(MANY)} messages, as fast as they could.`)
  const ids = new Set([first.id])
  const taken = (id: string) => {
    if (ids.has(id))
      t.fail({
        expected: 'another id for each message of each node.',
        got: `the id ${id} a second time, among ${number(ids.size)} messages.`,
        hint: 'what is the id made of? A time or a few random bytes are soon the same again: 16 random bytes are not.',
        spoke: true,
      })
    ids.add(id)
  }
  taken(second.id)
  const all = await Promise.all(
    Array.from({ length: MANY }, (_, i) =>
      t.call(publish, { payload: Buffer.alloc(0) }, { program: i % 2 === 0 ? t.program : other }),
    ),
  )
  for (const { id } of all) taken(id)
}
