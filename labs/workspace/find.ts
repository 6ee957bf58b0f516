/** Which lab workspace a folder belongs to. */
import path from 'node:path'
import { isLabWorkspace } from '../progress/file.ts'

/** `dir` itself, or the nearest folder above it that is a lab workspace; undefined where there is none. Absolute. Never rejects. */
export async function labWorkspaceAround(dir: string): Promise<string | undefined> {
  for (let at = path.resolve(dir); ; at = path.dirname(at)) {
    if (await isLabWorkspace(at)) return at
    if (path.dirname(at) === at) return undefined
  }
}
