/** Reads Prometheus's text format as strictly as Prometheus does, and then some: throws where a line is not as it must be. */
import assert from 'node:assert/strict'

export interface Sample {
  name: string
  labels: Readonly<Record<string, string>>
  value: number
}
export interface Metric {
  help: string
  kind: string
  samples: Sample[]
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"'
const HEAD = new RegExp(`^# (HELP|TYPE) (${NAME}) (.*)$`)
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (NaN|[+-]Inf|[-+0-9.e]+)$`)

export function parseExposition(text: string): Map<string, Metric> {
  assert.ok(text.endsWith('\n'), 'the last line has an end')
  const metrics = new Map<string, Metric>()
  const series = new Set<string>()
  let name = ''
  let help: string | undefined
  for (const line of text.slice(0, -1).split('\n')) {
    const head = HEAD.exec(line)
    if (head?.[1] === 'HELP') {
      assert.ok(!metrics.has(head[2]!), `${head[2]} comes once, with all of its samples`)
      ;[name, help] = [head[2]!, head[3]!]
    } else if (head) {
      assert.equal(head[2], name, 'TYPE follows its HELP')
      assert.ok(help !== undefined && !metrics.has(name))
      assert.match(head[3]!, /^(counter|gauge|histogram|summary|untyped)$/)
      metrics.set(name, { help, kind: head[3]!, samples: [] })
    } else {
      const found = SAMPLE.exec(line)
      assert.ok(found, `no sample: ${line}`)
      const metric = metrics.get(name)
      assert.ok(metric, `before its TYPE: ${line}`)
      const suffixes = { histogram: '(_bucket|_sum|_count)', summary: '(_sum|_count)?' }[metric.kind] ?? ''
      assert.match(found[1]!, new RegExp(`^${name}${suffixes}$`), `under ${name}: ${line}`)
      const key = `${found[1]}{${found[2] ?? ''}}`
      assert.ok(!series.has(key), `twice: ${key}`)
      series.add(key)
      metric.samples.push({ name: found[1]!, labels: labelsOf(found[2] ?? ''), value: numberOf(found[3]!) })
    }
  }
  for (const [name, { kind, samples }] of metrics) if (kind === 'histogram') checkBuckets(name, samples)
  return metrics
}

const labelsOf = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/([a-zA-Z0-9_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, value]) => [
      label!,
      value!.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c)),
    ]),
  )

function numberOf(text: string): number {
  if (text === 'NaN') return NaN
  const value = Number(text.replace('Inf', 'Infinity'))
  assert.ok(!Number.isNaN(value), `no number: ${text}`)
  return value
}

/** The buckets of a histogram count upwards, and the last one has them all. */
function checkBuckets(name: string, samples: readonly Sample[]): void {
  const counts = samples.filter(s => s.name === `${name}_count`)
  assert.ok(counts.length > 0, `${name} has no count`)
  const rest = ({ le: _, ...labels }: Sample['labels']) => JSON.stringify(Object.entries(labels).sort())
  for (const count of counts) {
    const buckets = samples.filter(s => s.name === `${name}_bucket` && rest(s.labels) === rest(count.labels))
    const values = buckets
      .sort((a, b) => numberOf(a.labels['le']!) - numberOf(b.labels['le']!))
      .map(b => b.value)
    assert.deepEqual(
      values,
      [...values].sort((a, b) => a - b),
    )
    assert.equal(buckets.at(-1)?.labels['le'], '+Inf')
    assert.equal(values.at(-1), count.value)
  }
}
