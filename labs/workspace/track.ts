/**
 * The track of an exercise in a lab workspace, and so which file is the learner's: the one place that knows. A workspace has one language
 * (language.ts); an exercise that has no track in it is done in TypeScript there.
 */
import type { ExerciseEntry } from '../exercise/entry.ts'
import type { ProgramSpec } from '../check/protocol.ts'
import { LANGUAGES, LANGUAGE_NAMES, type Language } from '../languages.ts'

export interface Track {
  language: Language
  /** The learner's file, relative to the workspace, with forward slashes: "1-tcp/1-echo.ts". */
  file: string
}

type Tracks = Pick<ExerciseEntry, 'folder' | 'tracks'>

const inLanguage = ({ folder }: Tracks, language: Language): Track => ({
  language,
  file: `${folder}${LANGUAGES[language].ending}`,
})

/** All of them, TypeScript first. */
export const tracksOf = (entry: Tracks): Track[] => entry.tracks.map(language => inLanguage(entry, language))

/** The one that counts in a workspace of `language`: in that language, otherwise in TypeScript, otherwise its first. */
export function trackOf(entry: Tracks, language: Language): Track {
  const { tracks } = entry
  const own = [language, 'typescript' as const].find(one => tracks.includes(one)) ?? tracks[0]
  return inLanguage(entry, own ?? 'typescript')
}

/** The exercise's text in the workspace, beside the learner's file, whatever its language: "1-tcp/1-echo.md". */
export const textFileOf = ({ folder }: Pick<ExerciseEntry, 'folder'>): string => `${folder}.md`

/** The languages that a workspace can have: at least one exercise has a track in it. TypeScript first. */
export const offeredLanguages = (entries: readonly Tracks[]): Language[] =>
  LANGUAGE_NAMES.filter(language => entries.some(({ tracks }) => tracks.includes(language)))

/** What a language is called where it is worth saying, which is not so of TypeScript. */
export const titleUnlessTypeScript = (language: Language = 'typescript'): string | undefined =>
  language === 'typescript' ? undefined : LANGUAGES[language].title

/** How the learner's file of a track is run in the folder `workspace`. The name of such a file needs no quotation marks in any shell. */
export function learnerProgram(
  { language, file }: Track,
  workspace: string,
  platform: NodeJS.Platform = process.platform,
): ProgramSpec {
  const { command } = LANGUAGES[language]
  return command
    ? { kind: 'command', command: command(file, platform), workspace }
    : { kind: 'typescript', file, workspace }
}
