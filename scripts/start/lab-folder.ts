/** Which folder `npm start` opens. */
import { tmpdir } from 'node:os'
import path from 'node:path'

/**
 * The folder that was named, from where npm was called; otherwise ~/p2p-lab, which Open Lab Workspace suggests too. Not one in the
 * clone: git would take the learner's files for its own, and what is in .vscode-test may be deleted.
 */
export function labFolder(named: string | undefined, calledIn: string, home: string | undefined): string {
  if (named !== undefined) return path.resolve(calledIn, named)
  return path.join(home ?? tmpdir(), 'p2p-lab')
}
