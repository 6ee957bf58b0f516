import type { LabsPack } from '../../labs/pack.ts'
import { readText } from '../../labs/workspace/backup.ts'
import { fileState } from '../../labs/workspace/workspace.ts'
import { fileIn, trackIn } from '../labs/tracks.ts'
import type { Chosen } from './chosen.ts'

/** Whether nobody has begun with an exercise: its file is the starter, or is not there. Rejects when the file cannot be read. */
export async function isUntouched(
  { entry, folder }: Pick<Chosen, 'entry' | 'folder'>,
  pack: LabsPack,
): Promise<boolean> {
  const text = await readText(fileIn(folder, entry).fsPath)
  const state = fileState(pack, entry.id, trackIn(folder, entry).language, text)
  return state === 'untouched' || state === 'missing'
}
