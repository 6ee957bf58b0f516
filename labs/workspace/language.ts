/** The language of a lab workspace. It is TypeScript, unless .p2plab/workspace.json says {"language":"python"}. */
import path from 'node:path'
import { fileProblem } from '../../network/file-problem.ts'
import { readWritten, WrongEncoding } from '../../network/written-text.ts'
import { quoted } from '../../network/words.ts'
import { LANGUAGE_NAMES, type Language } from '../languages.ts'

export const WORKSPACE_FILE = '.p2plab/workspace.json'

/** What the file of a workspace of `language` holds; undefined where none is needed. */
export const workspaceFileText = (language: Language): string | undefined =>
  language === 'typescript' ? undefined : `${JSON.stringify({ language })}\n`

/** .p2plab/workspace.json does not say which language the workspace has. The message is a sentence or two that say what to do. */
export class UnknownLanguage extends Error {
  /** What is wrong, as a sentence's end, for where the folder is named already. */
  override readonly cause: string
  constructor(dir: string, cause: string, remedy: string) {
    super(`Could not tell the language of the lab workspace ${dir}, because ${cause}. ${remedy}.`)
    this.name = 'UnknownLanguage'
    this.cause = cause
  }
}

/** The language of the workspace `dir`, which need not be one yet. Changes nothing. Rejects with UnknownLanguage. */
export async function languageOf(dir: string): Promise<Language> {
  let text: string
  try {
    text = await readWritten(path.join(dir, WORKSPACE_FILE))
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (['ENOENT', 'ENOTDIR'].includes(code)) return 'typescript'
    if (error instanceof WrongEncoding)
      throw new UnknownLanguage(dir, `${WORKSPACE_FILE} is a UTF-16 file`, 'Save it as UTF-8')
    const { cause, remedy } = fileProblem(error)
    throw new UnknownLanguage(dir, `${WORKSPACE_FILE} could not be read: ${cause}`, remedy)
  }
  const named = parse(text)
  const language = LANGUAGE_NAMES.find(name => name === named)
  if (language !== undefined) return language
  if (named === undefined)
    throw new UnknownLanguage(
      dir,
      `${WORKSPACE_FILE} is not JSON such as {"language":"python"}`,
      'Correct it, or delete it if the exercises there are in TypeScript',
    )
  throw new UnknownLanguage(
    dir,
    `${WORKSPACE_FILE} names the language ${quoted(named)}, and this version of P2P Lab knows only ${LANGUAGE_NAMES.join(' and ')}`,
    'Update P2P Lab, or correct the file',
  )
}

/** The language that the text names, known or not; undefined where it is no such text. */
function parse(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    // Later versions may say more of a workspace. Without a schema's library: the extension reads this when it is activated.
    const { language = 'typescript' } = value as { language?: unknown }
    return typeof language === 'string' ? language : undefined
  } catch {
    return undefined
  }
}
