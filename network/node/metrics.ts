/**
 * The metrics of one node, where a network was started with them: libp2p's by @libp2p/prometheus-metrics, and gossipsub's own.
 * Loaded only then; it is a file of its own in the package.
 */
import type { MetricsRegister } from '@libp2p/gossipsub/metrics'
import type { Metrics } from '@libp2p/interface'
import { prometheusMetrics, type PrometheusMetricsComponents } from '@libp2p/prometheus-metrics'
import { Registry, type MetricObjectWithValues, type MetricValue } from 'prom-client'
import { sample, type Family } from '../metrics/exposition.ts'
import { registerOn } from './gossip-metrics.ts'

export interface NodeMetrics {
  /** For libp2p's option `metrics`. */
  libp2p: (components: PrometheusMetricsComponents) => Metrics
  /** For gossipsub's option `metricsRegister`. */
  gossip: MetricsRegister
  /** What there is now, each sample with the label `node`. Metrics without a sample are left out. */
  collect(): Promise<Family[]>
}

/** The prefix under which libp2p's metrics of a node are registered; it does not show. */
const PREFIX = /^p2plab\d+_/
let made = 0

export function createNodeMetrics(node: string): NodeMetrics {
  const registry = new Registry()
  const prefix = `p2plab${++made}_`
  const { register: gossip, refresh } = registerOn(registry)

  return {
    libp2p: components => {
      const metrics = prometheusMetrics({ registry, collectDefaultMetrics: false })(components)
      // They are about the process, which may have many nodes; the orchestrator gives those of each process once.
      for (const { name } of registry.getMetricsAsArray())
        if (name.startsWith('nodejs_')) registry.removeSingleMetric(name)
      return apart(metrics, prefix)
    },
    gossip,
    async collect() {
      refresh()
      const results = await Promise.allSettled(registry.getMetricsAsArray().map(metric => read(metric)))
      const metrics = results.flatMap(r =>
        r.status === 'fulfilled' && r.value.values.length > 0 ? r.value : [],
      )
      return metrics.map(({ name, help, type, values }) => ({
        name: name.replace(PREFIX, ''),
        help,
        kind: type as unknown as Family['kind'],
        samples: values.map(value => {
          const { metricName = name } = value as { metricName?: string }
          return sample(metricName.replace(PREFIX, ''), { ...value.labels, node }, value.value)
        }),
      }))
    },
  }
}

/** prom-client's types know the kinds of metrics only apart. */
const read = (metric: unknown) =>
  (metric as { get(): Promise<MetricObjectWithValues<MetricValue<string>>> }).get()

const REGISTERS = [
  'registerMetric',
  'registerMetricGroup',
  'registerCounter',
  'registerCounterGroup',
  'registerHistogram',
  'registerHistogramGroup',
  'registerSummary',
  'registerSummaryGroup',
] as const

/**
 * @libp2p/prometheus-metrics remembers the metrics of a process by name, so that a second node would count into those of the first,
 * whatever its registry. With a prefix of its own for each node it does not find them.
 */
function apart(metrics: Metrics, prefix: string): Metrics {
  for (const register of REGISTERS) {
    const own = new Map<string, unknown>()
    const original = metrics[register].bind(metrics) as (name: string, options: object) => unknown
    const registerApart = (name: string, options: { help?: string; label?: string } = {}) => {
      if (!own.has(name)) {
        // Left out, both would be made from the name with its prefix.
        const label = register.endsWith('Group') ? { label: options.label ?? name } : {}
        own.set(name, original(prefix + name, { ...options, ...label, help: options.help ?? name }))
      }
      return own.get(name)
    }
    metrics[register] = registerApart as never
  }
  return metrics
}
