/**
 * The learner's program, as the checker sees it: a process that takes commands and answers with control lines
 * (CONTRACT.md). Nothing that it does can hang or harm the checker: lines, output and time are all bounded.
 */
import { within } from './deadline.ts'
import { CannotRun, CheckFailure, count, type Finding } from './finding.ts'
import { isCommandMissing, launch, programName, type Launch } from './launch.ts'
import { createLineSplitter, MAX_LINE_BYTES, parseLine, type ControlLine } from './control-lines.ts'
import { killGroup } from './process-group.ts'
import type { Transcript } from './transcript.ts'

/** CONTRACT.md: from the start to `ready`, and from the end of standard input to the exit. */
export const READY_MS = 10_000
export const STOP_MS = 2_000
/** How long a program may take to answer an op, unless the check knows better. */
export const REPLY_MS = 5_000
/** What a program may print in one check. More is a program that prints without end. */
export const MAX_OUTPUT_BYTES = 8 * 1024 * 1024

export interface Program {
  pid: number
  /** Resolves when the program said that it is ready. */
  ready: Promise<void>
  /** Rejects when the program breaks the contract or ends; never resolves. */
  fault: Promise<never>
  /** Asks for an op. Rejects with a CheckFailure when the answer is an error or does not come within `ms`. */
  call(op: string, args: Record<string, unknown>, ms?: number): Promise<Record<string, unknown>>
  /** The end of what the program printed on standard error and, outside control lines, on standard output. */
  output(): string
  /** Ends standard input, and the process group when it is not gone after STOP_MS. Resolves when it is gone. */
  stop(): Promise<void>
  /** Ends the process group at once. Resolves when it is gone. */
  kill(): Promise<void>
}

export interface ProgramHost extends Launch {
  transcript: Transcript
  onLog(stream: 'stdout' | 'stderr', text: string): void
  onRunning(pid: number, running: boolean): void
}

const KEPT_OUTPUT = 4_000
const LAST_WORDS_MS = 200

/** Throws CannotRun when the process cannot be started. */
export function startProgram(host: ProgramHost): Program {
  const child = launch(host)
  const { pid } = child
  if (pid === undefined) {
    child.on('error', () => {})
    throw new CannotRun(`${programName(host.spec)} could not be started.`)
  }
  host.onRunning(pid, true)

  const ready = Promise.withResolvers<void>()
  const fault = Promise.withResolvers<never>()
  const exited = Promise.withResolvers<void>()
  const pending = new Map<number, { op: string; resolve(line: ControlLine): void }>()
  let nextId = 1
  let isReady = false
  let over = false
  let output = ''
  let printed = 0
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
    fail({
      expected: `at most ${count(MAX_OUTPUT_BYTES / 2 ** 20, 'MiB')} of output during one check.`,
      got: 'more than that: your program floods its output, so it was ended.',
      hint: 'is something printed in a loop that never ends?',
    })
    void killGroup(pid)
    return false
  }

  const onControl = (line: ControlLine) => {
    if (line.p2plab === 'ready') {
      isReady = true
      return ready.resolve()
    }
    if (line.p2plab === 'event') return
    const waiting = pending.get(line.id)
    if (waiting) {
      pending.delete(line.id)
      return waiting.resolve(line)
    }
    const twice = line.id > 0 && line.id < nextId
    fail({
      expected: 'one reply to each command, with the id of that command.',
      got: twice
        ? `a second reply to the command with id ${line.id}.`
        : `a reply to id ${line.id}, which was never asked.`,
    })
  }

  const splitter = createLineSplitter()
  child.stdout.on('data', (chunk: Buffer) => {
    if (over && printed > MAX_OUTPUT_BYTES) return
    const lines = splitter.push(chunk)
    if (lines === 'too long') {
      fail({
        expected: `lines of at most ${count(MAX_LINE_BYTES, 'byte')} on standard output.`,
        got: 'a longer line, so your program was ended.',
      })
      printed = Infinity
      return void killGroup(pid)
    }
    for (const text of lines) {
      const line = parseLine(text)
      if (line.kind === 'control') onControl(line.message)
      else if (line.kind === 'bad') {
        fail({
          expected: 'control lines as the contract describes them.',
          got: `${text.slice(0, 200)}  (${line.problem})`,
        })
      } else if (countOutput(text.length + 1)) print('stdout', `${text}\n`)
      else return
    }
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (printed <= MAX_OUTPUT_BYTES && countOutput(text.length)) print('stderr', text)
  })
  // A program that is gone makes writing to it fail; its exit says so better.
  child.stdin.on('error', () => {})
  child.on('error', error =>
    fail(new CannotRun(`${programName(host.spec)} could not be started: ${error.message}.`)),
  )

  let stopping = false
  const ended = (status: number | null, signal: string | null) => {
    const rest = splitter.rest()
    if (rest !== '' && printed <= MAX_OUTPUT_BYTES) print('stdout', rest)
    if (!stopping) fail(unexpectedEnd(host, isReady, status, signal, output))
    over = true
    host.onRunning(pid, false)
    exited.resolve()
  }
  child.once('exit', (status, signal) => {
    const closed = new Promise<void>(resolve => child.once('close', () => resolve()))
    // What it started may outlive it and hold its output open: the last words are worth a moment, not more.
    void within(closed, LAST_WORDS_MS, () => new Error('still open'))
      .catch(() => {})
      .then(() => killGroup(pid))
      .then(() => ended(status, signal))
  })

  const gone = () => exited.promise
  const kill = () => {
    stopping = true
    over = true
    return killGroup(pid).then(gone)
  }

  const readyInTime = within(ready.promise, READY_MS, () => notReady(host))
  readyInTime.catch(() => {})
  return {
    pid,
    fault: fault.promise,
    ready: readyInTime,
    output: () => output,
    kill,
    stop() {
      stopping = true
      child.stdin.end()
      return within(gone(), STOP_MS, () => new Error('still there')).catch(kill)
    },
    async call(op, args, ms = REPLY_MS) {
      const id = nextId++
      const command = JSON.stringify({ id, op, args })
      const answer = new Promise<ControlLine>(resolve => pending.set(id, { op, resolve }))
      host.transcript.control('to program', `${op} ${shortened(JSON.stringify(args))}`)
      child.stdin.write(`${command}\n`)
      const line = await within(Promise.race([answer, fault.promise]), ms, () => unanswered(op, ms))
      if (line.p2plab === 'reply') {
        host.transcript.control('from program', `${op} replied ${shortened(JSON.stringify(line.result))}`)
        return line.result
      }
      const message = line.p2plab === 'error' ? line.message : ''
      host.transcript.control('from program', `${op} failed`)
      throw new CheckFailure({
        op,
        did: `The checker called ${op} ${shortened(JSON.stringify(args))}.`,
        expected: `that ${op} does its work and replies.`,
        got: `an error: ${message}`,
        ...hintFor(op, message),
      })
    },
  }
}

