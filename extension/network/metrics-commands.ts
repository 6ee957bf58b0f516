import * as vscode from 'vscode'
import { t } from '../l10n.ts'
import type { Actions } from '../lazily.ts'
import type { NetworkService } from './service.ts'

/** The address of the running network's metrics: shown in a browser, or copied for Prometheus. */
export function metricsActions(service: NetworkService) {
  const address = () => {
    const { metrics } = service.state
    if (metrics !== undefined) return metrics
    throw new Error(
      t(
        'The network has no metrics. Turn on the setting "p2plab.network.metrics" and start the network again.',
      ),
    )
  }
  return {
    showMetrics: async () => vscode.env.openExternal(vscode.Uri.parse(address())),
    copyMetricsAddress: async () => {
      const text = address()
      await vscode.env.clipboard.writeText(text)
      vscode.window.setStatusBarMessage(t('Copied {0}', text), 3000)
      return text
    },
  } satisfies Actions
}
