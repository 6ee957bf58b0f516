/**
 * Node keeps what it made of a TypeScript file, so that it loads its type stripper only after a change: that is 70 of the 115 ms
 * that a program takes to get ready (measured with Node 24; each check starts a program). Node looks itself whether the
 * source is still the same. Each file has one entry, which its next version replaces.
 */
import { enableCompileCache, flushCompileCache } from 'node:module'
import { compiledFolder } from '../../network/user-folders.ts'

/** Call before the learner's file is imported. Without a folder, or one that can be written, everything works as before, only slower. */
export function keepCompiled(): void {
  // A folder of this user's own: in one that others can write to, or in a workspace that came from somebody else, an entry
  // could hold other code than the source that is to be checked.
  const folder = compiledFolder()
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