function unexpectedEnd(
  { spec }: Launch,
  wasReady: boolean,
  status: number | null,
  signal: string | null,
  output: string,
): Finding | CannotRun {
  if (!wasReady && isCommandMissing(spec, status)) {
    return new CannotRun(`"${programName(spec)}" could not be run: ${output.trim() || 'no such command'}.`)
  }
  const how = signal ? `was ended by ${signal}` : `exited with status ${status}`
  return {
    expected: wasReady ? 'a program that goes on running.' : 'a program that gets ready.',
    got: `your program ${how}${wasReady ? '' : ' before it was ready'}.`,
    hint: wasReady
      ? 'an error that nothing catches ends the whole program. What it printed last, below, says which.'
      : 'what it printed last, below, says why.',
  }
}

const shortened = (text: string) => (text.length > 70 ? `${text.slice(0, 70)}…` : text)

const notReady = ({ spec }: Launch) =>
  new CheckFailure({
    did: `The checker started ${programName(spec)} and waited.`,
    expected: `that your program is ready within ${READY_MS / 1000} s.`,
    got: 'nothing: it is still running, but it never said that it is ready.',
    hint:
      spec.kind === 'typescript'
        ? 'is there a loop, or an await that never ends, outside your functions?'
        : 'does it print {"p2plab":"ready","contract":1} as a line of its own, and flush its output?',
  })

const unanswered = (op: string, ms: number) =>
  new CheckFailure({
    op,
    expected: `a reply to ${op} within ${ms / 1000} s.`,
    got: 'no reply: your program stopped answering.',
    hint: 'is there a loop that never ends, or a promise that nothing resolves?',
  })

const hintFor = (op: string, message: string): { hint?: string } => {
  if (message.includes('not written yet')) {
    return { hint: `this is where you start: replace the line that throws in ${op} with your own code.` }
  }
  if (message.includes('EADDRINUSE')) {
    return {
      hint: 'is a port written into your code? Listen on the port that you are given; 0 means any free one.',
    }
  }
  return {}
}
