/** Runs one check with a fresh program and turns what happens into a verdict with its message. */
import { deadline, pause } from '../kit/deadline.ts'
import type { Field } from '../../exercise/fields.ts'
import type { Op, Ops } from '../../exercise/op.ts'
import type { Capture } from '../capture/capture.ts'
import { askTyped, callTyped } from '../kit/call.ts'
import { nextEvent } from '../kit/event.ts'
import type { Check, CheckContext } from '../kit/check.ts'
import { CannotRun, CheckFailure, Inconclusive, type Finding } from '../kit/finding.ts'
import { programName } from './launch.ts'
import type { Prepared } from './prepared.ts'
import { failureMessage, hexDiff, inconclusiveMessage } from './message.ts'
import { startProgram, type Program, type ProgramHost } from './program.ts'
import { MAX_FIGURES, type CheckResult, type Figure } from '../protocol.ts'
import { createRandom } from '../kit/random.ts'
import { createSockets } from '../peers/sockets.ts'
import { createTranscript, PROGRAM } from '../transcript/transcript.ts'

export interface Surroundings extends Omit<ProgramHost, 'transcript' | 'lane'> {
  /** Aborted: the program is ended at once, and the judgement means nothing. */
  signal: AbortSignal
  /** Of the exercise, by name. */
  ops: Ops
  /** The program of this check, when it was started before; ours from now on. */
  prepared?: Prepared | undefined
  /** The title of the first check of this run in which nothing came from the program. */
  silentBefore?: string | undefined
  /** What goes over the wire goes in here, too, where there is no `prepared`, which has its own. */
  capture?: Capture | undefined
  /** Milliseconds of the checker's time after which a check ends, whatever it waits for. Left out: 3 minutes. */
  longestMs?: number
  /** Milliseconds of the checker's own processor time after which a check ends. Left out: a minute. */
  mostWorkMs?: number
  /** Called when the program is ready, and the check itself begins. */
  onBegin?: () => void
}

export type Judgement = Omit<CheckResult, 'id' | 'title' | 'capture'> & {
  /** It failed because nothing came from the program: it waited for nothing, as the checks after it will. */
  silent: boolean
  /** What went over the wire. */
  wire: Capture
  /** Resolves when the check's programs are gone. */
  ending: Promise<void>
}

/** How long a program that lost a connection gets to turn out to have crashed. */
const CRASH_MS = 300
/** A check that failed sooner did not wait for the program. */
const WAITED_MS = 1_000
/**
 * Each step of a check has a time of its own, and all together take seconds. But a program that always answers, and never with what a step waits for, may
 * keep a check going.
 */
const LONGEST_MS = 180_000
/**
 * The same in the checker's own processor time, of which a check takes a second or two: a program that floods the checker leaves it hardly a turn of its
 * event loop, in which the time above is counted.
 */
const MOST_WORK_MS = 60_000
/** How long what a check closes at its end may take. */
const CLOSING_MS = 5_000
/** How long the next check waits for this one's program to stop, before both run side by side. */
const STOPPING_MS = 100

