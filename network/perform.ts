/** What each operation of protocol.ts does to a network. */
import path from 'node:path'
import { now } from './clock.ts'
import { NetworkError } from './failure.ts'
import type { Network } from './orchestrator/network.ts'
import { needNetwork } from './orchestrator/refusals.ts'
import { performSaved } from './perform-saved.ts'
import type { Operation, Results } from './protocol.ts'
import type { Recorder } from './recorder.ts'
import { parseScenario } from './scenario/parse.ts'
import { runScenario } from './scenario/run.ts'
import { SHIPPED } from './scenario/shipped.ts'

export interface Performer {
  network: Network
  recorder: Recorder
}

/** `signal` is aborted when the host gives up on the operation. */
export async function perform(
  { network, recorder }: Performer,
  operation: Operation,
  signal: AbortSignal,
): Promise<Results[Operation['op']]> {
  switch (operation.op) {
    case 'start':
      return network.start(operation.options, { startedAt: now(), signal })
    case 'addNode':
      return network.addNode()
    case 'addHostile':
      return network.addHostile(operation.kind, operation.perSecond)
    case 'broadcast': {
      const { node, text, size } = operation
      return network.broadcast({
        ...(node === undefined ? {} : { node }),
        ...(text === undefined ? {} : { text }),
        ...(size === undefined ? {} : { size }),
      })
    }
    case 'runScenario': {
      const parsed = parseScenario(operation.text)
      if ('problem' in parsed)
        throw new NetworkError({
          step: 'read the scenario',
          cause: parsed.problem,
          remedy: 'Correct the file',
        })
      const result = await runScenario(network, parsed.scenario, { signal })
      if (signal.aborted)
        throw new NetworkError({
          step: 'run the scenario',
          cause: 'it was canceled',
          remedy: 'The network stays as it was at that moment',
        })
      return result
    }
    case 'scenarios':
      return { scenarios: SHIPPED }
    case 'record':
      return record(network, recorder, operation.file)
    case 'stopRecording':
      return recorder.stop()
    case 'saveNetwork':
    case 'loadNetwork':
    case 'savedNetworks':
      return performSaved(network, operation, signal)
    case 'stopAll':
      await network.stopAll()
      await recorder.settled()
      return {}
    case 'snapshot':
      return { state: network.state }
    case 'log':
      return { lines: network.log(operation.node) }
    default:
      await act(network, operation)
      return {}
  }
}

type Act = Extract<
  Operation,
  {
    op:
      | 'stopNode'
      | 'killNode'
      | 'restartNode'
      | 'pauseNode'
      | 'resumeNode'
      | 'partition'
      | 'heal'
      | 'setLinkFault'
      | 'clearLinkFault'
      | 'startChurn'
      | 'stopChurn'
      | 'waitReady'
  }
>

/** The operations that answer nothing but that they are done. */
async function act(network: Network, operation: Act): Promise<void> {
  switch (operation.op) {
    case 'stopNode':
    case 'killNode':
    case 'restartNode':
    case 'pauseNode':
    case 'resumeNode':
      return network[operation.op](operation.node)
    case 'partition':
      return network.partition(operation.groups)
    case 'heal':
    case 'stopChurn':
      return network[operation.op]()
    case 'setLinkFault':
      return network.setLinkFault(operation.a, operation.b, operation.faults)
    case 'clearLinkFault':
      return network.clearLinkFault(operation.a, operation.b)
    case 'startChurn':
      return network.startChurn(operation)
    case 'waitReady':
      return network.waitReady(operation)
  }
}

function record(network: Network, recorder: Recorder, file: string): Promise<{ file: string }> {
  needNetwork(network.state)
  if (path.isAbsolute(file)) return recorder.start(file)
  throw new NetworkError({
    step: 'record the network',
    cause: `${file} is not an absolute path`,
    remedy: 'Use the absolute path of a new file',
  })
}
