/** Queries of all kinds, one after another: right ones are answered, wrong ones get an error, and everything else gets nothing. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { glance } from '../../../check/transcript/hexdump.ts'
import { encodeBencode, type BencodeValue } from '../../../exercise/bencode.ts'
import {
  ID_BYTES,
  krpcError,
  krpcQuery,
  krpcResponse,
  METHOD_UNKNOWN,
  PROTOCOL_ERROR,
  tryKrpc,
} from '../../shared/krpc.ts'
import { openHouse, type Neighbor } from './house.ts'
import { readAnswer, valuesOf } from './messages.ts'

/** Bytes of which many are no UTF-8, and none are the same when they are read as such. */
const highBytes = (t: CheckContext, length: number): Buffer =>
  Buffer.from(t.random.bytes(length).map(byte => byte | 0x80))

export async function ping(t: CheckContext): Promise<void> {
  const house = await openHouse(t, { id: Buffer.concat([highBytes(t, 10), t.random.bytes(10)]) })
  const one = await house.neighbor('Node 1', highBytes(t, ID_BYTES))
  const other = await house.neighbor('Node 2')
  const transactions = [
    Buffer.from('aa'),
    Buffer.of(0),
    Buffer.of(0xff, 0xfe),
    Buffer.of(0, 0, 0, 1),
    highBytes(t, 8),
    t.random.bytes(20),
  ]
  for (const transaction of transactions) {
    t.doing(
      `The checker sent a ping with the transaction id ${transaction.toString('hex')} (${count(transaction.length, 'byte')}).`,
    )
    valuesOf(t, await one.ask('ping', {}, { t: transaction }), 'ping')
  }
  t.doing('The checker sent a ping with keys that this exercise does not know, as other implementations do.')
  const extra = t.random.bytes(4)
  await one.send(
    encodeBencode({
      a: { id: one.id, zz: [1, { b: 2 }], port: t.random.int(1, 65535) },
      ip: t.random.bytes(6),
      q: 'ping',
      ro: 1,
      t: extra,
      v: highBytes(t, 4),
      y: 'q',
    }),
  )
  await expectPong(t, one, extra, house.port, house.rules.id)
  t.doing('Two nodes sent a ping each with the same transaction id.')
  const same = t.random.bytes(2)
  await Promise.all([one, other].map(node => node.send(krpcQuery(same, 'ping', { id: node.id }))))
  for (const node of t.random.shuffle([one, other]))
    await expectPong(t, node, same, house.port, house.rules.id)
}

async function expectPong(
  t: CheckContext,
  node: Neighbor,
  transaction: Buffer,
  port: number,
  id: Buffer,
): Promise<void> {
  const datagram = await node.nextAnswer()
  if (datagram)
    return void valuesOf(t, readAnswer(t, { datagram, method: 'ping', port, t: transaction, id }), 'ping')
  t.fail({
    op: 'listen',
    expected: `an answer to ${node.name}.`,
    got: 'nothing, although your program runs.',
    hint: 'do you answer each query, at the address that it came from?',
  })
}

/** What may come of a datagram: an error with this code, nothing, or either. */
type Due = number | 'nothing' | 'nothing or an error'

