/** What the commands of networks do. */
import type { Log } from '../errors.ts'
import type { Actions } from '../lazily.ts'
import type { LabFolder } from '../labs/folder.ts'
import type { Progress } from '../labs/progress.ts'
import type { NetworkCommand } from './command-names.ts'
import { nodeActions } from './commands.ts'
import { faultActions } from './fault-commands.ts'
import { metricsActions } from './metrics-commands.ts'
import type { NodeLogs } from './node-log.ts'
import { programActions } from './run-program.ts'
import { recordingActions } from './recording-commands.ts'
import { showingErrors } from './register.ts'
import { savedActions } from './saved-commands.ts'
import { scenarioActions } from './scenario-commands.ts'
import type { NetworkService } from './service.ts'
import { sharingActions } from './sharing-commands.ts'

export function networkActions(parts: {
  service: NetworkService
  logs: NodeLogs
  openView: () => void
  folder: LabFolder
  progress: Progress
  log: Log
}): Actions<NetworkCommand> {
  const { service, logs, openView, log } = parts
  const actions = {
    ...nodeActions(service, logs, openView),
    ...faultActions(service),
    ...metricsActions(service),
    ...recordingActions(service),
    ...savedActions(service, openView, log),
    ...sharingActions(service, openView),
    ...scenarioActions(service, openView, parts.folder),
    ...programActions(parts),
  }
  return showingErrors<NetworkCommand>(actions, log)
}