/** Rejects with CannotRun when the program cannot be run at all. */
export async function judge(check: Check, id: string, surroundings: Surroundings): Promise<Judgement> {
  const { seed, spec, signal, prepared, longestMs = LONGEST_MS, mostWorkMs = MOST_WORK_MS } = surroundings
  const started = performance.now()
  const transcript = prepared?.transcript ?? createTranscript(surroundings.capture)
  const programs: Program[] = []
  const sockets = createSockets(transcript, { signOfLife: async () => programs.at(-1)?.signOfLife() })
  const closers: (() => unknown)[] = []
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => {})
  let did = `The checker started ${programName(spec)}.`
  let op: string | undefined
  /** On the control channel something came that the program had to find out. */
  let spoke = false

  const figures = new Map<string, Figure>()
  let writeReport: (() => string) | undefined

  const start = async (early?: Prepared, name?: string): Promise<Program> => {
    const lane = name ?? (programs.length === 0 ? PROGRAM : `${PROGRAM} ${programs.length + 1}`)
    const program = early?.program ?? startProgram({ ...surroundings, transcript, lane })
    programs.push(program)
    if (early && !(await early.take(surroundings.onLog))) {
      signal.throwIfAborted()
      programs.pop()
      return start()
    }
    program.fault.catch(broken.reject)
    await program.ready
    return {
      ...program,
      call: (name, ...rest) => {
        op = name
        return program.call(name, ...rest)
      },
    }
  }

  const context = (program: Program): CheckContext => ({
    random: createRandom(seed).split(id),
    program,
    ops: surroundings.ops,
    async call(op, args, options) {
      const values = await callTyped(options?.program ?? program, op, args, options?.ms)
      spoke ||= says(op)
      return values
    },
    async ask(op, args, options) {
      const answer = await askTyped(options?.program ?? program, op, args, options?.ms)
      spoke ||= answer.error !== undefined || says(op)
      return answer
    },
    async event(kind, options) {
      const values = await nextEvent(options?.program ?? program, kind, options)
      spoke = true
      return values
    },
    sockets,
    transcript,
    another: ({ lane } = {}) => start(undefined, lane),
    figures(measured) {
      for (const figure of measured) figures.set(figure.name, figure)
    },
    report(write) {
      writeReport = write
    },
    onEnd: atEnd,
    doing(sentence) {
      did = sentence
      transcript.capture.step(sentence)
    },
    fail: finding => {
      throw new CheckFailure(finding)
    },
    broken: broken.reject,
    inconclusive: why => {
      throw new Inconclusive(why)
    },
  })

  let over = false
  const closed = (close: () => unknown): Promise<unknown> =>
    Promise.resolve()
      .then(close)
      .catch(() => {})
  const atEnd = (close: () => unknown): void => {
    if (!over) return void closers.push(close)
    void closed(close)
  }

  const killed = () => {
    for (const program of programs) void program.kill()
    broken.reject(new Inconclusive('the check was canceled'))
  }
  signal.addEventListener('abort', killed, { once: true })

  const limit = deadline(longestMs, () => broken.reject(new CheckFailure(endless(longestMs))))
  const before = process.cpuUsage()
  const worked = setInterval(() => {
    const { user, system } = process.cpuUsage(before)
    if ((user + system) / 1_000 > mostWorkMs) broken.reject(new CheckFailure(flooded(mostWorkMs)))
  }, 1_000)
  let outcome: unknown
  try {
    const run = async () => {
      const program = await start(prepared)
      surroundings.onBegin?.()
      return check(context(program))
    }
    await Promise.race([run(), broken.promise])
  } catch (error) {
    outcome = error
  } finally {
    limit.clear()
    clearInterval(worked)
  }
  const wire = transcript.lines()
  const events = transcript.events()
  const report = writeReport?.()
  transcript.capture.stop()
  // Before the sockets are closed: their ends are not the program's doing.
  const heard = transcript.heard() || spoke || programs.some(({ told }) => told.waiting().length > 0)
  if (outcome instanceof CheckFailure) outcome = await crashOr(outcome, programs)
  signal.removeEventListener('abort', killed)
  sockets.close()
  over = true
  // One that was half closed already must not keep the others open; what a probe opens from here on is closed at once.
  const closing = Promise.all(closers.map(closed))
  // What a check removes at its end is gone when the check is; one that cannot end must not hold it up.
  const ending = Promise.all([
    ...programs.map(program => program.stop()),
    Promise.race([closing, pause(CLOSING_MS)]),
  ]).then(() => {})
  if (outcome instanceof CannotRun) {
    await ending
    throw outcome
  }
  const ms = Math.round(performance.now() - started)
  await Promise.race([ending, pause(STOPPING_MS)])

  const circumstances = {
    language: spec.kind === 'typescript' ? ('typescript' as const) : ('other' as const),
    did,
    seed,
    wire,
    output: programs.map(program => program.output()).join(''),
  }
  const failure = outcome instanceof CheckFailure ? outcome.finding : undefined
  const mute = failure !== undefined && !heard && !failure.spoke && ms >= WAITED_MS
  const silent = mute || failure?.hangs === true
  const { silentBefore } = surroundings
  const finding =
    mute && silentBefore !== undefined && !failure.hangs
      ? { ...failure, hint: followUp(silentBefore) }
      : failure
  const common = {
    ms,
    wire: transcript.capture,
    ...(events.length > 0 && { transcript: events }),
    ...(report !== undefined && { report }),
    ...(figures.size > 0 && { figures: [...figures.values()].slice(0, MAX_FIGURES) }),
    ending,
    silent,
  }
  if (outcome === undefined) return { verdict: 'pass', ...common }
  if (outcome instanceof Inconclusive) {
    return {
      verdict: 'inconclusive',
      ...common,
      message: inconclusiveMessage(outcome.message, circumstances),
    }
  }
  if (finding) {
    return {
      verdict: 'fail',
      ...common,
      message: failureMessage(finding, circumstances),
      ...(finding.bytes && { diff: hexDiff(finding.bytes) }),
      ...withOp(finding.op ?? op),
      ...(finding.location && { location: finding.location }),
    }
  }
  const message = `The check itself failed. This is not your program's fault: ${(outcome as Error)?.stack ?? outcome}`
  return { verdict: 'error', ...common, message }
}

const endless = (ms: number): Finding => ({
  expected: 'that the check ends: all its steps together take seconds.',
  got: `after ${Math.round(ms / 1000)} s, it still waits: your program goes on sending, but not what this step is about.`,
  spoke: true,
})

const flooded = (ms: number): Finding => ({
  expected: 'that the check ends: all its steps together take a second or two of work.',
  got: `so many messages that the checker has worked for ${Math.round(ms / 1000)} s.`,
  hint: 'does your program send the same thing again and again?',
  spoke: true,
})

/** Whether the answer to an op is more than that it is done, or where the program listens. */
const says = ({ result }: Op): boolean =>
  Object.values<Field>(result).some(({ listens }) => listens === undefined)

/** Where nothing came from the program in an earlier check either, a hint about what this one is for would lead astray. */
const followUp = (title: string): string =>
  `as in the check "${title}", nothing came from your program. First make that one pass: does the code that should answer run at all?`

const withOp = (op: string | undefined) => (op === undefined ? {} : { op })

/** When a connection was lost because the program ended, its end is what the learner must hear about. */
async function crashOr(failure: CheckFailure, programs: readonly Program[]): Promise<CheckFailure> {
  if (!failure.finding.lost) return failure
  const faults = programs.map(program => program.fault.catch((error: unknown) => error))
  const fault = await Promise.race([...faults, pause(CRASH_MS)])
  if (!(fault instanceof CheckFailure)) return failure
  const { did } = failure.finding
  return new CheckFailure({ ...fault.finding, ...(did !== undefined && { did }) })
}
