/** The checker's side of exercise 1.5: a server that sees each request and each connection, and asks for requests. */
import type { Answer } from '../../../check/kit/ask.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, number } from '../../../check/kit/finding.ts'
import { glance } from '../../../check/transcript/hexdump.ts'
import { happens, NEVER_MS } from '../../../check/kit/patience.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import type { Program } from '../../../check/engine/program.ts'
import exercise from '../exercise.ts'
import { encode, HEADER, readFrame } from '../../shared/frames.ts'
import * as symptom from './symptoms.ts'

/** Bytes of the id in front of each request and reply. */
export const ID = 4
const LONGEST = 1024 * 1024
/** How long what is due at once may take while the program shows that it runs. */
const AT_ONCE_MS = 1500

/** A connection from the program. */
export interface Line {
  peer: Peer
  /** Requests that came and were not answered. */
  waiting: Set<Arrival>
  /** When the program ended it, performance.now(). */
  endedAt?: number
  /** Resolves when the program ended it. */
  ended: Promise<void>
  /** The server ended it: nothing may come here any more. */
  over: boolean
}

/** A request that came. */
export interface Arrival {
  line: Line
  id: number
  bytes: Buffer
}

/** A request that the program was asked for. */
export interface Asked {
  bytes: Buffer
  answer: Promise<Answer<{ bytes: Buffer }>>
  settled: boolean
}

export interface Pool {
  /** All connections so far, in the order in which they came. */
  lines: readonly Line[]
  openLines(): Line[]
  request(bytes?: Buffer): Asked
  /**
   * The next request that comes. Fails when none does, or when one of `of` has an answer before that. `hint`: why, where the check
   * knows more than what came says.
   */
  arrival(of: readonly Asked[], hint?: string, expected?: string): Promise<Arrival>
  /** Answers. In several pieces when `pieces` is more than 1. */
  reply(to: Arrival, bytes: Buffer, pieces?: number): void
  /** The frame of a reply, for a check that writes it itself: the request does not count as waiting any longer. */
  replyFrame(to: Arrival, bytes: Buffer): Buffer
  /** Sends a reply that no request waits for. */
  stray(line: Line, id: number, bytes: Buffer): void
  /** Fails unless the request returns these bytes. `hint`: why, when it fails or nothing comes. */
  expectReply(asked: Asked, bytes: Buffer, hint?: string): Promise<void>
  /** Fails unless the request ends with an error: not given up before `ms` milliseconds. */
  expectError(asked: Asked, expected: string, hint: string, ms?: number): Promise<void>
  /** One request from end to end: the connection that it took, and when the server answered (performance.now()). */
  roundTrip(hint?: string): Promise<{ line: Line; repliedAt: number }>
  /** From now on, the system refuses connections. Those that are open stay. */
  stopListening(): Promise<void>
  /** The server is back at the same address. False where the system does not allow it. */
  listenAgain(): Promise<boolean>
  /** Whether `due` happens while the program runs: not given up before `ms` milliseconds. */
  happens(due: Promise<unknown>, ms?: number, step?: () => void): Promise<boolean>
  /** The program has read what was sent to it before. */
  untilRead(): Promise<void>
}

export interface Options {
  maxConnections: number
  /** Left out: out of reach. */
  idleMs?: number
}

