/**
 * Ends programs when the checker is gone, however it went: a program that loops for ever never hears that its standard input has ended. A shell in a session
 * of its own knows their process groups, and kills them when its input ends, which the system sees to. There is one for all programs of this process. A thread
 * in each program, which looks whether its parent is there, costs as much as Node itself: 33 of the 58 ms of processor time and 19 of the 65 MB of a program
 * that does nothing. Where there is no shell (Windows), it is that thread: labs/learner/watchdog.ts.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'

/** POSIX: the standard shell, although not its place, which is here on Linux and macOS. */
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

export interface Guard {
  /** False: the programs have to look for themselves. */
  readonly isThere: boolean
  /** From now on the process group of `pid` ends with this process, until the function that it returns is called: it has ended. */
  watch(pid: number): () => void
  /** Of the shell, while there is one. */
  readonly pid: number | undefined
}

export function createGuard(shell = SHELL, platform: NodeJS.Platform = process.platform): Guard {
  const watched = new Set<number>()
  let child: ChildProcess | undefined
  let starts = 0

  const tell = (line: string) => void child?.stdin?.write(`${line}\n`)
  const start = () => {
    if (++starts > MOST_STARTS) return
    // It keeps no folder of a user busy, needs nothing of the environment, and gets no Ctrl+C of a terminal.
    const started = spawn(shell, ['-c', SCRIPT], {
      cwd: '/',
      env: {},
      detached: true,
      windowsHide: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    child = started
    started.unref()
    const { stdin } = started
    ;(stdin as typeof stdin & { unref(): void }).unref()
    stdin.on('error', () => undefined)
    started.on('error', () => undefined)
    // Somebody has killed it.
    started.once('exit', () => {
      if (child !== started) return
      child = undefined
      if (watched.size > 0) start()
    })
    for (const pid of watched) tell(`+ ${pid}`)
  }

  return {
    isThere: platform !== 'win32' && existsSync(shell),
    watch(pid) {
      watched.add(pid)
      if (child) tell(`+ ${pid}`)
      else start()
      return () => {
        if (watched.delete(pid)) tell(`- ${pid}`)
      }
    },
    get pid() {
      return child?.pid
    },
  }
}

/** The one of this process. */
export const guard = createGuard()
