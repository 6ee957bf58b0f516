/**
 * Rows of the Network tree that are about the network and not about one of its nodes. Pure.
 *
 * Ids: `network/metrics`.
 */
import type { NetworkState } from '../../network/state.ts'
import { t } from '../l10n.ts'
import type { Row } from './rows.ts'

const METRICS = 'network/metrics'

export const isNetworkRow = (id: string): boolean => id.startsWith('network/')

export const networkIds = (state: NetworkState): string[] => (state.metrics === undefined ? [] : [METRICS])

export function networkRow(state: NetworkState, id: string): Row | undefined {
  if (id !== METRICS || state.metrics === undefined) return undefined
  return {
    id,
    label: t('Metrics'),
    description: state.metrics,
    tooltip: t(
      'What the nodes count, in the format of Prometheus. Only programs on this computer can read it.',
    ),
    icon: 'graph',
    spoken: t('Metrics at {0}', state.metrics),
    kind: 'metrics',
    hasChildren: false,
  }
}
