/** `p2plab catch-up`: the reference in every earlier file that was not begun, to start anywhere. */
import { loadPack } from '../labs/pack.ts'
import { withEvent } from '../labs/progress/progress.ts'
import { catchUp as fill, planCatchUp } from '../labs/workspace/workspace.ts'
import { EXIT, type Command } from './command.ts'
import { existing, nameOf } from './exercise-argument.ts'
import { dist } from './installation.ts'
import { noter } from './note.ts'
import { labWorkspace, workspaceOption } from './workspace-option.ts'
import { writing } from './writing.ts'

export const catchUp: Command = {
  name: 'catch-up',
  summary: 'Fill the exercises before one with the reference, where they were not begun.',
  usage: 'catch-up ID [--including] [--workspace DIR] [--json]',
  positionals: ['ID'],
  options: {
    including: { type: 'boolean', description: 'Fill this exercise as well, if it was not begun.' },
    ...workspaceOption,
    json: { type: 'boolean', description: 'Print one JSON object and nothing else.' },
  },
  notes: 'A file that you have begun is never changed.\n',
  async run({ values, positionals }) {
    const entry = existing(positionals[0]!)
    const dir = await labWorkspace(values)
    const pack = await loadPack(dist)
    const including = values['including'] === true
    const note = noter(dir)
    const files = await writing('The reference', () =>
      fill(pack, dir, entry.id, {
        including,
        note: async (exercise, content) => {
          await note(facts => withEvent(facts, { exercise, event: 'reference', content }))
        },
      }),
    )
    const filled = files.map(({ exercise, path: file }) => ({ exercise, file }))
    const left = (await planCatchUp(pack, dir, entry.id, { including }))
      .filter(({ state }) => state === 'own')
      .map(({ exercise, path: file }) => ({ exercise, file }))
    if (values['json']) process.stdout.write(`${JSON.stringify({ exercise: entry.id, filled, left })}\n`)
    else process.stdout.write(asText(`${including ? 'up to' : 'before'} ${nameOf(entry)}`, filled, left))
    return EXIT.pass
  },
}

type Files = readonly { exercise: string; file: string }[]

function asText(which: string, filled: Files, left: Files): string {
  const rows = (files: Files) => files.map(({ exercise, file }) => `  ${exercise}  ${file}\n`).join('')
  const first =
    filled.length === 0
      ? `Nothing had to be filled ${which}.\n`
      : `Filled with the reference, ${which}:\n${rows(filled)}`
  return left.length === 0 ? first : `${first}Yours, and left as they are:\n${rows(left)}`
}
