/** What a program can do to break the contract, in the words that its author reads. */
import { MAX_LINE_BYTES } from './control-lines.ts'
import { CannotRun, CheckFailure, count, inNode, locationIn, type Finding } from '../kit/finding.ts'
import { oneLine } from '../../preview.ts'
import { isCommandMissing, programName } from './launch.ts'
import type { ProgramSpec } from '../protocol.ts'

export const flood = (limit: number): Finding => ({
  expected: `at most ${count(limit / 2 ** 20, 'MiB')} of output during one check.`,
  got: 'more than that: your program floods its output, so the checker ended it.',
  hint: 'does an endless loop print something?',
  spoke: true,
})

export const eventFlood = (limit: number): Finding => ({
  expected: `at most ${count(limit / 2 ** 20, 'MiB')} of events during one check.`,
  got: 'more than that, so the checker ended your program.',
  hint: 'does your program emit the same event again and again?',
})

export const longLine: Finding = {
  expected: `lines of at most ${count(MAX_LINE_BYTES, 'byte')} on standard output.`,
  got: 'a longer line, so the checker ended your program.',
  spoke: true,
}

export const wrongEncoding: Finding = {
  expected: 'UTF-8 on standard output.',
  got: 'UTF-16. The checker could not read it and ended your program.',
  hint: 'does your program run through a shell? Set the output encoding of the shell to UTF-8.',
  spoke: true,
}

export const badControlLine = (line: string, problem: string): Finding => ({
  expected: 'control lines as the contract describes them.',
  got: `${oneLine(line, 200)} (${problem}).`,
  spoke: true,
})

export const unaskedReply = (id: number, twice: boolean): Finding => ({
  expected: 'one reply to each command, with the id of that command.',
  got: twice
    ? `a second reply to the command with id ${id}.`
    : `a reply to id ${id}, which the checker never sent.`,
  spoke: true,
})

/** `status` and `signal` as in the event 'exit'; `output` is the end of what it printed. */
export function unexpectedEnd(
  spec: ProgramSpec,
  wasReady: boolean,
  status: number | null,
  signal: string | null,
  output: string,
): Finding | CannotRun {
  if (!wasReady && isCommandMissing(spec, status)) {
    const why = oneLine(output, 300).replace(/\.$/, '')
    return new CannotRun(`Could not run "${programName(spec)}": ${why || 'no such command'}.`)
  }
  const how = signal ? `was ended by ${signal}` : `exited with status ${status}`
  const when = wasReady ? '' : ' before it was ready'
  const exited = signal ? {} : { exited: true }
  const expected = wasReady ? 'a program that keeps running.' : 'a program that gets ready.'
  const explained = explanation(output)
  if (explained !== undefined && !wasReady) {
    return { spoke: true, expected: 'a file that runs.', got: explained, ...locationIn(explained) }
  }
  if (explained !== undefined) {
    return {
      spoke: true,
      expected,
      got: `your program ${how}: ${explained}`,
      ...exited,
      ...locationIn(explained),
    }
  }
  const hint = wasReady
    ? 'an uncaught error ends the whole program. Its last output shows which one.'
    : 'its last output shows why.'
  return {
    spoke: true,
    expected,
    got: `your program ${how}${when}.`,
    ...exited,
    ...(output.trim() !== '' && { hint }),
  }
}

/** What our runner said last: why the learner's file ended, with its place. */
const explanation = (output: string): string | undefined =>
  output
    .split('\n')
    .findLast(line => line.startsWith('P2P Lab: '))
    ?.slice('P2P Lab: '.length)
    .replace(/^an uncaught error ended your program\. /, 'an error that nothing caught. ')

