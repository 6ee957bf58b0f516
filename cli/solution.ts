/** `p2plab solution`: the reference solution, after a pass, or after all hints and a question. */
import { loadPack } from '../labs/pack.ts'
import { EXIT, type Command } from './command.ts'
import { existing } from './exercise-argument.ts'
import { solutionGate, takeSolution } from './helps.ts'
import { dist } from './installation.ts'
import { lines } from './lines.ts'
import { noter } from './note.ts'
import { ownCommand } from './own-command.ts'
import { labWorkspace, workspaceOption } from './workspace-option.ts'

export const solution: Command = {
  name: 'solution',
  summary: 'Show the solution of an exercise that you have passed, or whose hints you have seen.',
  usage: 'solution ID [--yes] [--workspace DIR] [--json]',
  positionals: ['ID'],
  options: {
    yes: { type: 'boolean', description: 'Show the solution without asking if you have not passed.' },
    ...workspaceOption,
    json: { type: 'boolean', description: 'Print one JSON object and nothing else.' },
  },
  async run({ values, positionals, signal }) {
    const entry = existing(positionals[0]!)
    const dir = await labWorkspace(values)
    const where = { dir, pack: await loadPack(dist), entry, note: noter(dir) }
    const { rule, sentence } = await solutionGate(where)
    if (rule === 'closed') {
      process.stderr.write(`${sentence} For the next hint, run ${ownCommand(`hint ${entry.id}`, values)}.\n`)
      return EXIT.fail
    }
    if (rule === 'ask' && values['yes'] !== true) {
      const yes = await isYes(sentence, signal)
      if (signal.aborted) return EXIT.interrupted
      if (!yes) {
        process.stderr.write('The solution was not shown. Answer y to see it.\n')
        return EXIT.fail
      }
    }
    const { file, text } = await takeSolution(where)
    process.stdout.write(
      values['json'] ? `${JSON.stringify({ exercise: entry.id, file, solution: text })}\n` : text,
    )
    return EXIT.pass
  },
}

/** Reads one line of standard input. Its end is a no. */
async function isYes(question: string, signal: AbortSignal): Promise<boolean> {
  const { stdin } = process
  process.stderr.write(`${question} (y/n) `)
  const end = () => void stdin.destroy()
  signal.addEventListener('abort', end, { once: true })
  try {
    for await (const line of lines(stdin)) return /^\s*y(?:es)?\s*$/i.test(line ?? '')
    // The terminal shows the question without the end of a line.
    process.stderr.write('\n')
    return false
  } finally {
    end()
  }
}
