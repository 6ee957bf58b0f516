/** `p2plab hint`: the next hint of an exercise. */
import { loadPack } from '../labs/pack.ts'
import { EXIT, type Command } from './command.ts'
import { existing } from './exercise-argument.ts'
import { hintsText, moreHints } from './helps.ts'
import { dist } from './installation.ts'
import { noter } from './note.ts'
import { ownCommand } from './own-command.ts'
import { terminalWidth } from './terminal-width.ts'
import { labWorkspace, workspaceOption } from './workspace-option.ts'

export const hint: Command = {
  name: 'hint',
  summary: 'Show the next hint of an exercise.',
  usage: 'hint ID [--all] [--workspace DIR] [--json]',
  positionals: ['ID'],
  options: {
    all: { type: 'boolean', description: 'Show all hints.' },
    ...workspaceOption,
    json: { type: 'boolean', description: 'Print one JSON object and nothing else.' },
  },
  async run({ values, positionals }) {
    const entry = existing(positionals[0]!)
    const dir = await labWorkspace(values)
    const all = values['all'] === true
    const shown = await moreHints({ dir, pack: await loadPack(dist), entry, note: noter(dir) }, all)
    const { hints, total } = shown
    const width = terminalWidth()
    process.stdout.write(
      values['json']
        ? `${JSON.stringify({ exercise: entry.id, shown: hints.length, total, hints })}\n`
        : hintsText(entry, shown, {
            all,
            width,
            solution: `run ${ownCommand(`solution ${entry.id}`, values)}`,
          }),
    )
    return EXIT.pass
  },
}
