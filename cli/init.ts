/** `p2plab init`: a lab workspace as the editor makes it. */
import { statSync } from 'node:fs'
import path from 'node:path'
import { EXERCISES } from '../labs/catalogue.ts'
import { LANGUAGES, type Language } from '../labs/languages.ts'
import { loadPack } from '../labs/pack.ts'
import { isLabWorkspace } from '../labs/progress/file.ts'
import { languageOf } from '../labs/workspace/language.ts'
import { offeredLanguages } from '../labs/workspace/track.ts'
import { planWorkspace, writeWorkspace } from '../labs/workspace/workspace.ts'
import { oneLine, oneOf, quoted } from './arguments.ts'
import { EXIT, UsageError, type Command } from './command.ts'
import { dist } from './installation.ts'
import { isNpmScript, ownCommand } from './own-command.ts'
import { writing } from './writing.ts'

const OFFERED = offeredLanguages(EXERCISES)
const accepted = OFFERED.join('|')

export const init: Command = {
  name: 'init',
  summary: 'Create a lab workspace.',
  usage: `init DIR [--language ${accepted}] [--json]`,
  positionals: ['DIR'],
  options: {
    language: {
      type: 'string',
      value: accepted,
      description: `The language of the exercises' files: ${OFFERED.join(', ')}. Default: typescript.`,
    },
    json: { type: 'boolean', description: 'Print one JSON object and nothing else.' },
  },
  notes: 'P2P Lab never overwrites an existing file, except its own files in the folder .p2plab.\n',
  async run({ values, positionals }) {
    const given = positionals[0]!
    const wanted = oneOf(values, 'language', OFFERED)
    const folder = path.resolve(given)
    const there = statSync(folder, { throwIfNoEntry: false })
    if (given === '' || (there && !there.isDirectory()))
      throw new UsageError(`init needs a new or existing folder, not ${quoted(given)}.`)
    const language = await languageFor(folder, given, wanted)
    const pack = await loadPack(dist)
    const { written, left } = await writing(`the lab workspace in ${quoted(given)}`, async () =>
      writeWorkspace(folder, await planWorkspace(pack, folder, language), { overwrite: [] }),
    )
    process.stdout.write(
      values['json']
        ? `${JSON.stringify({ folder, language, written, left })}\n`
        : asText(given, written.length, left),
    )
    return EXIT.pass
  },
}

/** A lab workspace that is there keeps its language. @throws UsageError where another one is wanted */
async function languageFor(folder: string, given: string, wanted: Language | undefined): Promise<Language> {
  if (!(await isLabWorkspace(folder))) return wanted ?? 'typescript'
  const own = await languageOf(folder)
  if (wanted === undefined || wanted === own) return own
  throw new UsageError(
    `${quoted(given)} is a lab workspace in ${LANGUAGES[own].title}, and a lab workspace has one language. Choose another folder for ${LANGUAGES[wanted].title}.`,
  )
}

function asText(given: string, written: number, left: readonly string[]): string {
  const files = `Wrote ${written} ${written === 1 ? 'file' : 'files'}`
  const lines = [
    `The lab workspace is in ${oneLine(path.resolve(given))}. ${written === 0 ? 'No files were missing' : files}.`,
  ]
  if (left.length > 0) lines.push('Left unchanged, because they differ from the new versions:')
  lines.push(...left.map(file => `  ${file}`))
  const next = isNpmScript() ? 'Next, run' : 'Next, go to that folder and run'
  lines.push(`${next} ${ownCommand('watch', isNpmScript() ? { workspace: given } : {})}.`)
  return `${lines.join('\n')}\n`
}
