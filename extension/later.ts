/**
 * What activation does not need, in a file of its own (dist/extension-later.cjs), which extension.ts loads when something is first needed of it.
 * It hands these to the parts that need them: nothing else imports this file.
 */
export { loadPack, textOf } from '../labs/pack.ts'
export { hashOf, readProgress, updateProgress } from '../labs/progress/file.ts'
export { keptFiles } from '../labs/workspace/backup.ts'
export { formatProgress, parseProgress } from '../labs/progress/text.ts'
export { startNetworkProcess } from '../network/client.ts'
export { OPERATIONS } from '../network/operations/table.ts'
export { parseFromGuide } from '../webview/shared/guide-messages.ts'
export { parseFromTranscript } from '../webview/shared/transcript-messages.ts'
export { parseFromView } from '../webview/shared/view-messages.ts'
export { doctorAction } from './doctor.ts'
export { guideOf } from './guide/model.ts'
export { labActions } from './labs/commands.ts'
export { progressActions } from './labs/progress-commands.ts'
export { solutionDocument } from './labs/solution.ts'
export { networkActions } from './network/actions.ts'
export { scenarioTests } from './scenarios/tests.ts'
export { runExercise } from './testing/run.ts'
export { isUntouched } from './testing/untouched.ts'
export { resolveRecording } from './view/recording/resolve.ts'
