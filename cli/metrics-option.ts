/** The option `--metrics [PORT]`. */
import type { StartOptions } from '../network/start-options.ts'
import { integer } from './arguments.ts'
import type { Arguments, Option } from './command.ts'

export const metricsOption: Readonly<Record<string, Option>> = {
  metrics: {
    type: 'optional',
    value: 'PORT',
    description:
      'Serve Prometheus metrics at http://127.0.0.1:PORT/metrics. Without PORT, a free port is used.',
  },
}

/** Throws UsageError. */
export function readMetrics(values: Arguments['values']): Pick<StartOptions, 'metrics'> {
  if (values['metrics'] === undefined) return {}
  const port = values['metrics'] === '' ? undefined : integer(values, 'metrics', 1, 65_535)
  return { metrics: port === undefined ? {} : { port } }
}