export async function hostile(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const one = await house.neighbor('A node')
  const { id } = one
  const target = t.random.bytes(ID_BYTES)
  const transaction = t.random.bytes(4)
  const raw = (value: BencodeValue) => encodeBencode(value)
  const query = (method: string, args: Record<string, BencodeValue>) => krpcQuery(transaction, method, args)
  const right = query('find_node', { id, target })
  const bad: [what: string, bytes: Buffer, due: Due][] = [
    ['a query with the method get_peers', query('get_peers', { id, info_hash: target }), METHOD_UNKNOWN],
    ['a query with a method that nobody knows', query('p\u00edng', { id }), METHOD_UNKNOWN],
    ['a ping without an id', query('ping', {}), PROTOCOL_ERROR],
    ['a ping with an id of 19 bytes', query('ping', { id: id.subarray(1) }), PROTOCOL_ERROR],
    [
      'a ping with an id of 21 bytes',
      query('ping', { id: Buffer.concat([id, Buffer.of(0)]) }),
      PROTOCOL_ERROR,
    ],
    ['a ping with a number for an id', query('ping', { id: 7 }), PROTOCOL_ERROR],
    ['a ping without arguments', raw({ t: transaction, y: 'q', q: 'ping' }), PROTOCOL_ERROR],
    ['find_node without a target', query('find_node', { id }), PROTOCOL_ERROR],
    [
      'find_node with a target of 19 bytes',
      query('find_node', { id, target: target.subarray(1) }),
      PROTOCOL_ERROR,
    ],
    [
      'find_node with a target of 40 bytes',
      query('find_node', { id, target: Buffer.from(target.toString('hex')) }),
      PROTOCOL_ERROR,
    ],
    ['find_node with a list for a target', query('find_node', { id, target: [target] }), PROTOCOL_ERROR],
    ['find_node with an id of 0 bytes', query('find_node', { id: '', target }), PROTOCOL_ERROR],
    ['an empty datagram', Buffer.alloc(0), 'nothing'],
    ['text', Buffer.from('hello'), 'nothing'],
    ['random bytes', t.random.bytes(100), 'nothing'],
    ['a query that is cut off', right.subarray(0, t.random.int(1, right.length - 1)), 'nothing'],
    ['a string that claims 9,999,999,999 bytes', Buffer.from('d1:t9999999999:x'), 'nothing'],
    ['8,000 lists in each other', Buffer.from(`d1:t${'l'.repeat(8_000)}`), 'nothing'],
    ['2,000 dictionaries in each other', Buffer.from('d1:a'.repeat(2_000)), 'nothing'],
    ['an integer', raw(42), 'nothing'],
    ['a list', raw(['q', 'ping']), 'nothing'],
    ['a dictionary with nothing in it', raw({}), 'nothing'],
    ['a message that is no query, no response and no error', raw({ t: transaction, y: 'x' }), 'nothing'],
    ['a message with a dictionary for its kind', raw({ t: transaction, y: {} }), 'nothing'],
    ['a response that nobody asked for', krpcResponse(transaction, { id }), 'nothing'],
    ['a response without values', raw({ t: transaction, y: 'r' }), 'nothing'],
    ['an error that nobody asked for', krpcError(transaction, 201, 'no'), 'nothing'],
    ['an error without a reason', raw({ t: transaction, y: 'e', e: 7 }), 'nothing'],
    ['a query without a transaction id', raw({ y: 'q', q: 'ping', a: { id } }), 'nothing or an error'],
    [
      'a query with a number for a transaction id',
      raw({ t: 7, y: 'q', q: 'ping', a: { id } }),
      'nothing or an error',
    ],
    [
      'a query with a dictionary for a method',
      raw({ t: transaction, y: 'q', q: {}, a: { id } }),
      'nothing or an error',
    ],
    ['a query without a method', raw({ t: transaction, y: 'q', a: { id } }), 'nothing or an error'],
  ]
  for (const [what, bytes, due] of t.random.shuffle(bad)) {
    t.doing(
      `The checker sent ${what}${bytes.length === 0 ? '' : ` (${glance(bytes, 24)})`}, and then a ping.`,
    )
    const after = t.random.bytes(4)
    await one.send(bytes)
    await one.send(krpcQuery(after, 'ping', { id }))
    let datagram = await one.nextAnswer()
    const isError = datagram !== undefined && tryKrpc(datagram.bytes)?.kind === 'error'
    if (typeof due === 'number' || (due === 'nothing or an error' && isError)) {
      if (!datagram) return failError(t, due, 'nothing, although your program runs.')
      if (typeof due === 'number') {
        const message = tryKrpc(datagram.bytes)
        if (message?.t.equals(after)) failError(t, due, 'no answer to it; only to the ping.')
        const answer = readAnswer(t, {
          datagram,
          method: 'it',
          port: house.port,
          t: transaction,
          id: house.rules.id,
        })
        if (answer.kind !== 'error') failError(t, due, 'a response.')
        else if (answer.code !== due) failError(t, due, `the error ${answer.code}.`)
      }
      datagram = await one.nextAnswer()
    }
    const message = datagram && tryKrpc(datagram.bytes)
    if (!datagram || message?.t.equals(after) !== true) {
      t.fail({
        op: 'listen',
        expected:
          typeof due === 'number'
            ? 'an answer to the ping, too.'
            : 'an answer to the ping, and to nothing else.',
        got: !datagram
          ? 'no answer to the ping, although your program runs.'
          : `${message?.kind === 'error' ? `the error ${message.code}` : 'another message'}: ${glance(datagram.bytes, 32)}.`,
        hint: !datagram
          ? 'does your program get over what it cannot read? Anybody can send anything to a UDP port.'
          : 'do you look at `y` first? Only a query is answered. Nodes that answer what is no query could answer each other forever.',
      })
    }
    valuesOf(
      t,
      readAnswer(t, { datagram, method: 'ping', port: house.port, t: after, id: house.rules.id }),
      'ping',
    )
  }
}

function failError(t: CheckContext, code: Due, got: string): never {
  return t.fail({
    op: 'listen',
    expected: `the error ${code}: {t, y: "e", e: [${code}, "why"]}.`,
    got,
    hint:
      code === METHOD_UNKNOWN
        ? 'the one who asks waits for an answer: tell it that you do not know the method.'
        : 'do you check that `id` and `target` are there, and are strings of exactly 20 bytes, before you use them?',
  })
}
