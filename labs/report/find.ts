/** The lab workspaces of a class: in its folder, or deeper where each learner's folder has the workspace in another one. */
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { EXERCISES } from '../catalogue.ts'
import { tracksOf } from '../workspace/track.ts'

export interface FoundFolder {
  /** Absolute path. */
  folder: string
  /** The path from the folder that was searched, with forward slashes, or the name of that folder itself. */
  name: string
  /**
   * 'bare': files of exercises without .p2plab, as where hidden folders were not handed in. 'unreadable': the system refuses; its error
   * is in `error`. 'none': no lab workspace is in it.
   */
  kind: 'workspace' | 'bare' | 'unreadable' | 'none'
  error?: unknown
}

/** CLASS/anna/homework/p2p-lab is found; what lies deeper is not looked for. */
const MAX_DEPTH = 4
/** Folders that are looked into: a class has hundreds, a whole disk has more. */
const MAX_FOLDERS = 20_000

/**
 * What there is in `folder`, in the order of the names: each workspace, what cannot be read, and of the folders directly in it those
 * without any workspace. Only the folder itself where it is a workspace. Reads names only, follows no links below the
 * folders directly in it, and never rejects.
 */
export async function findWorkspaces(folder: string): Promise<FoundFolder[]> {
  const left = { folders: MAX_FOLDERS }
  const own = { folder, name: path.basename(folder) || folder }
  const kind = await kindOf(folder)
  if (kind.kind !== 'none') return [{ ...own, ...kind }]
  const found = await search(folder, '', 1, left)
  return found.length > 0 ? found : [{ ...own, kind: 'none' }]
}

async function search(
  folder: string,
  name: string,
  depth: number,
  left: { folders: number },
): Promise<FoundFolder[]> {
  let entries
  try {
    entries = await readdir(folder, { withFileTypes: true })
  } catch (error) {
    return [{ folder, name, kind: 'unreadable', error }]
  }
  const found: FoundFolder[] = []
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const isLink = entry.isSymbolicLink() && depth === 1
    if (!(entry.isDirectory() || isLink) || entry.name.startsWith('.') || entry.name === 'node_modules')
      continue
    if (left.folders-- <= 0) break
    const inner = path.join(folder, entry.name)
    const innerName = name === '' ? entry.name : `${name}/${entry.name}`
    const kind = await kindOf(inner, isLink)
    if (kind === undefined) continue
    if (kind.kind !== 'none') {
      found.push({ folder: inner, name: innerName, ...kind })
      continue
    }
    const deeper = depth < MAX_DEPTH ? await search(inner, innerName, depth + 1, left) : []
    found.push(...deeper)
    if (deeper.length === 0 && depth === 1) found.push({ folder: inner, name: innerName, kind: 'none' })
  }
  return found
}

type Kind = Pick<FoundFolder, 'kind' | 'error'>

async function kindOf(folder: string): Promise<Kind>
/** Undefined for a link to something else than a folder. */
async function kindOf(folder: string, isLink: boolean): Promise<Kind | undefined>
async function kindOf(folder: string, isLink = false): Promise<Kind | undefined> {
  try {
    if (isLink && !(await stat(folder)).isDirectory()) return undefined
    if (await isThere(path.join(folder, '.p2plab'))) return { kind: 'workspace' }
    for (const { file } of EXERCISES.flatMap(tracksOf))
      if (await isThere(path.join(folder, file))) return { kind: 'bare' }
    return { kind: 'none' }
  } catch (error) {
    return { kind: 'unreadable', error }
  }
}

/** Rejects where the system does not let anybody look. */
async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file)
    return true
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (['ENOENT', 'ENOTDIR'].includes(code)) return false
    throw error
  }
}
