/** What goes over the topic, and the first rule of the text. */
import * as v from 'valibot'
import type { CheckContext } from '../../../check/kit/check.ts'

export const MOST_BYTES = 1_024

export interface Announcement {
  height: number
  hash: string
  /** Milliseconds since 1970. */
  time: number
}

export const newHash = (t: CheckContext): string => t.random.bytes(32).toString('hex')

/** Of now, with a hash of its own. */
export const announcementOf = (t: CheckContext, height: number, time = Date.now()): Announcement => ({
  height,
  hash: newHash(t),
  time,
})

export const encoded = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

/** With one more field, so that it has this many bytes. */
export function ofBytes(announcement: Announcement, bytes: number, filling = 'x'): Buffer {
  const rest = bytes - encoded({ ...announcement, note: '' }).length
  const size = Buffer.byteLength(filling)
  return encoded({
    ...announcement,
    note: filling.repeat(Math.floor(rest / size)) + 'x'.repeat(rest % size),
  })
}

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const schema = v.object({ height: whole, hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)), time: whole })

/** The announcement, when the message is one. */
export function announcementIn(data: Uint8Array): Announcement | undefined {
  if (data.length > MOST_BYTES) return undefined
  try {
    const parsed = v.safeParse(schema, JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data)))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}
