/** What the doctor found, as `p2plab doctor --json` prints it and as the extension reads it. */
import * as v from 'valibot'

const text = v.pipe(v.string(), v.maxLength(4_000))
const pid = v.pipe(v.number(), v.integer(), v.minValue(2))

const finding = v.object({
  /** As in "loopback". */
  id: text,
  title: text,
  /** 'problem': something will not work. 'warning': it will, but not as it should. */
  level: v.picklist(['ok', 'warning', 'problem']),
  /** One sentence. */
  text,
  /** What to do, one sentence. There whenever the level is not 'ok'. */
  remedy: v.optional(text),
})
export type Finding = v.InferOutput<typeof finding>

const leftover = v.object({
  pid,
  /** The name of its bundle without ending: 'network', 'node', 'program-node', 'check', 'learner' or 'cli'. */
  kind: text,
})
export type LeftoverReport = v.InferOutput<typeof leftover>

const doctorReport = v.object({
  /** Whether there is no problem; there may be warnings. */
  ok: v.boolean(),
  findings: v.array(finding),
  /** Processes of earlier runs that are still there. */
  leftovers: v.array(leftover),
  /** Those that were ended just now. */
  ended: v.array(leftover),
})
export type DoctorReport = v.InferOutput<typeof doctorReport>

/** The report, or undefined when `value` is none. Never throws. */
export function parseDoctorReport(value: unknown): DoctorReport | undefined {
  const result = v.safeParse(doctorReport, value)
  return result.success ? result.output : undefined
}
