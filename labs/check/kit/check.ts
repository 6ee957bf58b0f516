/** What a check is, and what it is given to work with. */
import type { AnyExercise } from '../../exercise/define.ts'
import type { EventKind, Fields, Op, Ops, Values } from '../../exercise/op.ts'
import type { Program } from '../engine/program.ts'
import type { Figure } from '../protocol.ts'
import type { Answer } from './ask.ts'
import type { Finding } from './finding.ts'
import type { Random } from './random.ts'
import type { Sockets } from '../peers/sockets.ts'
import type { Transcript } from '../transcript/transcript.ts'

export interface EventOptions {
  /** Left out: the check's first program. */
  program?: Program
  /** An event is given up for late only so many milliseconds after it was due, and when the program did other things since. */
  ms?: number
  /** What the event is about, for a failure: "for the second message". */
  about?: string
  /** The likely misconception when it does not come. */
  hint?: string
}

export interface CheckContext {
  /** Decided by the seed and the id of the check. */
  random: Random
  /** A fresh program, ready. */
  program: Program
  /** The ops of the exercise, for what several exercises share; a check of one exercise takes them from its exercise.ts. */
  ops: Ops
  /**
   * Asks the program (or `program`, another copy) for an op. Fails when the answer is an error, does not fit the op, or does not come
   * within `ms`; after listen on 127.0.0.1 also when the program listens at other addresses, too.
   */
  call<A extends Fields, R extends Fields>(
    op: Op<A, R>,
    args: Values<A>,
    options?: { program?: Program; ms?: number },
  ): Promise<Values<R>>
  /** The same where an error is an answer like any other. */
  ask<A extends Fields, R extends Fields>(
    op: Op<A, R>,
    args: Values<A>,
    options?: { program?: Program; ms?: number },
  ): Promise<Answer<Values<R>>>
  /** The next event of the kind that the program tells. Fails when none comes, or its data does not fit. */
  event<D extends Fields>(kind: EventKind<D>, options?: EventOptions): Promise<Values<D>>
  sockets: Sockets
  /** One more copy of the program, ready; it is ended after the check. `lane` is its name in the transcript. */
  another(options?: { lane?: string }): Promise<Program>
  /** What goes over a wire that is not one of `sockets` belongs in here: a failure message shows it. */
  transcript: Transcript
  /** Calls `close` when the check is over, however it ends; at once when it is over already. */
  onEnd(close: () => unknown): void
  /** Figures that are shown with the verdict beside those of the reference. May be called again: the same name is the same figure. */
  figures(figures: readonly Figure[]): void
  /** `write` is called when the check is over, however it ends: what it returns, a Markdown text without a title, is kept with the verdict. */
  report(write: () => string): void
  /** Says, as a sentence, what the checker does from here on: the first line of a failure message. */
  doing(sentence: string): void
  fail(finding: Finding): never
  /** Ends the check with this error, which came from no call of the check: a CheckFailure, an Inconclusive, or a mistake of ours. */
  broken(error: Error): void
  /** The fault that this check is about was not seen to hit. `why` is a sentence. */
  inconclusive(why: string): never
}

/** Passes by returning. */
export type Check = (context: CheckContext) => Promise<void>

/** The checks of an exercise by id; titles and order are in the catalogue. */
export type Checks = Readonly<Record<string, Check>>

/** What the check process loads of an exercise, when it is asked for that exercise. */
export interface LoadedExercise {
  definition: AnyExercise
  checks: Checks
}
