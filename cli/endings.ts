/** What can end a command before its work is done: Ctrl-C, the program that started it, or an output that nobody takes. */
import { failureText } from '../network/file-problem.ts'
import { EXIT } from './command.ts'
import { watchParent } from './parent.ts'

/** `stuck`: standard output cannot be written. `unread`: its reader has gone, which is no error (`p2plab list | head -1`). */
type Cause = 'interrupt' | 'orphaned' | 'unread' | 'stuck'

/** The reason of the signal. */
class Ended extends Error {
  readonly why: Cause
  constructor(why: Cause) {
    super(`The command was ended: ${why}.`)
    this.why = why
  }
}

/** Whether `signal` was aborted because nobody reads standard output any more. */
export const isUnread = ({ reason }: AbortSignal): boolean =>
  reason instanceof Ended && reason.why === 'unread'

export interface Endings {
  /** Aborted at the first of them. */
  readonly signal: AbortSignal
  /** From now on the command also ends with whoever started it. */
  withParent(): void
  /** From now on it goes on when its terminal closes, and when nobody reads what it prints. */
  keepRunning(): void
  /** To be called when the command is done. `status` is its own; the exit status of this process may be another. */
  done(status: number): void
}

/** Begins to watch. To be called once, before anything is written. */
export function watchEndings(): Endings {
  const controller = new AbortController()
  let keeps = false
  let isDone = false
  const end = (why: Cause) => controller.abort(new Ended(why))

  const interrupt = () => {
    // The second Ctrl-C ends it at once.
    if (controller.signal.aborted) process.exit(EXIT.interrupted)
    end('interrupt')
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  // Ctrl+Break, which is of Windows only.
  process.on('SIGBREAK', interrupt)
  process.on('SIGHUP', () => {
    if (!keeps) interrupt()
  })

  let failed = false
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (isHangUp(error)) return
    if (isReaderGone(error)) {
      if (!keeps && !isDone) end('unread')
      return
    }
    if (failed) return
    failed = true
    process.stderr.write(`${failureText('Could not write to standard output', error)}.\n`)
    // It may come to light when the command is done.
    if (isDone) process.exitCode = EXIT.internal
    else end('stuck')
  })
  // What is told there is for a reader who has gone; the work and its results are not.
  process.stderr.on('error', () => undefined)

  return {
    signal: controller.signal,
    withParent: () => watchParent(() => end('orphaned')),
    keepRunning: () => (keeps = true),
    done(status) {
      isDone = true
      const { why } = (controller.signal.reason as Ended | undefined) ?? {}
      if (why === 'stuck') process.exitCode = EXIT.internal
      else if (why === 'unread' && status === EXIT.interrupted) process.exitCode = EXIT.brokenPipe
      else process.exitCode = status
    },
  }
}

/** Of a terminal that goes away SIGHUP tells, and the command ends in good order: what was written meanwhile is lost. */
const isHangUp = ({ code }: NodeJS.ErrnoException) => code === 'EIO' && process.stdout.isTTY

const isReaderGone = ({ code = '' }: NodeJS.ErrnoException) =>
  ['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'].includes(code)
