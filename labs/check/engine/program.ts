/**
 * The learner's program, as the checker sees it: a process that takes commands and answers with control lines
 * (CONTRACT.md). Nothing that it does can hang or harm the checker: lines, output and time are all bounded.
 */
import { StringDecoder } from 'node:string_decoder'
import { createLineSplitter } from '../../../network/lines.ts'
import { isUtf16Output, WrongEncoding } from '../../../network/written-text.ts'
import { within } from '../kit/deadline.ts'
import { CannotRun, CheckFailure, type Finding } from '../kit/finding.ts'
import { guard } from './guard.ts'
import { launch, programName, type Launch } from './launch.ts'
import { MAX_LINE_BYTES, parseLine, type ControlLine } from './control-lines.ts'
import { killGroupOf } from './process-group.ts'
import { inspectorFilter } from './inspector.ts'
import * as faults from './program-faults.ts'
import { resume, suspend } from './suspension.ts'
import { createToldQueue, type ToldEvents } from './told.ts'
import type { Transcript } from '../transcript/transcript.ts'

/** CONTRACT.md: from the start to `ready`, and from the end of standard input to the exit. */
export const READY_MS = 10_000
export const STOP_MS = 2_000
/** Under a debugger what comes before `ready` is its work, too: it looks for the files of the breakpoints. */
const READY_INSPECTED_MS = 60_000
/** How long a program may take to answer an op, unless the check knows better. */
export const REPLY_MS = 5_000
/** A sign of life costs a program nothing: only one that hangs, on whatever machine, takes that long. */
const LIFE_MS = 15_000
const SIGN_OF_LIFE = 'sign-of-life'
/** After an op without a reply, so long may a sign of life take: it tells one that waits for ever from one that does nothing at all. */
const STILL_MS = 2_000
/** What a program may print in one check. More is a program that prints without end. */
export const MAX_OUTPUT_BYTES = 8 * 1024 * 1024
/** The same for what it tells in events, which are kept until a check takes them. */
export const MAX_EVENT_BYTES = 32 * 1024 * 1024

export interface Program {
  pid: number
  /** Resolves when the program said that it is ready. */
  ready: Promise<void>
  /** Rejects when the program breaks the contract or ends; never resolves. */
  fault: Promise<never>
  /** Asks for an op. Rejects with a CheckFailure when the answer is an error or does not come within `ms`. */
  call(op: string, args: Record<string, unknown>, ms?: number): Promise<Record<string, unknown>>
  /**
   * Resolves when the program has answered an op that no exercise has, with an error, as the contract wants: its event
   * loop has gone round. Done twice, what had reached its sockets before has been handled. Rejects as `call` does when
   * no answer comes; is no part of the transcript.
   */
  signOfLife(): Promise<void>
  /** Its events. */
  told: ToldEvents
  /** The end of what the program printed on standard error and, outside control lines, on standard output. */
  output(): string
  /** Ends standard input, and the process group when it is not gone after STOP_MS. Resolves when it is gone. */
  stop(): Promise<void>
  /** Ends the process group at once. Resolves when it is gone, or cannot be ended within 10 s. */
  kill(): Promise<void>
}

export interface ProgramHost extends Launch {
  transcript: Transcript
  /** Its lane in the transcript; left out: the only one. */
  lane?: string
  onLog(stream: 'stdout' | 'stderr', text: string): void
  onRunning(pid: number, running: boolean): void
  /** With `inspect`: a debugger can attach to this port of 127.0.0.1, and the program waits for it. */
  onInspector?: ((pid: number, port: number) => void) | undefined
}

/** Characters. A stack or two, with the line of the error before them. */
const KEPT_OUTPUT = 16_000
const LAST_WORDS_MS = 200
/** How long a program that was killed may take to be gone. */
const KILL_MS = 10_000

