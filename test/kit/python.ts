/** The Python of this machine, for the programs in other/ that show that any language works. */
import { spawnSync } from 'node:child_process'

const CANDIDATES = process.platform === 'win32' ? ['py -3', 'python', 'python3'] : ['python3', 'python']
/** The oldest that knows asyncio.to_thread, which the programs use. */
const OLDEST = [3, 9] as const

let found: string | undefined
let looked = false

/** The command that starts Python 3.9 or newer, such as "python3"; undefined where there is none. Looks once. */
export function python(): string | undefined {
  if (!looked) found = CANDIDATES.find(isNewEnough)
  looked = true
  return found
}

function isNewEnough(command: string): boolean {
  const { status, stdout } = spawnSync(`${command} -c "import sys; print(*sys.version_info[:2])"`, {
    shell: true,
    encoding: 'utf8',
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [major = 0, minor = 0] = (stdout ?? '').trim().split(' ').map(Number)
  return status === 0 && major === OLDEST[0] && minor >= OLDEST[1]
}
