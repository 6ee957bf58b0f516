/** find_node: the k closest, in their order, with their addresses. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { loopbackHosts } from '../../../check/peers/hosts.ts'
import { CONTACT_BYTES, decodeContacts, encodeContacts, ID_BYTES, type Contact } from '../../shared/krpc.ts'
import { byDistance, idSharing, xor } from '../../shared/xor.ts'
import { openHouse, type Neighbor } from './house.ts'
import { valuesOf } from './messages.ts'

const OP = 'listen'

/** Neighbors that all find a place, because no bucket gets more than k of them; the one of what shares one bit gets less. */
export function idsWithPlaces(t: CheckContext, own: Buffer, k: number): Buffer[] {
  const some = (count: number, bits: () => number) =>
    Array.from({ length: count }, () => idSharing(own, bits(), t.random.bytes(ID_BYTES)))
  const ids = [...some(k, () => 0), ...some(k - 1, () => 1), ...some(k, () => t.random.int(2, 159))]
  // Deep ones can be the same by chance.
  return [...new Map(ids.map(id => [id.toString('hex'), id])).values()]
}

export async function closest(t: CheckContext): Promise<void> {
  const k = t.random.int(3, 5)
  const house = await openHouse(t, { k })
  const asker = await house.neighbor('an asker')
  asker.react = () => {}
  const ids = t.random.shuffle(idsWithPlaces(t, house.rules.id, k))
  const { hosts } = await loopbackHosts(t.random, ids.length)
  const nodes: Neighbor[] = []
  const judge = async (target: Buffer, what: string, from?: Neighbor) => {
    t.doing(
      `Your program knows ${count(nodes.length, 'node')}, and k is ${k}. ${from ? `${from.name}, one of them,` : 'The checker'} sent find_node with ${what} as the target.`,
    )
    const found = await foundNodes(t, from ?? asker, target)
    const isLeftOut = from && !found.some(({ id }) => id.equals(from.id))
    judgeNodes(t, found, { nodes, target, k, ...(isLeftOut && { hint: ITSELF }) })
  }
  await judge(t.random.bytes(ID_BYTES), 'a random id')
  for (const [index, id] of ids.entries()) {
    const one = await house.neighbor(`Node ${index + 1}`, id, hosts[index])
    await house.join(one)
    nodes.push(one)
    // Around k: fewer, as many, and more.
    if (Math.abs(nodes.length - k) <= 1) await judge(t.random.bytes(ID_BYTES), 'a random id')
  }
  await judge(house.rules.id, 'your own id')
  await judge(t.random.pick(nodes).id, 'the id of a node that you know')
  const itself = t.random.pick(nodes)
  await judge(itself.id, 'its own id', itself)
  const between = idSharing(house.rules.id, 1, t.random.bytes(ID_BYTES))
  await judge(between, 'an id in the range of a bucket that has fewer than k nodes')
  for (let i = 0; i < 5; i++) await judge(misleading(t, nodes, k), 'a random id')
}

const ITSELF =
  'the asker is a good node in your table like all others: its answer does not leave it out. It may ask how you see it.'

/** A target for which other orders than XOR's have other results. */
function misleading(t: CheckContext, nodes: readonly Contact[], k: number): Buffer {
  for (;;) {
    const target = t.random.bytes(ID_BYTES)
    const due = ordered(nodes, byDistance(target), k)
    if (ORDERS.every(([order]) => !ordered(nodes, order(target), k).equals(due))) return target
  }
}

const ordered = (nodes: readonly Contact[], order: Order, k: number): Buffer =>
  encodeContacts([...nodes].sort(order).slice(0, k))

type Order = (one: Contact, other: Contact) => number

const valueOf = (id: Uint8Array): bigint => BigInt(`0x${Buffer.from(id).toString('hex')}`)
const sign = (value: bigint): number => (value < 0n ? -1 : value > 0n ? 1 : 0)
const size = (value: bigint): bigint => (value < 0n ? -value : value)
const bitsOf = (id: Uint8Array): number =>
  [...id].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)

