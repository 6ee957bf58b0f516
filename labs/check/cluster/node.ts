/** One copy of the learner's program in a cluster: it can be asked, killed, paused, and started again on its data. */
import { guardStopped, type StopGuard } from '../../../network/orchestrator/faults/stop-guard.ts'
import type { Fields, Op, Values } from '../../exercise/op.ts'
import type { Program } from '../engine/program.ts'
import type { Answer } from '../kit/ask.ts'
import type { CheckContext } from '../kit/check.ts'
import { CheckFailure, Inconclusive } from '../kit/finding.ts'
import type { Call, Trace } from './trace.ts'

export interface ClusterNode {
  readonly id: string
  /** Where it keeps what must survive a kill: a folder of its own, empty at first. */
  readonly dataDir: string
  /** The running program. Throws when it is killed. */
  readonly program: Program
  readonly state: 'up' | 'down' | 'paused'
  /** As `t.call`; the trace has it. */
  call<A extends Fields, R extends Fields>(
    op: Op<A, R>,
    args: Values<A>,
    options?: { ms?: number },
  ): Promise<Values<R>>
  /** As `t.ask`; the trace has it. When the node is killed before it answers, an error of ours is the answer. */
  ask<A extends Fields, R extends Fields>(
    op: Op<A, R>,
    args: Values<A>,
    options?: { ms?: number },
  ): Promise<Answer<Values<R>>>
  /** SIGKILL, also while it is paused. Resolves when the process is gone: what it did not store is lost. Calls under way get no answer. */
  kill(): Promise<void>
  /** SIGSTOP: to the others it is there and says nothing. Inconclusive on Windows, which has no such signal. */
  pause(): Promise<void>
  resume(): void
  /** Starts a killed node again, on the same dataDir; `change` is what its arguments differ in from the last time. */
  restart(change?: Readonly<Record<string, unknown>>): Promise<void>
  /** A turn of its event loop; resolves at once when it is down or paused. */
  signOfLife(): Promise<void>
}

export interface NodeParts {
  t: CheckContext
  trace: Trace
  id: string
  dataDir: string
  /** Starts a program and calls `start` on it. */
  begin(change: Readonly<Record<string, unknown>>): Promise<Program>
}

/** What a call of a node that was killed meanwhile answers. */
export const KILLED = 'the node was killed before it answered'

export interface StartedNode extends ClusterNode {
  started(program: Program): void
}

export function createNode({ t, trace, id, dataDir, begin }: NodeParts): StartedNode {
  let program: Program | undefined
  let guard: StopGuard | undefined
  let died = Promise.withResolvers<void>()

  const running = (): Program => {
    if (!program) throw new Error(`${id} is not running`)
    return program
  }
  const recorded = async <R>(op: string, args: object, asked: Promise<Answer<R>>): Promise<Answer<R>> => {
    const call = trace.add<Call>({
      kind: 'call',
      node: id,
      op,
      args,
      answeredAt: undefined,
      result: undefined,
      error: undefined,
    })
    const gone = died.promise.then((): Answer<R> => ({ error: KILLED }))
    asked.catch(() => {})
    const answer = await Promise.race([asked, gone])
    if (answer.error === KILLED) return answer
    call.result = answer.result as object | undefined
    call.error = answer.error
    call.answeredAt = trace.add({ kind: 'answer', call }).at
    return answer
  }
  const ask: ClusterNode['ask'] = (op, args, options) =>
    recorded(op.name, args, t.ask(op, args, { ...options, program: running() }))

  return {
    id,
    dataDir,
    ask,
    get program() {
      return running()
    },
    get state() {
      return program === undefined ? 'down' : guard ? 'paused' : 'up'
    },
    started(started) {
      program = started
      died = Promise.withResolvers<void>()
      started.told.tap(({ event, data }) => void trace.add({ kind: 'event', node: id, event, data }))
    },
    async call(op, args, options) {
      const call = t.call(op, args, { ...options, program: running() })
      let failed: unknown
      const answer = await recorded(
        op.name,
        args,
        call.then(
          result => ({ result }),
          (error: unknown) => {
            failed = error
            return {
              error:
                error instanceof CheckFailure ? (error.finding.answered ?? error.finding.got) : String(error),
            }
          },
        ),
      )
      if (failed !== undefined) throw failed
      if (answer.error === KILLED) throw new Error(`${id} was killed while it was asked for ${op.name}`)
      return answer.result!
    },
    async kill() {
      const dying = running()
      program = undefined
      guard?.release()
      guard = undefined
      died.resolve()
      await dying.kill()
      trace.add({ kind: 'fault', what: 'is killed (SIGKILL)', nodes: [id] })
      t.transcript.note('to program', id, 'fault', 'killed')
    },
    async pause() {
      const { pid } = running()
      if (process.platform === 'win32')
        throw new Inconclusive('Windows has no signal that pauses a program, so this cannot be tried here.')
      // The whole group: a command line may have started the program itself.
      guard = await guardStopped(-pid)
      process.kill(-pid, 'SIGSTOP')
      trace.add({ kind: 'fault', what: 'is paused', nodes: [id] })
    },
    resume() {
      if (!guard) return
      process.kill(-running().pid, 'SIGCONT')
      guard.release()
      guard = undefined
      trace.add({ kind: 'fault', what: 'goes on', nodes: [id] })
    },
    async restart(change = {}) {
      if (program) throw new Error(`${id} is running`)
      trace.add({ kind: 'fault', what: 'is started again', nodes: [id] })
      await begin(change)
    },
    async signOfLife() {
      if (!program || guard) return
      const asked = program
      await Promise.race([asked.signOfLife(), died.promise]).catch((error: unknown) => {
        if (asked === program) throw error
      })
    },
  }
}
