/** Milliseconds since the Unix epoch, with a fraction, never going back within one process. */
export const now = (): number => performance.timeOrigin + performance.now()