/** Throws CannotRun when the process cannot be started. */
export function startProgram(host: ProgramHost): Program {
  guard.begin()
  const child = launch(host)
  const { pid } = child
  if (pid === undefined) {
    child.on('error', () => {})
    throw new CannotRun(`Could not start ${programName(host.spec)}.`)
  }
  const unwatch = guard.watch(pid)
  host.onRunning(pid, true)
  const inspected = host.inspect === true && host.spec.kind === 'typescript'
  const waiting = `${pid} waits for a debugger`
  if (inspected) suspend(waiting)
  const inspector = inspectorFilter({
    listening: port => host.onInspector?.(pid, port),
    attached: () => resume(waiting),
  })

  const ready = Promise.withResolvers<void>()
  const fault = Promise.withResolvers<never>()
  const exited = Promise.withResolvers<void>()
  const pending = new Map<number, { op: string; resolve(line: ControlLine): void }>()
  let nextId = 1
  let isReady = false
  let over = false
  let output = ''
  let printed = 0
  const told = createToldQueue()
  let toldBytes = 0
  // Whoever waits for them gets the rejection; when nobody does any more, it is no news.
  ready.promise.catch(() => {})
  fault.promise.catch(() => {})

  const fail = (finding: Finding | CannotRun) => {
    if (over) return
    over = true
    const error = finding instanceof Error ? finding : new CheckFailure(finding)
    ready.reject(error)
    fault.reject(error)
  }

  const print = (stream: 'stdout' | 'stderr', text: string) => {
    output = (output + text).slice(-KEPT_OUTPUT)
    host.onLog(stream, text)
  }

  /** False when the program printed too much and is lost. */
  const countOutput = (bytes: number): boolean => {
    printed += bytes
    if (printed <= MAX_OUTPUT_BYTES) return true
    fail(faults.flood(MAX_OUTPUT_BYTES))
    void killGroupOf(child)
    return false
  }

  const onEvent = (event: string, data: unknown, bytes: number) => {
    toldBytes += bytes
    if (toldBytes > MAX_EVENT_BYTES) return refuse(faults.eventFlood(MAX_EVENT_BYTES))
    host.transcript.control(
      'from program',
      `event ${event} ${shortened(JSON.stringify(data ?? {}))}`,
      host.lane,
    )
    told.push({ event, data: data ?? {} })
  }

  const onControl = (line: ControlLine, bytes: number) => {
    if (line.p2plab === 'ready') {
      isReady = true
      return ready.resolve()
    }
    if (line.p2plab === 'event') return onEvent(line.event, line.data, bytes)
    const waiting = pending.get(line.id)
    if (waiting) {
      pending.delete(line.id)
      return waiting.resolve(line)
    }
    fail(faults.unaskedReply(line.id, line.id > 0 && line.id < nextId))
  }

  const splitter = createLineSplitter(MAX_LINE_BYTES, isUtf16Output)
  const refuse = (finding: Finding) => {
    fail(finding)
    printed = Infinity
    void killGroupOf(child)
  }
  child.stdout.on('data', (chunk: Buffer) => {
    if (over && printed > MAX_OUTPUT_BYTES) return
    let lines
    try {
      lines = splitter.push(chunk)
    } catch (error) {
      if (!(error instanceof WrongEncoding)) throw error
      return refuse(faults.wrongEncoding)
    }
    for (const { text, ends } of lines) {
      if (!ends) return refuse(faults.longLine)
      const line = parseLine(text)
      if (line.kind === 'control') onControl(line.message, text.length)
      else if (line.kind === 'bad') {
        fail(faults.badControlLine(text, line.problem))
      } else if (countOutput(text.length + 1)) print('stdout', `${text}\n`)
      else return
    }
  })
  const decoder = new StringDecoder('utf8')
  child.stderr.on('data', (chunk: Buffer) => {
    const text = inspected ? inspector.push(chunk) : decoder.write(chunk)
    if (text !== '' && printed <= MAX_OUTPUT_BYTES && countOutput(text.length)) print('stderr', text)
  })
  // A program that is gone makes writing to it fail; its exit says so better.
  child.stdin.on('error', () => {})
  /** Commands of one moment go out together: a program that gets two hundred at once must not have served some before it sees the rest. */
  const send = (line: string) => {
    if (child.stdin.writableCorked === 0) {
      child.stdin.cork()
      setImmediate(() => child.stdin.uncork())
    }
    child.stdin.write(line)
  }
  child.on('error', error =>
    fail(new CannotRun(`Could not start ${programName(host.spec)}: ${error.message}.`)),
  )

  let stopping = false
  let hangs = false
  const ended = (status: number | null, signal: string | null) => {
    const rest = splitter.rest()
    if (rest !== '' && printed <= MAX_OUTPUT_BYTES) print('stdout', rest)
    const last = inspector.end()
    if (last !== '' && printed <= MAX_OUTPUT_BYTES) print('stderr', last)
    resume(waiting)
    if (!stopping) fail(faults.unexpectedEnd(host.spec, isReady, status, signal, output))
    over = true
    unwatch()
    host.onRunning(pid, false)
    exited.resolve()
  }
  child.once('exit', (status, signal) => {
    const closed = new Promise<void>(resolve => child.once('close', () => resolve()))
    // What it started may outlive it and hold its output open: the last words are worth a moment, not more.
    void within(closed, LAST_WORDS_MS, () => new Error('still open'))
      .catch(() => {})
      .then(() => killGroupOf(child))
      .then(() => ended(status, signal))
  })

  const gone = () => exited.promise
  const kill = () => {
    stopping = true
    over = true
    // One that cannot be killed must not keep the check from ending.
    return killGroupOf(child)
      .then(() => within(gone(), KILL_MS, () => new Error('still there')))
      .catch(() => {})
  }

  /** Undefined when no answer comes within `ms`. */
  const exchange = async (
    op: string,
    args: Record<string, unknown>,
    ms: number,
  ): Promise<ControlLine | undefined> => {
    const id = nextId++
    const answer = new Promise<ControlLine>(resolve => pending.set(id, { op, resolve }))
    send(`${JSON.stringify({ id, op, args })}\n`)
    const late = new Error('late')
    return within(Promise.race([answer, fault.promise]), ms, () => late).catch((error: unknown) => {
      if (error === late) return undefined
      throw error
    })
  }

  const readyMs = inspected ? READY_INSPECTED_MS : READY_MS
  const readyInTime = within(ready.promise, readyMs, () =>
    faults.notReady(host.spec, readyMs, splitter.rest()),
  )
  readyInTime.catch(() => {})
  return {
    pid,
    fault: fault.promise,
    ready: readyInTime,
    told,
    output: () => output,
    kill,
    stop() {
      // A program that answered nothing will not hear the end of its standard input either.
      if (hangs) return kill()
      stopping = true
      child.stdin.end()
      return within(gone(), STOP_MS, () => new Error('still there')).catch(kill)
    },
    async call(op, args, ms = REPLY_MS) {
      host.transcript.control('to program', `${op} ${shortened(JSON.stringify(args))}`, host.lane)
      const given = shortened(JSON.stringify(args))
      const line = await exchange(op, args, ms)
      if (!line) {
        const unfinished = splitter.rest()
        const runs = (await exchange(SIGN_OF_LIFE, {}, STILL_MS)) !== undefined
        hangs = !runs
        throw faults.unanswered({ op, args: given, ms, unfinished, runs })
      }
      if (line.p2plab === 'reply') {
        host.transcript.control(
          'from program',
          `${op} replied ${shortened(JSON.stringify(line.result))}`,
          host.lane,
        )
        return line.result
      }
      const { message, fault } = line.p2plab === 'error' ? line : { message: '' }
      host.transcript.control('from program', `${op} failed`, host.lane)
      throw fault === undefined
        ? faults.opFailed(op, given, message)
        : faults.opUnfit(op, given, message, fault)
    },
    async signOfLife() {
      if (await exchange(SIGN_OF_LIFE, {}, LIFE_MS)) return
      hangs = true
      throw faults.lifeless(LIFE_MS, splitter.rest())
    },
  }
}

const shortened = (text: string) => (text.length > 70 ? `${text.slice(0, 70)}…` : text)
