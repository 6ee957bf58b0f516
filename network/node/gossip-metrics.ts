/** Where gossipsub registers its metrics: it asks for gauges and histograms of its own interface, and here they are prom-client's. */
import type { Gauge as GossipGauge, MetricsRegister } from '@libp2p/gossipsub/metrics'
import { Gauge, Histogram, type Registry } from 'prom-client'

interface Config {
  name: string
  help: string
  labelNames?: string[]
  buckets?: number[]
}
type Labels = Record<string, string>

/** gossipsub makes some buckets from the weights of scores: where a weight is 0 they are all the same, which Prometheus refuses. */
const bounds = (buckets: readonly number[]) => [...new Set(buckets)].sort((a, b) => a - b)

/** `refresh` has gossipsub write down what it only counts when it is asked. */
export function registerOn(registry: Registry): { register: MetricsRegister; refresh(): void } {
  const refreshes: (() => void)[] = []
  const common = ({ name, help, labelNames = [] }: Config) => ({
    name,
    help,
    labelNames,
    registers: [registry],
  })

  const gauge = (config: Config) => {
    const made = new Gauge(common(config))
    return Object.assign(made, {
      addCollect: (refresh: (gauge: GossipGauge) => void) =>
        void refreshes.push(() => refresh(made as unknown as GossipGauge)),
    })
  }
  const histogram = (config: Config) =>
    new Histogram({ ...common(config), ...(config.buckets && { buckets: bounds(config.buckets) }) })
  /** The spread of many values, such as the scores of all peers, as three gauges. */
  const avgMinMax = ({ name, help, labelNames }: Config) => {
    const spread = (suffix: string) =>
      new Gauge(common({ name: `${name}_${suffix}`, help, ...(labelNames && { labelNames }) }))
    const [avg, min, max] = [spread('avg'), spread('min'), spread('max')]
    const set = (labels: Labels, values: readonly number[]) => {
      if (values.length === 0) return
      avg.set(labels, values.reduce((sum, value) => sum + value, 0) / values.length)
      min.set(labels, Math.min(...values))
      max.set(labels, Math.max(...values))
    }
    return {
      set: (first: Labels | number[], second?: number[]) =>
        Array.isArray(first) ? set({}, first) : set(first, second ?? []),
    }
  }
  return {
    register: { gauge, histogram, avgMinMax } as unknown as MetricsRegister,
    refresh: () => {
      for (const refresh of refreshes) refresh()
    },
  }
}
