/** What stands in a document of ours that was open when the window was last closed, by its path. */
import { t } from '../l10n.ts'
import type { LabContent } from './content.ts'
import { solutionDocument } from './solution.ts'

/** A solution has its text again; a report is kept only as long as the window. */
export const restoredDocument = async (path: string, content: LabContent): Promise<string> =>
  (await solutionDocument(path, content)) ??
  t('P2P Lab keeps a report until the window closes. To get a new one, check the exercise again.')