/** `unfinished` is what came on standard output after the last line end. */
export const notReady = (spec: ProgramSpec, ms: number, unfinished: string): CheckFailure =>
  new CheckFailure({
    hangs: true,
    did: `The checker started ${programName(spec)} and waited.`,
    expected: `that your program is ready within ${ms / 1000} s.`,
    got: `nothing. Your program is still running, but it never reported that it is ready.${noLineEnd(unfinished)}`,
    hint: isControl(unfinished)
      ? END_LINES
      : spec.kind === 'typescript'
        ? 'is there a loop, or an await that never ends, outside your functions?'
        : 'does it print {"p2plab":"ready","contract":1} as a line of its own, and flush its output?',
  })

export interface Unanswered {
  op: string
  /** As the checker sent them, cut to a part of a line. */
  args: string
  ms: number
  /** What came on standard output after the last line end. */
  unfinished: string
  /** It answers other commands. */
  runs: boolean
}

export function unanswered({ op, args, ms, unfinished, runs }: Unanswered): CheckFailure {
  const cut = isControl(unfinished)
  const got = cut
    ? 'no reply.'
    : runs
      ? `no reply. Your program runs and answers other commands, but ${op} has not ended.`
      : 'no reply: your program stopped answering.'
  return new CheckFailure({
    op,
    did: `The checker called ${op} ${args}.`,
    hangs: !runs,
    expected: `a reply to ${op} within ${ms / 1000} s.`,
    got: `${got}${noLineEnd(unfinished)}`,
    hint: cut
      ? END_LINES
      : runs
        ? `does ${op} wait for something that never happens${inNode(', such as a promise that nothing resolves')}?${/Ms"/.test(args) ? ' Or does it take milliseconds for seconds?' : ''}`
        : 'is there an endless loop?',
  })
}

/** `ms` milliseconds without an answer to a command that no exercise has. */
export const lifeless = (ms: number, unfinished: string): CheckFailure =>
  new CheckFailure({
    hangs: true,
    expected: 'that your program goes on answering commands, also while others are in progress.',
    got: `no answer to an unknown command within ${ms / 1000} s.${noLineEnd(unfinished)}`,
    hint: isControl(unfinished)
      ? END_LINES
      : 'is there an endless loop, or does your program finish one command before it reads the next?',
  })

const END_LINES =
  'does each control line end with a line end (\\n)? Print it, and flush standard output: until then nobody can know that the line is complete.'

/** A control line, or the beginning of one. */
const isControl = (unfinished: string): boolean => /^\s*\{/.test(unfinished)

const noLineEnd = (unfinished: string): string =>
  unfinished.trim() === ''
    ? ''
    : ` The last line on its standard output has no line end: ${oneLine(unfinished, 120)}`

/** The program answered an op with an error. */
export const opFailed = (op: string, args: string, message: string): CheckFailure =>
  new CheckFailure({
    op,
    did: `The checker called ${op} ${args}.`,
    spoke: true,
    expected: `that ${op} does its work and replies.`,
    got: `an error: ${oneLine(message)}`,
    answered: oneLine(message),
    ...locationIn(message),
    ...hintFor(op, message),
  })

/** There is no such function in the learner's file, or it returned what cannot be a result: no failure that a check could want. */
export const opUnfit = (
  op: string,
  args: string,
  message: string,
  fault: 'export' | 'result',
): CheckFailure =>
  new CheckFailure({
    op,
    did: `The checker called ${op} ${args}.`,
    spoke: true,
    expected:
      fault === 'export'
        ? `a function ${op} in your file.`
        : `that ${op} returns its result as an object with named fields.`,
    got: oneLine(message),
    ...locationIn(message),
  })

const hintFor = (op: string, message: string): { hint?: string } => {
  if (message.includes('not written yet')) {
    // It may be a function that the op calls.
    const [, name = op] = /(\w+) is not written yet/.exec(message) ?? []
    return { hint: `this is where you start: replace the line that throws in ${name} with your own code.` }
  }
  if (message.includes('EADDRINUSE')) {
    return {
      hint: 'is a port written into your code? Listen on the port that you are given; 0 means any free one.',
    }
  }
  return {}
}
