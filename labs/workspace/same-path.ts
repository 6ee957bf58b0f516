/**
 * Whether two absolute paths name the same place: the one way in which paths are compared. `c:\lab` and `C:\Lab` are one folder on
 * Windows, and as a rule on macOS, where a letter with an accent also has two spellings. Links are not followed, nothing is read.
 */
import path from 'node:path'

/** What is equal for two paths exactly when they name the same place. It is for comparing, not for opening. */
function pathKey(name: string, platform: NodeJS.Platform = process.platform): string {
  const { normalize, sep } = platform === 'win32' ? path.win32 : path.posix
  const normal = normalize(name)
  // A root keeps its separator: C:\ is a folder, C: is another one.
  const bare =
    normal.endsWith(sep) && normal !== sep && !/^[A-Za-z]:\\$/.test(normal) ? normal.slice(0, -1) : normal
  return platform === 'win32' || platform === 'darwin' ? bare.normalize('NFC').toLowerCase() : bare
}

export const samePath = (a: string, b: string, platform?: NodeJS.Platform): boolean =>
  pathKey(a, platform) === pathKey(b, platform)

/** Whether `name` is `folder` or something in it, at any depth. */
export function isWithin(
  folder: string,
  name: string,
  platform: NodeJS.Platform = process.platform,
): boolean {
  const { sep } = platform === 'win32' ? path.win32 : path.posix
  const [outer, inner] = [pathKey(folder, platform), pathKey(name, platform)]
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep)
}
