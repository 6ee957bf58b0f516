/** `p2plab init`: a lab workspace as the editor makes it. */
import { statSync } from 'node:fs'
import path from 'node:path'
import { loadPack } from '../labs/pack.ts'
import { planWorkspace, writeWorkspace } from '../labs/workspace/workspace.ts'
import { oneLine, oneOf, quoted } from './arguments.ts'
import { EXIT, UsageError, type Command } from './command.ts'
import { dist } from './installation.ts'
import { writing } from './writing.ts'

const LANGUAGES = ['typescript'] as const

export const init: Command = {
  name: 'init',
  summary: 'Make a lab workspace.',
  usage: 'init DIR [--language typescript] [--json]',
  positionals: ['DIR'],
  options: {
    language: {
      type: 'string',
      value: 'typescript',
      description: `The language of the exercises' files: ${LANGUAGES.join(', ')}. Default: typescript.`,
    },
    json: { type: 'boolean', description: 'Print one JSON object and nothing else.' },
  },
  notes:
    'A file that is there is never overwritten, unless it belongs to P2P Lab itself: what is under .p2plab.\n',
  async run({ values, positionals }) {
    const given = positionals[0]!
    const language = oneOf(values, 'language', LANGUAGES) ?? LANGUAGES[0]
    const folder = path.resolve(given)
    const there = statSync(folder, { throwIfNoEntry: false })
    if (given === '' || (there && !there.isDirectory()))
      throw new UsageError(`init takes a folder, which may be a new one, not ${quoted(given)}.`)
    const pack = await loadPack(dist)
    const { written, left } = await writing(`The lab workspace in ${quoted(given)}`, async () =>
      writeWorkspace(folder, await planWorkspace(pack, folder), { overwrite: [] }),
    )
    process.stdout.write(
      values['json']
        ? `${JSON.stringify({ folder, language, written, left })}\n`
        : asText(folder, written.length, left),
    )
    return EXIT.pass
  },
}

function asText(folder: string, written: number, left: readonly string[]): string {
  const files = `${written} ${written === 1 ? 'file' : 'files'} written`
  const lines = [
    `The lab workspace is in ${oneLine(folder)}: ${written === 0 ? 'nothing was missing' : files}.`,
  ]
  if (left.length > 0) lines.push('Left as they are, because they are different from the new ones:')
  lines.push(...left.map(file => `  ${file}`))
  lines.push('Next: go to that folder, and run p2plab watch.')
  return `${lines.join('\n')}\n`
}
