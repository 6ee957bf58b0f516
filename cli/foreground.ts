/** Whether this process may read from its terminal. One in the background (`p2plab network up &`) would be stopped for trying to. */
import { procStat, ps } from '../network/process-table.ts'

/** True where standard input is no terminal, or where nobody can tell. */
export async function inForeground(): Promise<boolean> {
  if (!process.stdin.isTTY || process.platform === 'win32') return true
  try {
    const { group, foreground } = (process.platform === 'linux' ? procStat('self') : await fromPs()) ?? {}
    return group === foreground
  } catch {
    return true
  }
}

async function fromPs(): Promise<{ group?: number | undefined; foreground?: number | undefined }> {
  const [line = ''] = await ps(['pgid', 'tpgid'], process.pid)
  const [group, foreground] = line.trim().split(/\s+/).map(Number)
  return { group, foreground }
}
