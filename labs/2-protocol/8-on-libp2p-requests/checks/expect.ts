/** Whether the program answered, asked, reset and returned as it should, with the sentences of this exercise. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import type { Libp2pConnection, Libp2pStream } from '../../../check/peers/libp2p.ts'
import type { Stop } from '../../../check/peers/peer.ts'
import { readPatiently } from '../../../check/peers/read-patiently.ts'
import { decodeRequest, decodeResponse } from '../../../exercise/request-messages.ts'
import { preview } from '../../../preview.ts'
import { readMessage, requestText, responseText, V2, type MessageRead } from './messages.ts'
import { comes, type Asking, type Request, type Result } from './nodes.ts'
import { NEVER_MS } from '../../../check/kit/patience.ts'

const NOTHING = Buffer.alloc(0)

const STOPPED: Readonly<Record<Stop, string>> = {
  enough: '',
  end: 'the end of the stream',
  reset: 'the stream was reset',
  silence: 'nothing more',
}

/** How a message was not as expected: it did not come, or is none, or another one; or what came behind it. */
export type Problem = Stop | 'gone' | 'frame' | 'fields' | 'extra' | 'open' | 'reset behind'

/** Then the program may have ended, too. */
const isOver = (problem: Problem): boolean => ['reset', 'reset behind', 'end', 'gone'].includes(problem)

const PREFIX =
  'does each message begin with its length, as the varint of exercise 2.1? The length counts the bytes of the message, not its own.'

const ARGUMENTS = 'do you pass on all arguments of request, as they are?'

const LISTENING: Partial<Record<Problem, string>> = {
  frame: PREFIX,
  gone: 'stream.close() ends one stream. connection.close() and node.stop() end all of them.',
  reset:
    'does your handler throw? libp2p resets the stream then. And abort() resets it, too: call it only when there is no answer.',
  silence:
    'do you answer as soon as the message is whole? Its length says where it ends. The stream may stay open.',
  end: 'do you send the response before you close the stream? It belongs to the stream that the request came on.',
  extra: 'is there one response for each stream, and nothing behind it?',
  open: 'do you end your side of the stream behind the response? stream.close() sends what waits, then ends your side.',
  'reset behind': 'abort() resets the stream, and can destroy the response. stream.close() ends it normally.',
}

const ASKING: Partial<Record<Problem, string>> = {
  frame: PREFIX,
  gone: 'do you close the connection, or stop the node, before the response has come? stream.close() ends your side of the stream only.',
  reset:
    'do you abort the stream, or stop the node, before the response has come? stream.close() sends the request, then ends your side only.',
  silence: 'do you send the request as soon as the stream is open? The other side waits for it.',
  end: 'do you send the request before you close the stream?',
  extra: 'is there one request for each stream, and nothing behind it?',
  open: 'do you end your side behind the request? stream.close() does, and the other side stays open for the response.',
  'reset behind': 'do you stop the node, or abort the stream, before the response has come?',
}

/** Why there is no message, for a failure. */
function missing(
  stream: Libp2pStream,
  read: MessageRead & { stop: Stop },
): { problem: Problem; got: string } {
  if (stream.lostConnection()) return { problem: 'gone', got: 'your program closed the whole connection.' }
  if (read.wrong !== undefined) return { problem: 'frame', got: `${read.wrong}.` }
  const came =
    read.bytes.length === 0 ? '' : `${count(read.bytes.length, 'byte')}, which are not a whole message, then `
  const got = read.stop === 'silence' && came === '' ? 'no bytes' : `${came}${STOPPED[read.stop]}`
  return { problem: read.bytes.length === 0 ? read.stop : 'frame', got: `${got}.` }
}

/** A message, but not the expected one: where there are more bytes, its length may be what is wrong. */
const another = (stream: Libp2pStream, text: string): { problem: Problem; got: string } =>
  stream.waiting() > 0
    ? { problem: 'frame', got: `${text}, and more bytes behind it.` }
    : { problem: 'fields', got: `${text}.` }

