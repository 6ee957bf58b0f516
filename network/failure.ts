/** A failure that says what it was about, where, why, and what to do. Crosses to the host as protocol.ts's `Failure`. */
import type { Failure } from './protocol.ts'

export class NetworkError extends Error {
  readonly failure: Failure
  constructor(failure: Omit<Failure, 'message'>) {
    const { node, step, cause, remedy } = failure
    const message = `${node ? `${node}: ` : ''}${step}: ${cause}. ${remedy}`
    super(message)
    this.failure = { ...failure, message }
  }
}

/** Any error as a failure: ours as it is, others with the step that was under way. */
export function toFailure(error: unknown, step: string): Failure {
  if (error instanceof NetworkError) return error.failure
  const cause = error instanceof Error ? error.message : String(error)
  return new NetworkError({ step, cause, remedy: 'See the log for details' }).failure
}
