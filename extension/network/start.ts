import * as vscode from 'vscode'
import type { Topology } from '../../network/events.ts'
import type { StartOptions } from '../../network/start-options.ts'
import type { Operation, Results } from '../../network/operations/table.ts'
import { liveNodes } from '../../network/state.ts'
import { Cancelled } from '../errors.ts'
import { t } from '../l10n.ts'
import { readSettings, type Settings } from '../settings.ts'
import { askStart } from './ask-start.ts'
import { nodesProblem } from './input.ts'
import { nodeCount, startProgress } from './labels.ts'
import type { NetworkService } from './service.ts'

/** Arguments of the command p2plab.startNetwork; what is missing is asked, nothing is asked when `nodes` is given. */
export interface StartArguments {
  nodes?: number
  topology?: Topology
  seed?: number
  production?: boolean
}

/**
 * Asks, starts, and shows the progress until the network is ready. Cancelling undoes the start.
 * Resolves to undefined when the user gave up before the start.
 */
export async function startNetwork(
  service: NetworkService,
  given: StartArguments | undefined,
  openView: () => void,
): Promise<Results['start'] | undefined> {
  const settings = readSettings()
  const options =
    given?.nodes === undefined ? await askWhilePreparing(service, settings) : check(given, settings)
  return options && (await startWith(service, options, openView))
}

/**
 * Processes of the network load while its user chooses. Nothing depends on it: what cannot be prepared, or asked for, the start itself tells. Beside a
 * network that runs there might not be the memory for it.
 */
export async function askWhilePreparing(
  service: NetworkService,
  settings: Settings,
): Promise<StartOptions | undefined> {
  const running = liveNodes(service.state).length
  const quietly = (operation: Operation) => void service.request(operation).catch(() => undefined)
  const prepare = (nodes: number) => running === 0 && quietly({ op: 'prepare', nodes })
  prepare(settings.nodes)
  let options: StartOptions | undefined
  try {
    return (options = await askStart(settings, running, prepare))
  } finally {
    if (!options && running === 0) quietly({ op: 'endPrepared' })
  }
}

/** Starts with these options and those of the settings, and shows the progress. Cancelling undoes the start. */
export async function startWith(
  service: NetworkService,
  options: StartOptions,
  openView: () => void,
): Promise<Results['start']> {
  const settings = readSettings()
  if (settings.discovery) options.discovery = settings.discovery
  if (settings.metrics) options.metrics = {}
  if (settings.openView) openView()
  const title = t('Starting a local network of {0}', nodeCount(options.nodes))
  return await withStartProgress(service, title, signal => service.request({ op: 'start', options }, signal))
}

function check(given: StartArguments, settings: Settings): StartOptions {
  const problem = nodesProblem(String(given.nodes))
  if (problem) throw new Error(problem)
  return {
    nodes: Number(given.nodes),
    topology: given.topology ?? settings.topology,
    ...(given.seed === undefined ? {} : { seed: given.seed }),
    ...((given.production ?? settings.productionValues) && { production: true }),
  }
}

/** Shows how far a start is. Cancelling aborts the signal, upon which the network process undoes the start. */
export const withStartProgress = (
  service: NetworkService,
  title: string,
  start: (signal: AbortSignal) => Promise<Results['start']>,
): Thenable<Results['start']> =>
  vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (progress, token) => run(service, start, progress, token),
  )

async function run(
  service: NetworkService,
  start: (signal: AbortSignal) => Promise<Results['start']>,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
  token: vscode.CancellationToken,
): Promise<Results['start']> {
  const controller = new AbortController()
  let shown = 0
  const subscriptions = [
    token.onCancellationRequested(() => {
      progress.report({ message: t('undoing') })
      controller.abort(new Cancelled())
    }),
    service.onDidChange(({ state }) => {
      if (state.phase !== 'starting' || controller.signal.aborted) return
      const { text, done } = startProgress(state)
      progress.report({ message: text, increment: Math.max(0, (done - shown) * 100) })
      shown = Math.max(shown, done)
    }),
  ]
  try {
    return await start(controller.signal)
  } finally {
    for (const subscription of subscriptions) subscription.dispose()
  }
}
