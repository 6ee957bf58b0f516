/** `p2plab reset`: the starter again. What was there is kept. */
import { loadPack } from '../labs/pack.ts'
import { withEvent } from '../labs/progress/progress.ts'
import { languageOf } from '../labs/workspace/language.ts'
import { trackOf } from '../labs/workspace/track.ts'
import { resetExercise } from '../labs/workspace/workspace.ts'
import { EXIT, type Command } from './command.ts'
import { existing, nameOf } from './exercise-argument.ts'
import { dist } from './installation.ts'
import { noter } from './note.ts'
import { ownCommand } from './own-command.ts'
import { labWorkspace, workspaceOption } from './workspace-option.ts'
import { writing } from './writing.ts'

export const reset: Command = {
  name: 'reset',
  summary: "Put an exercise's starter file back and keep a copy of your version.",
  usage: 'reset ID [--workspace DIR] [--json]',
  positionals: ['ID'],
  options: {
    ...workspaceOption,
    json: { type: 'boolean', description: 'Print one JSON object and nothing else.' },
  },
  async run({ values, positionals }) {
    const entry = existing(positionals[0]!)
    const { id } = entry
    const dir = await labWorkspace(values)
    const { file } = trackOf(entry, await languageOf(dir))
    const pack = await loadPack(dist)
    const { kept, untouched } = await writing(file, () => resetExercise(pack, dir, id))
    if (!untouched) await noter(dir)(facts => withEvent(facts, { exercise: id, event: 'reset' }))
    const what = kept === undefined ? 'There was no file to keep.' : `Your version is kept in ${kept}.`
    const undo = kept === undefined ? '' : `To get it back, run ${ownCommand(`restore ${id}`, values)}.\n`
    process.stdout.write(
      values['json']
        ? `${JSON.stringify({ exercise: id, file, ...(kept !== undefined && { kept }) })}\n`
        : untouched
          ? `${file} is still the starter file, so there was nothing to reset.\n`
          : `${nameOf(entry)} is reset to its starter file. ${what}\n${undo}`,
    )
    return EXIT.pass
  },
}
