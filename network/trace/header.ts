/** The first line of a trace. */
import * as v from 'valibot'

export const TRACE_VERSION = 1

const header = v.looseObject({
  p2ptrace: v.pipe(v.number(), v.integer(), v.minValue(1)),
  createdAt: v.string(),
})
export type TraceHeader = v.InferOutput<typeof header>

export const headerLine = (): string =>
  `${JSON.stringify({ p2ptrace: TRACE_VERSION, createdAt: new Date().toISOString() })}\n`

/** The header, or undefined when the line is none. */
export function parseHeader(line: string): TraceHeader | undefined {
  try {
    const result = v.safeParse(header, JSON.parse(line))
    return result.success ? result.output : undefined
  } catch {
    return undefined
  }
}
