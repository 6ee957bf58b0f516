/**
 * The check process: takes one `check` from its host, runs it, reports, and ends, unless it was told to stay. It ends with everything that it
 * started when the host is gone: the channel closes, or the heartbeat stays away.
 */
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { HEARTBEAT_MISSED_MS } from '../../network/heartbeat.ts'
import { exercise } from '../catalogue.ts'
import { deadline } from './kit/deadline.ts'
import { loadExercise } from './engine/load.ts'
import { killGroup } from './engine/process-group.ts'
import { parseToCheck, type FromCheck, type ToCheck } from './protocol.ts'
import { runExercise } from './engine/run.ts'
import { lift, resume, suspend } from './engine/suspension.ts'

const dist = path.dirname(fileURLToPath(import.meta.url))
const programs = new Set<number>()
const cancelled = new AbortController()
const heartbeat = deadline(HEARTBEAT_MISSED_MS, () => void end(1), { always: true })
let busy = false

const pausedIn = (pid: number) => `${pid} is paused`

function report(message: FromCheck): void {
  if (message.type === 'program') {
    if (message.running) programs.add(message.pid)
    else {
      programs.delete(message.pid)
      resume(pausedIn(message.pid))
    }
  }
  // A host that is gone is noticed by 'disconnect'.
  if (process.connected) process.send!(message, () => {})
}

/** Ends this process and all programs. */
async function end(status: number): Promise<never> {
  await Promise.all([...programs].map(pid => killGroup(pid)))
  return process.exit(status)
}

async function check(request: Extract<ToCheck, { type: 'check' }>): Promise<void> {
  if (busy) return
  busy = true
  const entry = exercise(request.exercise)
  const loaded = await loadExercise(request.exercise)
  const { seed, only, all, program: spec, inspect, captureIn } = request
  const result =
    entry && loaded
      ? await runExercise({
          entry,
          ...loaded,
          only,
          all,
          seed,
          spec,
          inspect,
          captureIn,
          dist,
          report,
          signal: cancelled.signal,
        })
      : {
          exercise: request.exercise,
          verdict: 'error' as const,
          seed,
          ms: 0,
          checks: [],
          problem: `There is no exercise "${request.exercise}".`,
        }
  busy = false
  process.send?.({ type: 'finished', result } satisfies FromCheck, () => {
    if (!request.stays) void end(0)
  })
}

process.on('message', value => {
  heartbeat.restart()
  const message = parseToCheck(value)
  if (message?.type === 'check') void check(message)
  if (message?.type === 'suspend' && programs.has(message.pid)) suspend(pausedIn(message.pid))
  if (message?.type === 'resume') resume(pausedIn(message.pid))
  if (message?.type === 'cancel') {
    lift()
    cancelled.abort()
  }
})
process.on('disconnect', () => void end(1))
process.on('SIGTERM', () => void end(1))
// Ctrl-C in a terminal reaches the host and this process alike: the host decides.
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})
const fault = (error: unknown) => {
  process.stderr.write(`${(error as Error)?.stack ?? String(error)}\n`)
  void end(1)
}
process.on('uncaughtException', fault)
process.on('unhandledRejection', fault)
