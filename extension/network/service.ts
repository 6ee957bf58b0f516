/**
 * The one network of this window: starts the network process when it is first needed, and tells who listens what
 * changed. A process that crashed takes its network with it; the next request starts a new one.
 */
import * as vscode from 'vscode'
import type { NetworkEvent } from '../../network/events.ts'
import type { NetworkEnd, NetworkProcess, startNetworkProcess } from '../../network/client.ts'
import type { Operation, OPERATIONS, Results } from '../../network/operations/table.ts'
import { initialState, type NetworkState } from '../../network/state.ts'
import type { Log } from '../errors.ts'
import { t } from '../l10n.ts'

export interface NetworkChange {
  state: NetworkState
  /** The count of the state before the events. */
  first: number
  /** Empty when the state was replaced as a whole. */
  events: readonly NetworkEvent[]
}

export interface NetworkService {
  readonly state: NetworkState
  /** Of the network process; undefined when none runs. */
  readonly pid: number | undefined
  readonly onDidChange: vscode.Event<NetworkChange>
  /** The network process ended and nobody asked it to. */
  readonly onDidCrash: vscode.Event<NetworkEnd>
  /** A network was asked for, and whether it is being started changed: before its first event there is nothing else to see of it. */
  readonly onDidStarting: vscode.Event<boolean>
  /** See NetworkProcess.request. What needs no network starts the process if needed; all else rejects with NothingRuns without one. */
  request<O extends Operation>(operation: O, signal?: AbortSignal): Promise<Results[O['op']]>
  /** Ends the process and its nodes; resolves when they are gone, after 3 s at most. */
  dispose(): Promise<void>
}

/** Thrown by what needs a running node, when there is none. */
export class NothingRuns extends Error {
  constructor() {
    super(t('No node is running. Start a network first.'))
    this.name = 'NothingRuns'
  }
}

/** What begins with a new network. */
const STARTS: ReadonlySet<Operation['op']> = new Set<Operation['op']>(['start', 'loadNetwork', 'runScenario'])

/** What starts a network process and asks it, loaded when something is first asked of it. */
type Client = () => Promise<{
  startNetworkProcess: typeof startNetworkProcess
  OPERATIONS: typeof OPERATIONS
}>

export function networkService(module: string, client: Client, log: Log): NetworkService {
  const changed = new vscode.EventEmitter<NetworkChange>()
  const crashed = new vscode.EventEmitter<NetworkEnd>()
  const starting = new vscode.EventEmitter<boolean>()
  let running: NetworkProcess | undefined
  let starts = 0
  /** Tells that a network is being started, until `answer` is there. */
  const whileStarting = async <T>(answer: Promise<T>): Promise<T> => {
    if (++starts === 1) starting.fire(true)
    try {
      return await answer
    } finally {
      if (--starts === 0) starting.fire(false)
    }
  }
  let disposed = false

  const start = (startProcess: typeof startNetworkProcess): NetworkProcess => {
    const started = startProcess({
      module,
      onChange: (state, first, events) => changed.fire({ state, first, events }),
      onLine: line => log.info(`network process: ${line}`),
      onEnd: end => {
        if (running !== started) return
        running = undefined
        // Nothing of the network is left, so nothing of it may be shown.
        changed.fire({ state: initialState, first: 0, events: [] })
        if (!end.asked) crashed.fire(end)
      },
    })
    log.info(`Network process started, pid ${started.pid ?? '?'}`)
    return started
  }

  return {
    get state() {
      return running?.state ?? initialState
    },
    get pid() {
      return running?.pid
    },
    onDidChange: changed.event,
    onDidCrash: crashed.event,
    onDidStarting: starting.event,
    async request(operation, signal) {
      const { startNetworkProcess, OPERATIONS } = await client()
      // The window may have been closed meanwhile, or the start canceled.
      signal?.throwIfAborted()
      if (OPERATIONS[operation.op].startsProcess && !disposed) running ??= start(startNetworkProcess)
      if (!running) throw new NothingRuns()
      const answer = running.request(operation, signal)
      return await (STARTS.has(operation.op) ? whileStarting(answer) : answer)
    },
    async dispose() {
      disposed = true
      await running?.end()
      changed.dispose()
      crashed.dispose()
      starting.dispose()
    },
  }
}