/** What follows the message: nothing but the end of the stream is right. */
async function behind(
  t: CheckContext,
  stream: Libp2pStream,
): Promise<{ problem: Problem; got: string } | undefined> {
  const { bytes, stop } = await readPatiently(t, stream, 1)
  if (stop === 'end') return undefined
  if (bytes.length > 0) return { problem: 'extra', got: 'more bytes behind it.' }
  if (stream.lostConnection())
    return { problem: 'gone', got: 'the message, and then your program closed the whole connection.' }
  return stop === 'reset'
    ? { problem: 'reset behind', got: 'the message, and then the stream was reset.' }
    : { problem: 'open', got: 'the message, but your side of the stream stays open.' }
}

/** The message, or why it is none. */
function decoded<T>(decode: (message: Uint8Array) => T, message: Buffer): T | Error {
  try {
    return decode(message)
  } catch (error) {
    return error as Error
  }
}

export type Hint = string | ((problem: Problem) => string | undefined)

const hintFor = (hint: Hint | undefined, problem: Problem): string | undefined =>
  typeof hint === 'function' ? hint(problem) : hint

/** Fails unless exactly this response comes on the stream, and then its end. */
export async function expectResponse(
  t: CheckContext,
  stream: Libp2pStream,
  { status, value = NOTHING, revision = 0 }: { status: number; value?: Buffer; revision?: number },
  hint?: Hint,
): Promise<void> {
  const wanted = { status, value, revision }
  const failed = (
    { problem, got }: { problem: Problem; got: string },
    bytes?: { actual: Uint8Array },
  ): never => {
    const why = hintFor(hint, problem) ?? LISTENING[problem]
    return t.fail({
      op: 'listen',
      expected: `on ${stream.name}, a response with ${responseText(wanted)}, then the end of the stream.`,
      got,
      ...(why !== undefined && { hint: why }),
      ...(bytes && { bytes: { expected: value, actual: bytes.actual } }),
      lost: isOver(problem),
    })
  }
  const read = await readMessage(t, stream)
  if (read.message === undefined) return failed(missing(stream, read))
  const response = decoded(decodeResponse, read.message)
  if (response instanceof Error)
    return failed({ problem: 'frame', got: `a message that is none: ${response.message}.` })
  const equal = Buffer.from(response.value).equals(value)
  if (response.status !== status || response.revision !== revision || !equal)
    return failed(
      another(stream, `a response with ${responseText(response)}`),
      response.status === status && !equal ? { actual: response.value } : undefined,
    )
  const rest = await behind(t, stream)
  if (rest) failed(rest)
}

/** Fails unless exactly this request comes on the stream, and then its end. */
export async function expectRequest(
  t: CheckContext,
  stream: Libp2pStream,
  wanted: Request,
  protocol = V2,
): Promise<void> {
  const failed = ({ problem, got }: { problem: Problem; got: string }, hint = ASKING[problem]): never =>
    t.fail({
      op: 'request',
      expected: `a request with ${requestText(wanted)}, then the end of your side of the stream.`,
      got,
      ...(hint !== undefined && { hint }),
      lost: isOver(problem),
    })
  if (stream.protocol !== protocol)
    t.fail({
      op: 'request',
      expected: `a stream with the protocol ${protocol}.`,
      got: `one with ${stream.protocol}.`,
      hint: 'do you propose the newest version first? The other side takes the first one that it speaks.',
    })
  const read = await readMessage(t, stream)
  if (read.message === undefined) return failed(missing(stream, read))
  const request = decoded(decodeRequest, read.message)
  if (request instanceof Error)
    return failed({ problem: 'frame', got: `a message that is none: ${request.message}.` })
  const { type, key, value, revision } = request
  const equal = type === wanted.type && key === wanted.key && revision === wanted.revision
  if (!equal || !wanted.value.equals(value)) {
    const found = another(stream, `a request with ${requestText(request)}`)
    failed(found, found.problem === 'fields' ? ARGUMENTS : PREFIX)
  }
  const rest = await behind(t, stream)
  if (rest) failed(rest)
}

