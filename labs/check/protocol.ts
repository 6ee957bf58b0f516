/**
 * What goes between the check process and its host (the extension, the CLI, a test), as messages of
 * child_process.fork. The host sends one `check` and a heartbeat; the process reports and ends after `finished`, or takes the next `check` where
 * the host said so.
 * What does not parse is dropped.
 */
import * as v from 'valibot'
import { wireEvent } from '../../network/events.ts'
import { learnerProgram } from '../../network/program-node.ts'
import { MAX_WIRE_EVENTS } from './transcript/transcript.ts'

/** Seeds are whole numbers from 0 to this one: what a reader can copy, and a double holds exactly. */
export const MAX_SEED = 0xffff_ffff

export const VERDICTS = ['pass', 'fail', 'inconclusive', 'error'] as const
export type Verdict = (typeof VERDICTS)[number]

const text = v.pipe(v.string(), v.maxLength(1024 * 1024))
const seed = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_SEED))
const ms = v.pipe(v.number(), v.integer(), v.minValue(0))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const fromOne = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
/** Never 1 or less, which kill() would take for more than one process. */
const pid = v.pipe(v.number(), v.integer(), v.minValue(2))

/** What a check has measured, beside what the reference does in the same place: to compare, never to judge. */
const figure = v.object({
  /** "Messages per broadcast". */
  name: text,
  /** "1.9". */
  value: text,
  /** The same of the reference solution; left out where there is none. */
  reference: v.optional(text),
})
export type Figure = v.InferOutput<typeof figure>
/** What one check may show. */
export const MAX_FIGURES = 12

const checkResult = v.object({
  id: text,
  title: text,
  verdict: v.picklist(VERDICTS),
  /** Wall time, whole milliseconds. */
  ms,
  /** What the checker did, what it expected, what it got, the likely misconception, the seed. Left out on a pass. */
  message: v.optional(text),
  /** Bytes as `hexdump` text, for a side-by-side diff, where bytes differed. */
  diff: v.optional(v.object({ expected: text, actual: text })),
  /** The op, and so the learner's function, that the failure is about. */
  op: v.optional(text),
  /** The place in the learner's own code that it is about: a file of the workspace, lines and columns counted from 1. */
  location: v.optional(v.object({ file: text, line: fromOne, column: v.optional(fromOne) })),
  /** Who sent what to whom, and when; also on a pass. */
  transcript: v.optional(v.pipe(v.array(wireEvent), v.maxLength(MAX_WIRE_EVENTS))),
  /** Left out: it has none. */
  figures: v.optional(v.pipe(v.array(figure), v.maxLength(MAX_FIGURES))),
  /** What happened, as a Markdown text without a title. Left out: it has none. */
  report: v.optional(text),
  /** Where it was asked for, and something went over TCP or UDP: the file with its packets, or why there is none. */
  capture: v.optional(v.object({ file: text, packets: count, bytes: count, problem: v.optional(text) })),
})
export type CheckResult = v.InferOutput<typeof checkResult>

/** A check that would only have waited, as those before it did for a program that sends nothing. */
const notRun = v.object({
  id: text,
  title: text,
  /** Why, and what to do first. */
  message: text,
})

const exerciseResult = v.object({
  exercise: text,
  /** error before fail before inconclusive before pass: the worst of the checks. */
  verdict: v.picklist(VERDICTS),
  seed,
  ms,
  checks: v.array(checkResult),
  /** The rest, where the checks ended early. Left out: none. */
  notRun: v.optional(v.array(notRun)),
  /** Why nothing could be run (verdict 'error'), as one sentence. */
  problem: v.optional(text),
})
export type ExerciseResult = v.InferOutput<typeof exerciseResult>

/** Runs the learner's file (relative to the workspace) with our runner, or any command line through the shell. */
const programSpec = learnerProgram.entries.spec
export type ProgramSpec = v.InferOutput<typeof programSpec>

const toCheck = v.variant('type', [
  v.object({
    type: v.literal('check'),
    exercise: text,
    program: programSpec,
    seed,
    /** Ids of checks. Left out: all. */
    only: v.optional(v.array(text)),
    /** Also when nothing comes from the program. */
    all: v.optional(v.boolean()),
    /** A folder for the packets of each check. Left out: none are kept. */
    captureIn: v.optional(text),
    /** Only for 'typescript': each program waits for a debugger before it runs. */
    inspect: v.optional(v.boolean()),
    /** Other checks may come after it: the process does not end with this one, but with the channel. */
    stays: v.optional(v.boolean()),
  }),
  v.object({ type: v.literal('heartbeat') }),
  /** Ends the program's process group, then reports `finished` with what is known. */
  v.object({ type: v.literal('cancel') }),
  /** The program is paused in a debugger: no deadline counts until it goes on, or ends. */
  v.object({ type: v.literal('suspend'), pid }),
  v.object({ type: v.literal('resume'), pid }),
])
export type ToCheck = v.InferOutput<typeof toCheck>

const fromCheck = v.variant('type', [
  /** A program was started, or ended: the host ends its process group should the check process be killed. */
  v.object({
    type: v.literal('program'),
    pid,
    running: v.boolean(),
  }),
  /** The program waits for a debugger on this port of 127.0.0.1. */
  v.object({
    type: v.literal('inspector'),
    check: text,
    pid,
    port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535)),
  }),
  v.object({ type: v.literal('check-started'), check: text }),
  v.object({ type: v.literal('check-finished'), result: checkResult }),
  /** What the learner's program wrote, as it came. */
  v.object({ type: v.literal('log'), check: text, stream: v.picklist(['stdout', 'stderr']), text }),
  v.object({ type: v.literal('finished'), result: exerciseResult }),
])
export type FromCheck = v.InferOutput<typeof fromCheck>

/** The message, or undefined when `value` is not one. Never throws. */
export function parseToCheck(value: unknown): ToCheck | undefined {
  const result = v.safeParse(toCheck, value)
  return result.success ? result.output : undefined
}

/** The message, or undefined when `value` is not one. Never throws. */
export function parseFromCheck(value: unknown): FromCheck | undefined {
  const result = v.safeParse(fromCheck, value)
  return result.success ? result.output : undefined
}
