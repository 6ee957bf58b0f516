/**
 * What the view itself remembers when its panel is hidden, moved or reloaded. Everything else comes back with the snapshot.
 */
import * as v from 'valibot'

const finite = v.pipe(v.number(), v.finite())

const saved = v.object({
  /** The network all of this is about. Of another network only `legend` and `tab` are kept. */
  network: v.string(),
  node: v.optional(v.string()),
  /** The selected link, by the names of its ends. */
  link: v.optional(v.object({ a: v.string(), b: v.string() })),
  /** The message whose way is shown, by its id. */
  message: v.optional(v.string()),
  /** Number of the newest message that was played. */
  seen: finite,
  positions: v.record(v.string(), v.tuple([finite, finite])),
  pinned: v.array(v.string()),
  camera: v.object({ x: finite, y: finite, k: v.pipe(v.number(), v.gtValue(0), v.finite()) }),
  /** Whether the camera keeps all nodes in sight by itself. */
  autoFit: v.boolean(),
  /** The part that was looked at last; kept over networks, like `legend`. */
  tab: v.optional(v.string()),
  /** Whether the legend is open; undefined until it was opened or closed by hand. */
  legend: v.optional(v.boolean()),
  /** Of a recording: the moment that was shown, in milliseconds since the epoch. */
  at: v.optional(finite),
  /** Time of the latest notice that was closed. */
  dismissed: finite,
})
export type Saved = v.InferOutput<typeof saved>

export const nothingSaved = (network: string, before: Pick<Saved, 'legend' | 'tab'> = {}): Saved => ({
  network,
  seen: 0,
  positions: {},
  pinned: [],
  camera: { x: 0, y: 0, k: 1 },
  autoFit: true,
  ...(before.legend === undefined ? {} : { legend: before.legend }),
  ...(before.tab === undefined ? {} : { tab: before.tab }),
  dismissed: 0,
})

/** What was saved, or the beginning when there is nothing or it is not understood. Never throws. */
export function parseSaved(value: unknown): Saved {
  const result = v.safeParse(saved, value)
  return result.success ? result.output : nothingSaved('')
}
