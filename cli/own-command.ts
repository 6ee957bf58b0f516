/** How this program is started, for the commands that its messages suggest. */
import { quoted, string } from './arguments.ts'
import type { Arguments } from './command.ts'

/** In a clone there is no `p2plab`: there it is a script of npm, which runs in the folder of the clone. */
export const isNpmScript = (): boolean => process.env['npm_lifecycle_event'] === 'p2plab'

/** `p2plab ARGUMENTS` as it can be typed where this program was started, with the lab workspace where one was named. */
export function ownCommand(args: string, values: Arguments['values'] = {}): string {
  const workspace = string(values, 'workspace')
  const where =
    workspace === undefined
      ? ''
      : ` --workspace ${/^[\w./~-]+$/.test(workspace) ? workspace : quoted(workspace)}`
  return `${isNpmScript() ? 'npm run -s p2plab -- ' : 'p2plab '}${args}${where}`
}
