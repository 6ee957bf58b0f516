/**
 * Ends programs when the checker is gone, however it went: a program that loops for ever never hears that its standard input has ended. A shell in a session
 * of its own knows their process groups, and kills them when its input ends, which the system sees to. There is one for all programs of this process. A thread
 * in each program, which looks whether its parent is there, costs as much as Node itself: 33 of the 58 ms of processor time and 19 of the 65 MB of a program
 * that does nothing. Where there is no shell (Windows), it is that thread: labs/learner/watchdog.ts.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'

/** POSIX specifies this shell but not its path: on Linux and macOS it is here. */
const SHELL = '/bin/sh'

/** One line for each process group that begins (+) or is over (-). Only what the shell itself has is used: nothing is started. */
const SCRIPT = `# P2P Lab ends exercise programs whose checker is gone.
trap '' INT TERM HUP
groups=
while read -r sign group; do
  left=
  for known in $groups; do [ "$known" = "$group" ] || left="$left $known"; done
  [ "$sign" = + ] && left="$left $group"
  groups=$left
done
for group in $groups; do kill -9 "-$group"; done 2>/dev/null
exit 0`

/** A guard that ends at once, again and again, would be started for ever. */
const MOST_STARTS = 5
/** One that lasted so long did not end at once. Milliseconds. */
const LASTED_MS = 1_000

export interface Guard {
  /** Starts it unless it is there. Afterwards `isThere` says whether that worked. */
  begin(): void
  /** False: the programs have to look for themselves. */
  readonly isThere: boolean
  /** From now on the process group of `pid` ends with this process, until the function that it returns is called: it has ended. */
  watch(pid: number): () => void
  /** Of the shell, while there is one. */
  readonly pid: number | undefined
}

export function createGuard(shell = SHELL, platform: NodeJS.Platform = process.platform): Guard {
  const watched = new Set<number>()
  const isPossible = platform !== 'win32' && existsSync(shell)
  let child: ChildProcess | undefined
  let starts = 0

  const tell = (line: string) => void child?.stdin?.write(`${line}\n`)
  const start = () => {
    if (++starts > MOST_STARTS) return
    const started = spawned(shell)
    if (!started) return
    child = started
    const since = performance.now()
    // Somebody has killed it.
    started.once('exit', () => {
      if (performance.now() - since > LASTED_MS) starts = 0
      child = undefined
      if (watched.size > 0) start()
    })
    for (const pid of watched) tell(`+ ${pid}`)
  }

  return {
    begin() {
      if (isPossible && !child) start()
    },
    get isThere() {
      return child !== undefined
    },
    watch(pid) {
      watched.add(pid)
      tell(`+ ${pid}`)
      return () => {
        if (watched.delete(pid)) tell(`- ${pid}`)
      }
    },
    get pid() {
      return child?.pid
    },
  }
}

/** Undefined where the system has no process or no file left for it. */
function spawned(shell: string): ChildProcess | undefined {
  try {
    // It keeps no folder of a user busy, needs nothing of the environment, and gets no Ctrl+C of a terminal.
    const child = spawn(shell, ['-c', SCRIPT], {
      cwd: '/',
      env: {},
      detached: true,
      windowsHide: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    child.on('error', () => undefined)
    const stdin = child.stdin as (typeof child.stdin & { unref(): void }) | undefined
    if (child.pid === undefined || !stdin) return undefined
    stdin.on('error', () => undefined)
    stdin.unref()
    child.unref()
    return child
  } catch {
    return undefined
  }
}

/** The one of this process. */
export const guard = createGuard()
