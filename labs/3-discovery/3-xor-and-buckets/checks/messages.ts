/** What the program says: its queries, and its answers to those of the checker's neighbors. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, inNode } from '../../../check/kit/finding.ts'
import type { Datagram } from '../../../check/peers/datagrams.ts'
import { firstDifference, glance } from '../../../check/transcript/hexdump.ts'
import {
  decodeBencode,
  encodeBencode,
  type BencodeValue,
  type DecodedDictionary,
} from '../../../exercise/bencode.ts'
import { idIn, parseKrpc, type KrpcMessage } from '../../shared/krpc.ts'

/** A query of the program's. */
export interface Query {
  /** In milliseconds of the checker's time. */
  at: number
  method: 'ping' | 'find_node'
  t: Buffer
  /** Of find_node. */
  target?: Buffer
}

export type Answer = Exclude<KrpcMessage, { kind: 'query' }>

const OP = 'listen'
const SHOWN = 40

const SORTED = `do you write keys in the order of their bytes${inNode(' (encodeBencode does)')}?`
const BYTES = `ids and transaction ids are bytes${inNode(': keep them in Buffers, and never turn them into strings on the way')}. Decoded as text, bytes from 0x80 on become others.`

/** Fails unless the datagram comes from where the program listens. */
function judgeSource(t: CheckContext, { host, port: from }: Datagram, port: number, what: string): void {
  if (host === '127.0.0.1' && from === port) return
  t.fail({
    op: OP,
    expected: `${what} from 127.0.0.1:${port}, where your program listens.`,
    got: `one from ${host}:${from}.`,
    hint: 'do you send everything with the one socket that you listen with? Others know you by its address.',
  })
}

/** Fails unless the bytes are what bencode has for this value: there is only one way to write it. */
function judgeBencode(t: CheckContext, bytes: Buffer, what: string): void {
  const written = encodeBencode(decodeBencode(bytes) as BencodeValue)
  if (written.equals(bytes)) return
  t.fail({
    op: OP,
    expected: `${what} in bencode, with the keys sorted.`,
    got: 'the same keys in another order.',
    hint: SORTED,
    bytes: { expected: written, actual: bytes },
  })
}

/** A query of the program's, or a failure. */
export function acceptQuery(
  t: CheckContext,
  {
    datagram,
    message,
    port,
    id,
    to,
    at,
  }: {
    datagram: Datagram
    message: Extract<KrpcMessage, { kind: 'query' }>
    port: number
    id: Buffer
    to: string
    at: number
  },
): Query {
  const did = `Your program sent a query to ${to}.`
  const { method, args } = message
  const fail = (expected: string, got: string, hint: string) => t.fail({ op: OP, did, expected, got, hint })
  judgeSource(t, datagram, port, 'the query')
  judgeBencode(t, datagram.bytes, 'a query')
  const sender = idIn(args.id)
  if (!sender?.equals(id)) {
    t.fail({
      op: OP,
      did,
      expected: `your id in \`a.id\`: ${id.toString('hex')}.`,
      got: Buffer.isBuffer(args.id) ? `${args.id.toString('hex')}.` : 'no string of bytes.',
      hint: BYTES,
      ...(Buffer.isBuffer(args.id) && { bytes: { expected: id, actual: args.id } }),
    })
  }
  if (message.t.length === 0)
    fail(
      'a transaction id in `t`.',
      'an empty one.',
      'without it, you cannot tell which query an answer belongs to.',
    )
  if (method === 'ping') return { at, method, t: message.t }
  const target = idIn(args.target)
  if (method !== 'find_node')
    return fail('a ping, or find_node.', `the method "${method}".`, 'this exercise needs no other queries.')
  if (!target) return fail('20 bytes in `a.target`.', described(args.target), 'the target is an id.')
  return { at, method, t: message.t, target }
}

const described = (value: DecodedDictionary[string]): string =>
  value === undefined
    ? 'nothing.'
    : Buffer.isBuffer(value)
      ? `${count(value.length, 'byte')}.`
      : 'something that is not a string of bytes.'

/** What the program answered to a query with this transaction id: a response with the program's id, or an error. All else fails. */
export function readAnswer(
  t: CheckContext,
  {
    datagram,
    method,
    port,
    t: transaction,
    id,
    earlier,
  }: {
    datagram: Datagram
    method: string
    port: number
    t: Buffer
    id: Buffer
    /** The transaction id of the query before. */
    earlier?: Buffer | undefined
  },
): Answer {
  const what = `an answer to ${method}`
  judgeSource(t, datagram, port, what)
  let message: KrpcMessage
  try {
    message = parseKrpc(datagram.bytes)
  } catch (error) {
    return t.fail({
      op: OP,
      expected: `${what}: {t, y: "r", r: {…}} in bencode.`,
      got: `${count(datagram.bytes.length, 'byte')}, ${glance(datagram.bytes, SHOWN)}: ${(error as Error).message}`,
      hint: `does one datagram hold one dictionary, and nothing else${inNode(' (encodeBencode writes it)')}?`,
    })
  }
  judgeBencode(t, datagram.bytes, what)
  if (!message.t.equals(transaction)) {
    t.fail({
      op: OP,
      expected: `${what} with its transaction id: ${transaction.toString('hex')}.`,
      got: `${message.t.toString('hex')}.`,
      hint: earlier?.equals(message.t)
        ? 'this is the transaction id of the query before, which has its answer already. Do you answer each query once?'
        : `the answer repeats \`t\` as it is. ${BYTES}`,
      bytes: { expected: transaction, actual: message.t },
    })
  }
  if (message.kind === 'query')
    return t.fail({ op: OP, expected: `${what}.`, got: 'a query with the same transaction id.' })
  if (message.kind === 'error') return message
  const sender = idIn(message.values.id)
  if (sender?.equals(id)) return message
  const { id: got } = message.values
  return t.fail({
    op: OP,
    expected: `your id in \`r.id\`: ${id.toString('hex')}.`,
    got: Buffer.isBuffer(got) ? `${got.toString('hex')}.` : 'no string of bytes.',
    hint: `\`r.id\` is the id of the one who answers. ${BYTES}`,
    ...(Buffer.isBuffer(got) &&
      firstDifference(id, got) !== undefined && { bytes: { expected: id, actual: got } }),
  })
}

export function failUnanswered(t: CheckContext, method: string, strangers: readonly Datagram[]): never {
  const [first] = strangers
  return t.fail({
    op: OP,
    expected: `an answer to ${method}, at the address that it came from.`,
    got: first
      ? `${count(first.bytes.length, 'byte')} from ${first.host}:${first.port}: ${glance(first.bytes, SHOWN)}.`
      : 'nothing, although your program runs.',
    hint: `do you answer each query, to the address and port that it came from${inNode(' (in DhtNode, receiveQuery)')}?`,
  })
}

/** The values of a response, or a failure. */
export function valuesOf(t: CheckContext, answer: Answer, method: string): DecodedDictionary {
  if (answer.kind === 'response') return answer.values
  return t.fail({
    op: OP,
    expected: `a response to ${method}.`,
    got: `the error ${answer.code} "${answer.message.slice(0, SHOWN)}".`,
    hint: 'the query is right, also when it has keys that you do not know.',
  })
}
