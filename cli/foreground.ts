/** Whether this process may read from its terminal. One in the background (`p2plab network up &`) would be stopped for trying to. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** True where standard input is no terminal, or where nobody can tell. */
export async function inForeground(): Promise<boolean> {
  if (!process.stdin.isTTY || process.platform === 'win32') return true
  try {
    const [group, foreground] = process.platform === 'linux' ? await fromProc() : await fromPs()
    return group === foreground
  } catch {
    return true
  }
}

/** proc_pid_stat(5): after the name in brackets come state, parent, process group, session, terminal, its foreground group. */
async function fromProc(): Promise<[string | undefined, string | undefined]> {
  const stat = await readFile('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return [fields[2], fields[5]]
}

async function fromPs(): Promise<[string | undefined, string | undefined]> {
  // An option for each column: after "=" POSIX takes all that follows, commas too, for the column's heading.
  const { stdout } = await promisify(execFile)('ps', [
    '-o',
    'pgid=',
    '-o',
    'tpgid=',
    '-p',
    String(process.pid),
  ])
  const [group, foreground] = stdout.trim().split(/\s+/)
  return [group, foreground]
}
