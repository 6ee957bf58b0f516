/**
 * Node keeps what it has compiled, so that the next process need not compile it again. Of a learner's file that is 70 of the 115 ms which a program takes to
 * get ready: Node loads its type stripper only after a change (measured with Node 24; each check starts a program). Of a node's code it is a tenth of all
 * that a start of ten nodes takes. Node looks itself whether the source is still the same. Each file has one entry, which its next version replaces.
 */
import module from 'node:module'
import { compiledFolder } from './user-folders.ts'

/** Call before the code is imported. Without a folder, or one that can be written, everything works as before, only slower. */
export function keepCompiled(): void {
  // A folder of this user's own: in one that others can write to, or in a workspace that came from somebody else, an entry
  // could hold other code than the source that is to be checked.
  const folder = compiledFolder()
  if (folder !== undefined) module.enableCompileCache(folder)
}

/** Writes now what is new, with all functions that have been used: another process may start before this one ends. Never throws. */
export function saveCompiled(): void {
  try {
    module.flushCompileCache()
  } catch {
    // It only costs time.
  }
}
