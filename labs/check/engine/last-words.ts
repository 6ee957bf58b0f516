/** The end of what a program printed, as a failure message shows it: few lines, and among them the one that names the error. */

/** The title of this part of a message. Its lines are indented. */
export const PRINTED = 'Your program printed:'

const LINES = 6
const LONGEST = 300
/** Of a stack, the frames that are shown after the error's own line. */
const FRAMES = 2

/** A frame of a stack trace as Node, the JVM, .NET, Ruby and Go write it. */
const FRAME = /^\s+(?:at |from |in |\S+\.go:\d+)/
/**
 * A line that names an error: `TypeError: …`, `java.lang.IllegalStateException: …`, `panic: …`, `thread 'main' panicked at …`, `Segmentation fault`.
 */
const ERROR =
  /^(?:Uncaught |Unhandled exception|Exception in thread |Caused by: |Error: )|^(?:[\w$]+[.:]+)*[A-Z][\w$]*(?:Error|Exception|Interrupt)\b(?:: |$| \[)|^(?:panic|fatal error|terminate called)\b|panicked at |\bSegmentation fault\b|AddressSanitizer/

/** The last lines, none of them too long; what is left out between them is a line "…". */
export function lastWords(output: string): string[] {
  const text = output.trimEnd()
  const lines = text === '' ? [] : text.split(/\r?\n/)
  const error = lines.findLastIndex(line => ERROR.test(line))
  const end = lines.length - LINES
  if (error < 0 || error >= end) return lines.slice(-LINES).map(cut)
  // The error is said first and its stack after it: the end alone would be frames.
  const stack = lines.slice(error + 1).findIndex(line => !FRAME.test(line))
  const frames = Math.min(FRAMES, stack < 0 ? FRAMES : stack)
  const head = lines.slice(error, error + 1 + frames)
  const tail = lines.slice(error + 1 + frames).filter(line => line.trim() !== '' && !FRAME.test(line))
  const shown = tail.slice(-(LINES - head.length - 1))
  return [...head, '…', ...shown].map(cut)
}

const cut = (line: string): string => (line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line)

/** A failure message without what the program printed: for a terminal that has just shown it. */
export function withoutOutput(message: string): string {
  const lines = message.split('\n')
  const start = lines.indexOf(PRINTED)
  if (start < 0) return message
  const length = lines.slice(start + 1).findIndex(line => !line.startsWith('  '))
  return [...lines.slice(0, start), ...(length < 0 ? [] : lines.slice(start + 1 + length))].join('\n')
}
