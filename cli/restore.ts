/** `p2plab restore`: a kept copy of an exercise's file put back. What is there now is kept, too. */
import { copyName, backups, restore as putBack } from '../labs/workspace/backup.ts'
import { languageOf } from '../labs/workspace/language.ts'
import { trackOf } from '../labs/workspace/track.ts'
import { quoted, string } from './arguments.ts'
import { EXIT, UsageError, type Arguments, type Command } from './command.ts'
import { existing } from './exercise-argument.ts'
import { labWorkspace, workspaceOption } from './workspace-option.ts'
import { writing } from './writing.ts'

/** So many names fit into a sentence. */
const NAMED = 5

export const restore: Command = {
  name: 'restore',
  summary: "Put a kept copy of an exercise's file back.",
  usage: 'restore ID [--copy NAME | --list] [--workspace DIR] [--json]',
  positionals: ['ID'],
  options: {
    copy: { type: 'string', value: 'NAME', description: 'The copy to put back. Default: the newest.' },
    list: { type: 'boolean', description: 'Show the names of the copies, newest first, and change nothing.' },
    ...workspaceOption,
    json: { type: 'boolean', description: 'Print one JSON object and nothing else.' },
  },
  async run({ values, positionals }) {
    const entry = existing(positionals[0]!)
    const { id } = entry
    const dir = await labWorkspace(values)
    const { file } = trackOf(entry, await languageOf(dir))
    const copies = await backups(dir, file)
    if (values['list'] === true) return list(id, file, copies, values)
    if (copies.length === 0) throw new UsageError(`There are no kept copies of ${file}.`)
    const result = await writing(file, () => putBack(dir, file, chosen(copies, file, string(values, 'copy'))))
    const { restored, kept } = result!
    const before =
      kept === undefined ? 'The file did not change.' : `The version before that is kept in ${kept}.`
    process.stdout.write(
      values['json']
        ? `${JSON.stringify({ exercise: id, file, restored, ...(kept !== undefined && { kept }) })}\n`
        : `Restored ${file} from ${restored}. ${before}\n`,
    )
    return EXIT.pass
  },
}

/** The copy of this name, or at this path. */
function chosen(copies: readonly string[], file: string, name: string | undefined): string {
  const copy = copies.find(copy => name === undefined || copy === name || copyName(copy) === name)
  if (copy !== undefined) return copy
  const names = copies.slice(0, NAMED).map(copyName).join(', ')
  const more = copies.length > NAMED ? '; --list shows older ones' : ''
  throw new UsageError(`There is no copy ${quoted(name!)} of ${file}. The copies are ${names}${more}.`)
}

function list(id: string, file: string, copies: readonly string[], values: Arguments['values']): number {
  if (values['copy'] !== undefined) throw new UsageError('Use either --copy or --list, not both.')
  const names = copies.map(copyName)
  const text =
    names.length > 0 ? names.map(name => `${name}\n`).join('') : `There are no kept copies of ${file}.\n`
  process.stdout.write(values['json'] ? `${JSON.stringify({ exercise: id, file, copies: names })}\n` : text)
  return EXIT.pass
}
