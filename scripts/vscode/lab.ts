import path from 'node:path'
import { loadPack } from '../../labs/pack.ts'
import { planWorkspace, writeWorkspace } from '../../labs/workspace/workspace.ts'
import { root } from './paths.ts'

/** Makes `folder` a lab workspace, from what was built last. What a learner changed in it stays as it is. */
export async function fillLabWorkspace(folder: string): Promise<void> {
  const pack = await loadPack(path.join(root, 'dist'))
  await writeWorkspace(folder, await planWorkspace(pack, folder), { overwrite: [] })
}
