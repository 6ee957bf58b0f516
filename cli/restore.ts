/** `p2plab restore`: a kept copy of an exercise's file put back. What is there now is kept, too. */
import path from 'node:path'
import { copyName, backups, readText, restore as putBack } from '../labs/workspace/backup.ts'
import { languageOf } from '../labs/workspace/language.ts'
import { lineChanges } from '../labs/workspace/line-changes.ts'
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
    list: {
      type: 'boolean',
      description: 'Show the copies, newest first, and how each differs from the file. Changes nothing.',
    },
    ...workspaceOption,
    json: { type: 'boolean', description: 'Print one JSON object and nothing else.' },
  },
  async run({ values, positionals }) {
    const entry = existing(positionals[0]!)
    const { id } = entry
    const dir = await labWorkspace(values)
    const { file } = trackOf(entry, await languageOf(dir))
    const copies = await backups(dir, file)
    if (values['list'] === true) return await list({ id, file, dir }, copies, values)
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

async function list(
  { id, file, dir }: { id: string; file: string; dir: string },
  copies: readonly string[],
  values: Arguments['values'],
): Promise<number> {
  if (values['copy'] !== undefined) throw new UsageError('Use either --copy or --list, not both.')
  const names = copies.map(copyName)
  if (values['json']) {
    process.stdout.write(`${JSON.stringify({ exercise: id, file, copies: names })}\n`)
    return EXIT.pass
  }
  if (copies.length === 0) process.stdout.write(`There are no kept copies of ${file}.\n`)
  const now = await readText(path.join(dir, file))
  for (const copy of copies) {
    const text = (await readText(path.join(dir, copy))) ?? ''
    process.stdout.write(
      `${copyName(copy)}  ${count(Buffer.byteLength(text), 'byte')}  ${effect(text, now)}\n`,
    )
  }
  return EXIT.pass
}

/** What restoring a copy would do to the file, which holds `now`. */
function effect(copy: string, now: string | undefined): string {
  if (now === undefined) return 'restoring it creates the file'
  const changes = lineChanges(now, copy)
  if (!changes) return 'differs in thousands of lines'
  const { added, removed } = changes
  const does = [
    added > 0 && `adds ${count(added, 'line')}`,
    removed > 0 && `removes ${count(removed, 'line')}`,
  ]
  return `restoring it ${does.filter(part => part !== false).join(' and ') || 'changes nothing'}`
}

const count = (n: number, noun: string) => `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`
