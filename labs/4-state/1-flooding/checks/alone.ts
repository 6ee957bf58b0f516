/** A node whose peers are not there: it waits for nobody. And many messages: each has an id of its own. */
import type { Check } from '../../../check/kit/check.ts'
import { encodeJsonFrame, jsonFrames } from '../../../../network/links/json-frames.ts'
import exercise from '../exercise.ts'

const { start, publish } = exercise.ops
const { delivered } = exercise.events

const HOST = '127.0.0.1'
/** As many ids of two random bytes, or of one millisecond, would have equal ones among them. */
const MANY = 2_000

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
  t.doing(
    `Two copies of your program published ${MANY.toLocaleString('en-US')} messages, as fast as they could.`,
  )
  const ids = new Set([first.id])
  const taken = (id: string) => {
    if (ids.has(id))
      t.fail({
        expected: 'another id for each message of each node.',
        got: `the id ${id} a second time, among ${ids.size.toLocaleString('en-US')} messages.`,
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