/** Orders that beginners have for that of XOR, and what to say of them. */
const ORDERS: readonly (readonly [order: (target: Buffer) => Order, hint: string])[] = [
  [
    target => (one, other) =>
      sign(size(valueOf(one.id) - valueOf(target)) - size(valueOf(other.id) - valueOf(target))),
    'these are sorted by the difference of the ids. The distance is their XOR.',
  ],
  [
    target => (one, other) => bitsOf(xor(one.id, target)) - bitsOf(xor(other.id, target)),
    'these are sorted by how many bits differ. The first bit that differs outweighs all others.',
  ],
  [target => (one, other) => byDistance(target)(other, one), 'these are the farthest ones first.'],
  [
    () => (one, other) => Buffer.compare(one.id, other.id),
    'these are sorted by their ids: the target does not matter for your program.',
  ],
]

/** What find_node returns. Fails where it is no list of contacts. */
export async function foundNodes(t: CheckContext, asker: Neighbor, target: Uint8Array): Promise<Contact[]> {
  const { nodes } = valuesOf(t, await asker.ask('find_node', { target }), 'find_node')
  if (Buffer.isBuffer(nodes) && nodes.length % CONTACT_BYTES === 0) return decodeContacts(nodes)
  return t.fail({
    op: OP,
    expected: `\`nodes\`: a string of bytes, ${CONTACT_BYTES} for each node.`,
    got:
      nodes === undefined
        ? 'a response without `nodes`.'
        : Buffer.isBuffer(nodes)
          ? `${nodes.length} bytes.`
          : 'something that is not a string of bytes.',
    hint: 'each node takes 20 bytes of id, 4 of address and 2 of port, one directly behind the other. Without nodes, it is an empty string.',
  })
}

const told = (nodes: readonly Contact[], target: Uint8Array): string =>
  nodes.length === 0
    ? 'none'
    : nodes
        .map(
          ({ id, host, port }) =>
            `${id.toString('hex', 0, 4)}… at ${host}:${port}, distance ${xor(id, target).toString('hex', 0, 4)}…`,
        )
        .join('; ')

export function judgeNodes(
  t: CheckContext,
  found: readonly Contact[],
  { nodes, target, k, hint }: { nodes: readonly Contact[]; target: Uint8Array; k: number; hint?: string },
): void {
  const due = [...nodes].sort(byDistance(target)).slice(0, k)
  const [expected, actual] = [encodeContacts(due), encodeContacts(found)]
  if (expected.equals(actual)) return
  t.fail({
    op: OP,
    expected: `${count(due.length, 'node')}: ${told(due, target)}.`,
    got:
      found.length === due.length
        ? `${told(found, target)}.`
        : `${count(found.length, 'node')}: ${told(found, target)}.`,
    hint: hint ?? hintFor(found, nodes, due, target, k),
    bytes: { expected, actual },
  })
}

function hintFor(
  found: readonly Contact[],
  nodes: readonly Contact[],
  due: readonly Contact[],
  target: Uint8Array,
  k: number,
): string {
  const ids = (some: readonly Contact[]) => some.map(({ id }) => id.toString('hex'))
  if (ids(found).join() === ids(due).join()) {
    const swapped = found.some(
      ({ port }, index) =>
        port !== due[index]!.port && port === ((due[index]!.port & 0xff) << 8) + (due[index]!.port >> 8),
    )
    return swapped
      ? 'the ids are right, the ports are not: they are big-endian, the more significant byte first.'
      : 'the ids are right, the addresses are not: 4 bytes of the IPv4 address, then 2 bytes of the port, big-endian.'
  }
  const wrong = ORDERS.find(([order]) =>
    ordered(nodes, order(Buffer.from(target)), k).equals(encodeContacts(found)),
  )
  if (wrong) return wrong[1]
  if (ids(found).sort().join() === ids(due).sort().join())
    return 'these are the right nodes, in another order: the nearest one comes first.'
  if (found.length < due.length) return 'do you look in all buckets? The k closest can be in several.'
  if (found.length > due.length) return `do you return at most k nodes, ${k}?`
  return 'do you sort all nodes of the table, from all buckets, by their distance from the target, and take the first k?'
}
