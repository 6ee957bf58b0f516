import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** Only what is ours in the window: for lessons, tests and screenshots. */
const QUIET = {
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'window.commandCenter': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
}

/** Writes the settings of the server whose data is in `home`; a user's own settings come before them. */
export async function writeSettings(home: string, more: Record<string, unknown>): Promise<void> {
  const folder = path.join(home, 'data', 'Machine')
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, 'settings.json'), JSON.stringify({ ...QUIET, ...more }, null, 2))
}
