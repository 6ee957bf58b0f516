import type { ChildProcess } from 'node:child_process'

/**
 * Asks `p2plab network up` to end in good order. Where there are no signals that a program can answer, as on Windows, that is the
 * command `quit`, so the child needs a standard input there.
 */
export function askToEnd(child: ChildProcess): void {
  if (process.platform === 'win32') child.stdin?.write('quit\n')
  else child.kill('SIGTERM')
}
