/**
 * What `activate` returns: for tests that run in the extension host. Not a public interface.
 *
 *     const api = await vscode.extensions.getExtension<P2pLabApi>('p2p-lab.p2p-lab')!.activate()
 *     await vscode.commands.executeCommand('p2plab.startNetwork', { nodes: 5, topology: 'random' })
 *     api.network.state.phase                                                             // 'ready'
 *     await vscode.commands.executeCommand('p2plab.checkExercise', '1.1')                 // an ExerciseResult
 *
 * Commands that are given their arguments ask nothing:
 *   p2plab.startNetwork ({ nodes, topology?, seed?, production? }) → { readyMs, discovery }
 *   p2plab.recordNetwork ({ file }), p2plab.stopRecording    → { file }
 *   p2plab.saveNetwork ({ name })                            → { file }
 *   p2plab.startSavedNetwork ({ name })                      → { readyMs, discovery }
 *   p2plab.stopNetwork, p2plab.addNode                       → what network/protocol.ts says
 *   p2plab.stopNode, p2plab.killNode, p2plab.restartNode (node)
 *   p2plab.pauseNode, p2plab.resumeNode (node)
 *   p2plab.splitNetwork ({ groups: [{ name, nodes }] }), p2plab.healNetwork
 *   p2plab.setLinkFault (undefined, { links: [{ a, b }], faults }), p2plab.clearLinkFault ({ links })
 *   p2plab.startChurn ({ perMinute }), p2plab.stopChurn
 *   p2plab.addHostileNode ({ kind: 'spam' | 'invalid' })      → { node }
 *   p2plab.broadcast (node?, text)                           → { node, message }
 *   p2plab.checkExercise (exercise, seed?)                   → ExerciseResult
 *   p2plab.checkSameSeed (exercise)                          → ExerciseResult, of the last run that failed
 *   p2plab.showTranscript (exercise, check)
 *   p2plab.showCheckReport ()                                of the check whose transcript was shown last
 *   p2plab.savePacketCapture (exercise, check?, uri?)        → { uri, packets }; replaces the file
 *   p2plab.openRecording (uri)
 *   p2plab.showHint (exercise)                               → { shown, total }
 *   p2plab.resetExercise (exercise, true)                    → { kept?, untouched? }, the copy's path in the workspace
 *   p2plab.restoreExercise, p2plab.showSolution (exercise, true)
 *   p2plab.catchUp (exercise, whether to replace the learner's own) → [{ exercise, path, kept? }]
 *   p2plab.doctor ()                                         → what doctor/report.ts says
 *   p2plab.createReport ()                                   → the Markdown
 *   p2plab.openLabWorkspace (folder)                         asks only about files that differ
 * A command that fails shows its error and resolves to undefined.
 */
import type * as vscode from 'vscode'
import type { LabFolder } from './labs/folder.ts'
import type { Progress } from './labs/progress.ts'
import type { NetworkService } from './network/service.ts'
import type { LabTesting } from './testing/controller.ts'

export interface P2pLabApi {
  /** `state`, `pid` of the network process, and `onDidChange` after every batch of events. */
  network: Pick<NetworkService, 'state' | 'pid' | 'onDidChange' | 'onDidCrash'>
  /** Items: "1.1" and so on, with children "1.1/<check id>". */
  testController: vscode.TestController
  testing: Pick<LabTesting, 'check' | 'last' | 'onDidProgress'>
  /** What it adds to the environment of terminals, a moment after it was activated. */
  terminals: vscode.EnvironmentVariableCollection
  labs: Pick<Progress, 'state' | 'checks' | 'hasPassed' | 'onDidChange'> & Pick<LabFolder, 'current'>
}
