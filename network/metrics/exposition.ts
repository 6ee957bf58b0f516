/**
 * Prometheus's text format, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/): one HELP and one TYPE
 * line per metric, and all its samples after them, whichever node they came from. Prometheus refuses anything else.
 */
import * as v from 'valibot'

/** What the answer to a scrape says it is. */
export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** A metric with its samples, each a line of the format without its line break. */
export const family = v.object({
  name: v.pipe(v.string(), v.regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/)),
  help: v.string(),
  kind: v.picklist(['counter', 'gauge', 'histogram', 'summary']),
  samples: v.array(v.pipe(v.string(), v.regex(/^[^\r\n]+$/))),
})
export type Family = v.InferOutput<typeof family>

export type Labels = Readonly<Record<string, string | number>>

/** One sample as a line. `name` and the names of the labels must be valid; what the labels hold is escaped. */
export function sample(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(String(text))}"`)
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${number(value)}`
}

/** Metrics of one name become one, with the samples of all. */
export function merge(families: Iterable<Family>): Family[] {
  const byName = new Map<string, Family>()
  for (const { name, help, kind, samples } of families) {
    const known = byName.get(name)
    if (known) known.samples.push(...samples)
    else byName.set(name, { name, help, kind, samples: [...samples] })
  }
  return [...byName.values()]
}

/** The answer to a scrape: `families` with no name twice, see `merge`. */
export const expose = (families: readonly Family[]): string =>
  families
    .map(
      ({ name, help, kind, samples }) =>
        `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${kind}\n${samples.join('\n')}\n`,
    )
    .join('')

const number = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Infinity) return '+Inf'
  return value === -Infinity ? '-Inf' : String(value)
}
const escapeHelp = (text: string) => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/\r/g, ' ')
const escapeLabel = (text: string) => escapeHelp(text).replace(/"/g, '\\"')
