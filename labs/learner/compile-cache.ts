/**
 * Node keeps what it made of a TypeScript file, so that it loads its type stripper only after a change: that is 70 of the 115 ms
 * that a program takes to get ready (measured with Node 24; each check starts a program). Node looks itself whether the
 * source is still the same. Each file has one entry, which its next version replaces.
 */
import { enableCompileCache, flushCompileCache } from 'node:module'
import { homedir } from 'node:os'
import path from 'node:path'

/** Call before the learner's file is imported. Without a folder that can be written, everything works as before, only slower. */
export function keepCompiled(): void {
  // A folder of this user's own: in one that others can write to, or in a workspace that came from somebody else, an entry
  // could hold other code than the source that is to be checked.
  const folder = process.env['P2PLAB_CACHE'] ?? cacheFolder()
  if (folder !== undefined) enableCompileCache(folder)
}

/** Writes now what is new: the program of the next check may start before this one ends. Never throws. */
export function saveCompiled(): void {
  try {
    flushCompileCache()
  } catch {
    // It only costs time.
  }
}

/** Ours among the folders where programs of this user keep what can be made again. Undefined for a user who has no home. */
function cacheFolder(): string | undefined {
  try {
    return path.join(userCache(), 'p2plab', 'compiled')
  } catch {
    // os.homedir() throws where neither HOME nor the password file names one, as in some containers.
    return undefined
  }
}

function userCache(): string {
  if (process.platform === 'win32')
    return process.env['LOCALAPPDATA'] ?? path.join(homedir(), 'AppData', 'Local')
  if (process.platform === 'darwin') return path.join(homedir(), 'Library', 'Caches')
  // https://specifications.freedesktop.org/basedir-spec/latest/: a relative path is to be ignored.
  const given = process.env['XDG_CACHE_HOME']
  return given !== undefined && path.isAbsolute(given) ? given : path.join(homedir(), '.cache')
}