/** Starts a server and asks the program to open a pool for it. */
export async function openPool(
  t: CheckContext,
  { maxConnections, idleMs = NEVER_MS }: Options,
  program: Program = t.program,
): Promise<Pool> {
  const asked = new Map<string, Asked>()
  const server = await t.sockets.serve(first => beginsWithRequest(first, asked.values()))
  const lines: Line[] = []
  const seen = new Set<string>()
  const arrivals: Arrival[] = []
  /** All replies by their bytes: whose they are, or that no request waited for them. */
  const replies = new Map<string, Arrival | 'stray'>()
  let problem: { got: string; expected: string; hint: string } | undefined
  let wake = () => {}

  const report = (expected: string, got: string, hint: string) => {
    problem ??= { expected, got, hint }
    wake()
  }

  const onFrame = (line: Line, body: Buffer) => {
    const { name } = line.peer
    if (line.over) {
      return report(
        `no request on ${name}, which the server has ended.`,
        'a request.',
        'is a connection that the server has ended still in the pool? A request there never gets a reply.',
      )
    }
    if (body.length < ID) {
      return report(
        'frames with an id (4 bytes) and the bytes of the request.',
        `a frame of ${count(body.length, 'byte')} on ${name}.`,
        'do you put the id in front of the bytes, inside the frame?',
      )
    }
    const arrival = { line, id: body.readUInt32BE(), bytes: body.subarray(ID) }
    const key = arrival.bytes.toString('latin1')
    if (seen.has(key)) {
      return report(
        'each request once.',
        `a request for the second time, on ${name}.`,
        'do you send a request again after its connection broke? The server may have acted on it already: let it fail, and the caller decides.',
      )
    }
    const cut = [...asked].find(([whole]) => whole.length > key.length && whole.startsWith(key))
    if (!asked.has(key) && cut) {
      return report(
        `a frame with the id and all ${count(cut[0].length, 'byte')} of the request.`,
        `a frame of ${count(body.length, 'byte')} on ${name}, with the first ${number(key.length)} of them.`,
        'does the length count the id and all bytes of the request? It takes 4 bytes, also when the first two are 0.',
      )
    }
    const begins = [...asked.keys()].some(
      whole => whole.length === key.length && whole.startsWith(key.slice(0, KNOWN)),
    )
    if (!asked.has(key) && begins) {
      return report(
        `a frame with the id and the ${count(key.length, 'byte')} of the request.`,
        `a frame on ${name} that begins with them, and has other bytes further on.`,
        symptom.WHOLE,
      )
    }
    if (!asked.has(key)) {
      return report(
        'requests with the bytes that the checker passed.',
        `a different request on ${name}: ${glance(body)}.`,
        'does the body of each frame consist of the id (4 bytes, big-endian) and then the bytes of the request?',
      )
    }
    if ([...line.waiting].some(other => other.id === arrival.id)) {
      return report(
        'different ids for the requests that wait on one connection.',
        `id ${number(arrival.id)} twice on ${name}.`,
        'does each request get a number of its own? Nothing else tells the replies apart.',
      )
    }
    seen.add(key)
    line.waiting.add(arrival)
    arrivals.push(arrival)
    wake()
  }

  const serve = async (peer: Peer) => {
    const ended = Promise.withResolvers<void>()
    const line: Line = { peer, waiting: new Set(), over: false, ended: ended.promise }
    const before = openLines()
    lines.push(line)
    if (before.length >= maxConnections) {
      report(
        `at most ${count(maxConnections, 'connection')} at once.`,
        `${before.length + 1}.`,
        symptom.COUNT,
      )
    }
    for (;;) {
      const frame = await readFrame(peer, LONGEST, NEVER_MS)
      if (frame.body) {
        onFrame(line, frame.body)
        continue
      }
      if (frame.stop === 'enough') {
        report(
          'frames: the length of the body (4 bytes, big-endian), then the body.',
          `${glance(frame.partial)} in place of a length.`,
          'is each request a frame as in exercise 1.2, with the id inside?',
        )
      }
      line.endedAt = performance.now()
      return ended.resolve()
    }
  }

  const accept = async () => {
    for (;;) void serve(await server.acceptOurs())
  }
  void accept()

  const openLines = () => lines.filter(line => line.endedAt === undefined && !line.over)

  const fail = (expected: string, got: string, hint: string) => t.fail({ op: 'request', expected, got, hint })

  const failIfProblem = () => {
    if (problem) fail(problem.expected, problem.got, problem.hint)
  }

  const patiently: Pool['happens'] = (due, ms = AT_ONCE_MS, step = () => {}) =>
    happens(due, {
      ms,
      async signOfLife() {
        step()
        await program.signOfLife()
      },
    })

  const pool: Pool = {
    lines,
    openLines,
    happens: patiently,
    stopListening: () => server.stopListening(),
    listenAgain: () => server.listenAgain(),
    async untilRead() {
      for (let i = 0; i < 2; i++) await program.signOfLife()
    },
    request(bytes = t.random.bytes(t.random.int(12, 60))) {
      const request: Asked = {
        bytes,
        settled: false,
        answer: t.ask(exercise.ops.request, { bytes }, { program, ms: NEVER_MS }),
      }
      // Where the answer is awaited, its rejection is handled.
      request.answer.then(
        () => void (request.settled = true),
        () => void (request.settled = true),
      )
      request.answer.then(wakeUp, wakeUp)
      asked.set(bytes.toString('latin1'), request)
      return request
    },
    async arrival(of, hint, expected = 'that the request arrives at the server.') {
      const come = new Promise<void>(resolve => {
        wake = () => {
          if (problem || arrivals.length > 0 || of.some(request => request.settled)) resolve()
        }
        wake()
      })
      if (!(await patiently(come))) {
        // A program that sends something else than requests is told so by what it sent.
        for (const peer of server.takeSuspects()) void serve(peer)
        await pool.untilRead()
      }
      failIfProblem()
      const arrival = arrivals.shift()
      if (arrival) return arrival
      const answer = await of.find(request => request.settled)?.answer
      if (answer?.error !== undefined)
        return fail(expected, `an error: ${answer.error}`, hint ?? symptom.FAILS)
      if (answer) return fail(expected, 'a result, before the request arrived at the server.', symptom.EARLY)
      return fail(
        expected,
        'no request.',
        hint ?? (openLines().some(isBusy) ? symptom.NO_QUEUE : symptom.SENT),
      )
    },
    reply(to, bytes, pieces = 1) {
      for (const piece of t.random.cut(pool.replyFrame(to, bytes), pieces)) void to.line.peer.write(piece)
    },
    replyFrame(to, bytes) {
      to.line.waiting.delete(to)
      replies.set(bytes.toString('latin1'), to)
      return encodeReply(to.id, bytes)
    },
    stray(line, id, bytes) {
      replies.set(bytes.toString('latin1'), 'stray')
      void line.peer.write(encodeReply(id, bytes))
    },
    async expectReply(request, bytes, hint) {
      const expected = `that the request returns the ${count(bytes.length, 'byte')} of its own reply.`
      const known = await patiently(Promise.race([request.answer, trouble()]))
      failIfProblem()
      if (!known) fail(expected, 'nothing: the request is still waiting.', hint ?? symptom.WAITS)
      const { result, error } = await request.answer
      if (error !== undefined) fail(expected, `an error: ${error}`, hint ?? symptom.FAILS)
      const actual = result!.bytes
      if (actual.equals(bytes)) return
      const whose = replies.get(actual.toString('latin1'))
      const [got, why] =
        whose === 'stray'
          ? ['the bytes of a reply that no request waited for.', symptom.STRAY]
          : whose
            ? ['the bytes of the reply to another request.', symptom.BY_ID]
            : [
                `${count(actual.length, 'byte')}, but not the expected ones.`,
                actual.subarray(ID).equals(bytes) ? symptom.ID_TOO : symptom.PIECES,
              ]
      t.fail({ op: 'request', expected, got, hint: why, bytes: { expected: bytes, actual } })
    },
    async expectError(request, expected, hint, ms) {
      const known = await patiently(Promise.race([request.answer, trouble()]), ms)
      failIfProblem()
      if (!known) fail(expected, 'nothing: the request is still waiting.', hint)
      const { result } = await request.answer
      if (result) fail(expected, `a result of ${count(result.bytes.length, 'byte')}.`, symptom.INVENTED)
    },
    async roundTrip(hint) {
      const request = pool.request()
      const come = await pool.arrival([request], hint)
      const answer = t.random.bytes(t.random.int(1, 60))
      const repliedAt = performance.now()
      pool.reply(come, answer)
      await pool.expectReply(request, answer, hint)
      return { line: come.line, repliedAt }
    },
  }

  const wakeUp = () => wake()
  /** Resolves when a problem is reported: then there is nothing to wait for. */
  const trouble = () =>
    new Promise<void>(resolve => {
      wake = () => {
        if (problem) resolve()
      }
      wake()
    })

  const args = { peer: server.address, maxConnections, idleMs }
  t.doing(`The checker called open ${JSON.stringify(args)}.`)
  await t.call(exercise.ops.open, args, { program })
  return pool
}

const isBusy = ({ waiting }: Line): boolean => waiting.size > 0

/** Anyone can connect to the server: a connection is the program's when it begins with a request that the program was asked for. */
function beginsWithRequest(first: Buffer, asked: Iterable<Asked>): boolean | undefined {
  const body = first.subarray(HEADER + ID)
  const fits = [...asked].filter(
    ({ bytes }) =>
      (first.length < HEADER || first.readUInt32BE() === ID + bytes.length) &&
      body.subarray(0, bytes.length).equals(bytes.subarray(0, body.length)),
  )
  if (fits.length === 0) return false
  if (first.length < HEADER + ID) return undefined
  return fits.some(({ bytes }) => body.length >= Math.min(KNOWN, bytes.length)) || undefined
}

/** So many bytes of a request are nobody else's. */
const KNOWN = 8

export function encodeReply(id: number, bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(ID)
  head.writeUInt32BE(id)
  return encode(Buffer.concat([head, bytes]))
}