/** Fails unless the program resets the stream, without a byte on it, and keeps the connection. `op`: listen when left out. */
export async function expectReset(
  t: CheckContext,
  stream: Libp2pStream,
  {
    expected,
    hint,
    ended = 'do you call stream.abort()? close() ends the stream as if all were well, and the other side cannot tell.',
    connection,
  }: { expected: string; hint: string; ended?: string; connection: Libp2pConnection },
): Promise<void> {
  const op = 'listen'
  const reading = stream.read(Infinity, NEVER_MS)
  if (!(await comes(t, reading)))
    t.fail({ op, expected, got: `the stream is still open, long after that.`, hint })
  const { bytes, stop } = await reading
  if (bytes.length > 0)
    t.fail({
      op,
      expected,
      got: `${count(bytes.length, 'byte')} from your program.`,
      hint,
      bytes: { expected: NOTHING, actual: bytes },
    })
  if (stop === 'end') t.fail({ op, expected, got: 'the normal end of the stream.', hint: ended })
  if (!connection.isOpen())
    t.fail({
      op,
      expected,
      got: 'your program closed the whole connection.',
      hint: 'stream.abort() resets one stream. connection.close() and connection.abort() end all of them.',
      lost: true,
    })
}

export const LET_GO =
  'do you reset the stream when request fails? The other side keeps an open stream, and does not know that nobody reads it any more.'

/** Fails unless the program lets go of a stream whose response never became whole. The checker must not have ended its side. */
export async function expectLetGo(
  t: CheckContext,
  stream: Libp2pStream,
  { expected, hint }: { expected: string; hint: string },
): Promise<void> {
  if (await comes(t, stream.closed)) return
  t.fail({ op: 'request', expected, got: 'an error. But the stream is still open, long after that.', hint })
}

/** The result of the call, as soon as it is there. Fails when none comes although the program runs. */
async function resultOf(
  t: CheckContext,
  { answer }: Asking,
  expected: string,
  silent: string,
): Promise<{ result?: Result; error?: string }> {
  if (await comes(t, answer)) return answer
  return t.fail({ op: 'request', expected, got: 'no result and no error, long after that.', hint: silent })
}

const RETURNS =
  'do you return as soon as the response is whole? Its length says where it ends. The stream may stay open.'

/** Fails unless `request` returns this. */
export async function expectResult(
  t: CheckContext,
  asking: Asking,
  wanted: Result,
  hint?: string,
): Promise<void> {
  const text = (result: Result) => `${result.protocol}, ${responseText(result)}`
  const expected = `that request returns ${text(wanted)}.`
  const { result, error } = await resultOf(t, asking, expected, hint ?? RETURNS)
  if (result === undefined)
    return t.fail({
      op: 'request',
      expected,
      got: `an error: ${error}.`,
      hint:
        hint ??
        'a response is a result, whatever its status. An error is only what leaves you without a response.',
    })
  const sameValue = result.value.equals(wanted.value)
  if (
    result.protocol === wanted.protocol &&
    result.status === wanted.status &&
    result.revision === wanted.revision &&
    sameValue
  )
    return
  t.fail({
    op: 'request',
    expected,
    got: `${text(result)}.`,
    hint:
      hint ??
      'do you return stream.protocol, and the fields of the response as they are, whatever its status?',
    ...(!sameValue && { bytes: { expected: wanted.value, actual: result.value } }),
  })
}

/** Fails unless `request` answers with an error. */
export async function expectError(
  t: CheckContext,
  asking: Asking,
  { expected, hint }: { expected: string; hint: string },
): Promise<void> {
  const { result } = await resultOf(t, asking, expected, hint)
  if (result !== undefined)
    t.fail({ op: 'request', expected, got: `a result: ${preview(responseText(result))}.`, hint })
}
