/** The texts of the labs name the learner's files, and are written for TypeScript. */
import { EXERCISES } from '../catalogue.ts'
import type { Language } from '../languages.ts'
import { trackOf } from './track.ts'

/** A text as it is in a workspace of `language`: "1-tcp/1-echo.ts" is the file of the track that counts there. */
export const textIn = (text: string, language: Language): string =>
  EXERCISES.reduce(
    (all, entry) => all.replaceAll(trackOf(entry, 'typescript').file, trackOf(entry, language).file),
    text,
  )
