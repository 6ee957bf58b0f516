/** The processes of this user on this machine: from /proc on Linux, from ps on macOS, from PowerShell on Windows. */
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { OWN_OPTIONS } from '../network/fork.ts'
import { powershell, procStat, ps } from '../network/process-table.ts'

export interface ProcessInfo {
  pid: number
  /** On Windows its parent may be gone and the number be that of another process. */
  parent: number
  /** The command line, quoted as the system gives it. */
  command: string
  /** Its first argument, but for our option of Node's, as an absolute path without links, where the system tells arguments apart and the folder it runs in. */
  script?: string
  /** The program file, where it can be known. */
  executable?: string
  /** Grows with the time at which it was started; with the pid it names a process for good. */
  started: number
  /** Whether it is of the user who asks. */
  own: boolean
}

/** Rejects when the system cannot be asked. Zombies are left out: they have ended. */
export function listProcesses(platform: NodeJS.Platform = process.platform): Promise<ProcessInfo[]> {
  if (platform === 'linux') return Promise.resolve(fromProc())
  return platform === 'win32' ? fromPowerShell() : fromPs()
}

function fromProc(): ProcessInfo[] {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  return pids.flatMap(pid => {
    try {
      return procInfo(Number(pid))
    } catch {
      return [] // It has ended since.
    }
  })
}

function procInfo(pid: number): ProcessInfo[] {
  const stat = procStat(pid)
  if (!stat || /^[ZX]/.test(stat.state)) return []
  const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
  const executable = link(`/proc/${pid}/exe`)?.replace(/ \(deleted\)$/, '')
  const first = args.slice(1).find(arg => !OWN_OPTIONS.includes(arg)) ?? ''
  const script = path.isAbsolute(first) ? real(first) : relativeBundle(pid, first)
  // A container's processes are seen from outside under the user's id, but their pids are another world's.
  const here = link(`/proc/${pid}/ns/pid`)
  return [
    {
      pid,
      parent: stat.parent,
      command: args.join(' '),
      ...(script !== undefined && { script }),
      ...(executable !== undefined && { executable }),
      started: stat.started,
      own:
        statSync(`/proc/${pid}`).uid === process.getuid?.() &&
        (here === undefined || here === link('/proc/self/ns/pid')),
    },
  ]
}

/** `npm run` names a bundle by its path from the folder of package.json, which a command line leaves for the user's. */
function relativeBundle(pid: number, name: string): string | undefined {
  if (!name.endsWith('.mjs')) return undefined
  const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
  const folders = [link(`/proc/${pid}/cwd`), /(?:^|\0)PWD=([^\0]*)/.exec(environment)?.[1]]
  const files = folders.flatMap(folder => (folder === undefined ? [] : path.resolve(folder, name)))
  const file = files.find(existsSync)
  return file === undefined ? undefined : real(file)
}

function link(name: string): string | undefined {
  try {
    return readlinkSync(name)
  } catch {
    return undefined
  }
}

function real(name: string): string {
  try {
    return realpathSync(name)
  } catch {
    return name // The product was updated since, or it is not a file.
  }
}

async function fromPs(): Promise<ProcessInfo[]> {
  const lines = await ps(['pid', 'ppid', 'uid', 'stat', 'lstart', 'command'])
  return parsePs(lines.join('\n'), process.getuid?.() ?? -1)
}

/** lstart is "Sun Nov 22 16:24:00 2026". */
const PS_LINE = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+\d+:\d+:\d+\s+\d+)\s+(.*)$/

export function parsePs(text: string, user: number): ProcessInfo[] {
  return text.split('\n').flatMap(line => {
    const [, pid, parent, uid, state = '', started = '', command = ''] = PS_LINE.exec(line) ?? []
    if (pid === undefined || state.startsWith('Z')) return []
    const time = Date.parse(started)
    return [{ pid: Number(pid), parent: Number(parent), command, started: time, own: Number(uid) === user }]
  })
}

/** Other users' command lines are empty there, unless an administrator asks; the session tells them apart. */
const LIST =
  '[Console]::OutputEncoding = [Text.Encoding]::UTF8; Get-CimInstance Win32_Process | ForEach-Object { [pscustomobject]@{ pid = $_.ProcessId; parent = $_.ParentProcessId; session = $_.SessionId; started = if ($_.CreationDate) { $_.CreationDate.ToFileTimeUtc() } else { 0 }; executable = $_.ExecutablePath; command = $_.CommandLine } } | ConvertTo-Json -Compress'

async function fromPowerShell(): Promise<ProcessInfo[]> {
  return parsePowerShell(await powershell(LIST), process.pid)
}

/** `self` is the pid of a process in the session of the user who asks. */
export function parsePowerShell(text: string, self: number): ProcessInfo[] {
  const rows = JSON.parse(text) as Record<string, unknown>[]
  const session = rows.find(row => row['pid'] === self)?.['session']
  return rows.map(row => ({
    pid: Number(row['pid']),
    parent: Number(row['parent']),
    command: typeof row['command'] === 'string' ? row['command'] : '',
    ...(typeof row['executable'] === 'string' && { executable: row['executable'] }),
    started: Number(row['started']),
    own: session !== undefined && row['session'] === session,
  }))
}
