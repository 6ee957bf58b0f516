/** A failure that says what it was about, where, why, and what to do, and how it crosses to the host. */

/** A failure names the step, the cause and what to do, and the node if it was one. `message` is the whole as one sentence. */
export interface Failure {
  message: string
  step: string
  cause: string
  remedy: string
  node?: string
}

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
