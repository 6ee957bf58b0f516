import * as vscode from 'vscode'
import type { Log } from '../errors.ts'
import { t } from '../l10n.ts'
import { registerCommands } from './register.ts'
import type { NetworkService } from './service.ts'

/** The address of the running network's metrics: shown in a browser, or copied for Prometheus. */
export function metricsCommands(service: NetworkService, log: Log): vscode.Disposable {
  const address = () => {
    const { metrics } = service.state
    if (metrics !== undefined) return metrics
    throw new Error(
      t(
        'The network has no metrics. Turn on the setting "p2plab.network.metrics" and start the network again.',
      ),
    )
  }
  return registerCommands(
    {
      showMetrics: async () => vscode.env.openExternal(vscode.Uri.parse(address())),
      copyMetricsAddress: async () => {
        const text = address()
        await vscode.env.clipboard.writeText(text)
        vscode.window.setStatusBarMessage(t('Copied {0}', text), 3000)
        return text
      },
    },
    log,
  )
}
