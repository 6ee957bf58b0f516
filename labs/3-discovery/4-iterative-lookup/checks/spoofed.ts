/** What arrives while queries are in flight, and answers none of them. */
import dgram from 'node:dgram'
import { once } from 'node:events'
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { loopbackHosts } from '../../../check/peers/hosts.ts'
import { encodeContacts, krpcQuery, krpcResponse, type Contact } from '../../shared/krpc.ts'
import { idSharing } from '../../shared/xor.ts'
import { conduct } from './conduct.ts'
import { drawWanted, type DhtNode, type Played, type Query } from './dht.ts'
import { planNetwork, type Planned } from './plan.ts'
import { expectNodes } from './result.ts'

const NODES = 24
const K = 6
const ALPHA = 3
/** Turns of the program's event loop between a false answer and the true one. */
const ROUNDS = 3
/** Before so many of the first answers, and a few later ones. */
const FIRST = 3

const SOURCE =
  'do you compare the address and the port that a message comes from with those that you asked? Anyone can send to your port.'
const TRANSACTION =
  'do you compare all bytes of t with the transaction ID of your query to this node? A message with another one does not answer it.'

/** By what is false in the answer that names it. */
const TRAPS: Readonly<Record<string, string>> = {
  'with another transaction ID': TRANSACTION,
  'with a transaction ID that is a byte longer': TRANSACTION,
  'with the transaction ID of a query to another node': TRANSACTION,
  'from another port': SOURCE,
  'from another address': SOURCE,
}
type Fake = keyof typeof TRAPS

interface Trap extends DhtNode {
  fake: Fake
}

export const spoofed: Check = async t => {
  const wanted = drawWanted(t)
  const { target } = wanted
  const near = (bits: number) => idSharing(target, bits, t.random.bytes(20))
  const plan = planNetwork(t.random, { target, k: K, nodes: NODES })
  const traps = Object.keys(TRAPS).map((fake): Trap => ({ name: `the trap ${fake}`, id: near(60), fake }))
  const strangers = new Map(plan.nodes.map(node => [node, { name: 'a stranger', id: near(0), beside: node }]))
  const { distinct } = await loopbackHosts(t.random.split('hosts'), 2)
  let steps = 0
  const all = [...plan.nodes, ...traps, ...strangers.values()]
  const { got, nodes, find } = await conduct<DhtNode>(t, {
    wanted,
    k: K,
    alpha: ALPHA,
    nodes: all,
    seeds: [plan.seed],
    names: ({ spec }, find) => plan.named.get(spec as Planned)?.map(find) ?? [],
    async before(query, waiting, find) {
      if (++steps > FIRST && t.random.int(0, 2) > 0) return
      await deceive(t, query, waiting, {
        trap: fake => find(traps.find(trap => trap.fake === fake)!),
        stranger: find(strangers.get(query.node.spec as Planned)!),
      })
    },
    onAsked({ spec }) {
      const { fake } = spec as Partial<Trap>
      if (fake === undefined) return
      t.fail({
        op: 'lookup',
        expected: `that the lookup ignores an answer ${fake}.`,
        got: 'a query to a node that only this answer has named.',
        hint: TRAPS[fake]!,
      })
    },
    doing: `The checker called lookup with a k of ${K} and an alpha of ${ALPHA}. Before true answers, it sends false ones: with wrong transaction IDs, from other ${distinct ? 'ports and addresses' : 'ports (this computer has no other loopback address to send from)'}, and datagrams that are no answers at all.`,
  })
  expectNodes(t, got, {
    target,
    k: K,
    nodes,
    closest: plan.closest.map(find),
    missing:
      'it has answered, after datagrams that were not its answer. Do you ignore these, and keep waiting until the timeout?',
  })
}

async function deceive(
  t: CheckContext,
  { node, t: transaction, host, port, wanted }: Query<DhtNode>,
  waiting: readonly Query<DhtNode>[],
  { trap, stranger }: { trap: (fake: Fake) => Played<DhtNode>; stranger: Played<DhtNode> },
): Promise<void> {
  const naming = (fake: Fake, id = transaction, contact: Contact = trap(fake)) =>
    krpcResponse(id, { id: node.id, nodes: encodeContacts([contact]) })
  const changed = Buffer.from(transaction)
  const place = t.random.int(0, changed.length - 1)
  if (changed.length > 0) changed[place]! ^= 0x5a
  const other = waiting.find(query => query.node !== node && !query.t.equals(transaction))
  const send = (bytes: Buffer) => node.send(bytes, port, host)

  if (changed.length > 0) await send(naming('with another transaction ID', changed))
  await send(
    naming('with a transaction ID that is a byte longer', Buffer.concat([transaction, Buffer.of(0)])),
  )
  if (other) await send(naming('with the transaction ID of a query to another node', other.t))
  await send(krpcQuery(transaction, 'find_node', { id: node.id, target: wanted.target }))
  await send(Buffer.alloc(0))
  await send(t.random.bytes(40))
  await send(naming('with another transaction ID').subarray(0, -1))
  await stranger.send(naming('from another port'), port, host)
  await sendFromElsewhere(t, naming('from another address'), {
    from: { host: stranger.host === '127.0.0.1' ? undefined : '127.0.0.1', port: node.port },
    to: { host, port },
  })
  for (let i = 0; i < ROUNDS; i++) await t.program.signOfLife()
}

/** With the same port and another host. Nothing is sent where this system has no other, or the port is taken there: the rest is shown all the same. */
async function sendFromElsewhere(
  { transcript }: CheckContext,
  bytes: Buffer,
  { from, to }: { from: { host?: string | undefined; port: number }; to: { host: string; port: number } },
): Promise<void> {
  const { host, port } = from
  if (host === undefined) return
  const socket = dgram.createSocket('udp4')
  try {
    socket.bind({ port, address: host, exclusive: true })
    await once(socket, 'listening')
    transcript.datagram('to program', 'a stranger', bytes)
    transcript.capture.datagram('to program', { host, port }, to, bytes)
    await new Promise<void>(resolve => socket.send(bytes, to.port, to.host, () => resolve()))
  } catch {
    // The port is taken at that address.
  } finally {
    socket.close()
  }
}
