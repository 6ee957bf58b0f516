/** Why something of libp2p failed. Its functions reject with an Error, and some with the event that ended the stream instead. */

/** The innermost message: libp2p wraps the socket's error, and a dial of several addresses wraps each of them. */
export function causeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors[0])
  if (error instanceof Error) return error.cause === undefined ? error.message : causeOf(error.cause)
  // A function that waits until a stream can take more rejects with the stream's "close" event: StreamCloseEvent in @libp2p/interface.
  if (error instanceof Event) {
    const inner = 'error' in error ? error.error : undefined
    return inner === undefined ? 'the stream is closed' : causeOf(inner)
  }
  return String(error)
}

/** The error itself, and one that gives the innermost message where it is none. */
export const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(causeOf(error), { cause: error })
