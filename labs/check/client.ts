/**
 * The host's side of the check process: forks dist/check.mjs, asks for one check, and reports what happens.
 * Used by the extension, the command line and the tests; knows nothing of any of them.
 *
 *     const result = await runCheck(
 *       { exercise: '1.1', program: { kind: 'typescript', file: '1-tcp/1-echo.ts', workspace } },
 *       { dist, signal, onCheckStarted, onCheckFinished, onLog },
 *     )
 */
import type { ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import path from 'node:path'
import { failureText } from '../../network/file-problem.ts'
import { forkNode } from '../../network/fork.ts'
import { HEARTBEAT_MS } from '../../network/heartbeat.ts'
import { killGroup } from './engine/process-group.ts'
import {
  MAX_SEED,
  parseFromCheck,
  type CheckResult,
  type ExerciseResult,
  type FromCheck,
  type ProgramSpec,
  type ToCheck,
} from './protocol.ts'

export interface CheckRequest {
  /** As in "1.3". */
  exercise: string
  program: ProgramSpec
  /** 0 to MAX_SEED. Left out: drawn at random; the result carries it. */
  seed?: number | undefined
  /** Ids of checks. Left out: all. */
  only?: readonly string[] | undefined
  /** Runs every check, also of a program from which nothing came in two of them. */
  all?: boolean | undefined
  /** A folder in which the packets of each check are kept (capture/kept.ts). Left out: none are. */
  captureIn?: string | undefined
}

export interface CheckHost {
  /** The folder of the bundles: holds check.mjs and learner.mjs. */
  dist: string
  /** Aborting ends the program's process group; the result then has the verdict 'error' unless all was done. */
  signal?: AbortSignal | undefined
  onCheckStarted?: (check: string) => void
  onCheckFinished?: (result: CheckResult) => void
  /** What the learner's program wrote during a check, as it came; not cut at line ends. */
  onLog?: (log: { check: string; stream: 'stdout' | 'stderr'; text: string }) => void
  /**
   * Given, each program waits for a debugger before it runs the learner's file, and this is told where. Only for programs
   * of the kind 'typescript'.
   */
  onInspector?: (program: InspectedProgram) => void
  /**
   * A process of startCheckProcess that has no check: it is used, and goes on to live. Whoever gives it ends it, by `disconnect`, and after an abort it
   * takes no other check. Left out: this check has one of its own.
   */
  process?: ChildProcess | undefined
  /** The check process runs under this pid. */
  onProcess?: (pid: number) => void
  /** The learner's program was started or ended: `pid` leads its process group. */
  onProgram?: (program: { pid: number; running: boolean }) => void
}

export interface InspectedProgram {
  /** The id of the check that it runs for. */
  check: string
  pid: number
  /** On 127.0.0.1. */
  port: number
  /** It is paused: no deadline of the check counts any more. */
  suspend(): void
  /** It goes on. */
  resume(): void
}

/** How long the check process may take to end in good order after `cancel`, before it is killed. */
const CANCEL_MS = 3_000

/** For several checks, one after another; it ends when its channel closes, and when this process does. Not heard of for some seconds, it ends as well. */
export const startCheckProcess = (dist: string): ChildProcess =>
  forkNode(path.join(dist, 'check.mjs'), { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })

/**
 * Runs one exercise's checks. Never rejects: what goes wrong around a check is a result with the verdict 'error'
 * and a `problem`. When it resolves, the check process and the program have ended; the process that the host gave has not.
 */
export function runCheck(request: CheckRequest, host: CheckHost): Promise<ExerciseResult> {
  const started = performance.now()
  const seed = request.seed ?? randomInt(MAX_SEED + 1)
  const done: CheckResult[] = []
  const failed = (problem: string): ExerciseResult => ({
    exercise: request.exercise,
    verdict: 'error',
    seed,
    ms: Math.round(performance.now() - started),
    checks: done,
    problem,
  })
  if (host.signal?.aborted) return Promise.resolve(failed('The check was canceled.'))

  const stays = host.process !== undefined
  const child = host.process ?? startCheckProcess(host.dist)
  const programs = new Set<number>()
  let result: ExerciseResult | undefined
  let last = ''

  const send = (message: ToCheck) => {
    // A child that is gone is reported by its exit; the error of a late heartbeat says nothing more.
    if (child.connected) child.send(message, () => {})
  }
  const onMessage = (message: FromCheck) => {
    switch (message.type) {
      case 'program':
        if (message.running) programs.add(message.pid)
        else programs.delete(message.pid)
        return host.onProgram?.({ pid: message.pid, running: message.running })
      case 'check-started':
        return host.onCheckStarted?.(message.check)
      case 'check-finished':
        done.push(message.result)
        return host.onCheckFinished?.(message.result)
      case 'inspector': {
        const { check, pid, port } = message
        const tell = (type: 'suspend' | 'resume') => () => send({ type, pid })
        return host.onInspector?.({ check, pid, port, suspend: tell('suspend'), resume: tell('resume') })
      }
      case 'log':
        return host.onLog?.({ check: message.check, stream: message.stream, text: message.text })
      case 'finished':
        result = message.result
    }
  }

  return new Promise(resolve => {
    const heartbeat = setInterval(() => send({ type: 'heartbeat' }), HEARTBEAT_MS)
    let stuck: NodeJS.Timeout | undefined
    const cancel = () => {
      send({ type: 'cancel' })
      stuck = setTimeout(() => child.kill('SIGKILL'), CANCEL_MS)
    }
    host.signal?.addEventListener('abort', cancel, { once: true })

    let settled = false
    const settle = async (problem: string) => {
      if (settled) return
      settled = true
      clearInterval(heartbeat)
      clearTimeout(stuck)
      host.signal?.removeEventListener('abort', cancel)
      if (stays) leave()
      // Whatever it had no time to end itself: the second line against orphans.
      await Promise.all([...programs].map(pid => killGroup(pid)))
      resolve(result ?? failed(host.signal?.aborted ? 'The check was canceled.' : problem))
    }

    const heard = (value: unknown) => {
      const message = parseFromCheck(value)
      if (message) onMessage(message)
      if (stays && message?.type === 'finished') void settle('')
    }
    const wrote = (text: string) => {
      last = (last + text).slice(-2000)
    }
    const broke = (error: Error) => void settle(`${failureText('Could not start the check process', error)}.`)
    // 'close' and not 'exit': messages that are still in the channel come before it.
    const closed = (code: number | null, signal: string | null) => {
      const how = signal ? `was ended by ${signal}` : `ended with status ${code}`
      const words = last.trim() === '' ? '' : ` Last output: ${last.trim()}`
      void settle(`The check process ${how} before it finished.${words}`)
    }
    child.on('message', heard).on('error', broke).on('close', closed)
    child.stderr?.setEncoding('utf8').on('data', wrote)
    const leave = () => {
      child.off('message', heard).off('error', broke).off('close', closed)
      child.stderr?.off('data', wrote)
    }
    if (child.pid !== undefined) host.onProcess?.(child.pid)
    const { exercise, program, only, all, captureIn } = request
    const inspect = host.onInspector !== undefined
    send({
      type: 'check',
      exercise,
      program,
      seed,
      inspect,
      ...(only && { only: [...only] }),
      ...(all && { all }),
      ...(captureIn !== undefined && { captureIn }),
      ...(stays && { stays }),
    })
  })
}
