/** Texts that are put together from parts. Pure. */
import { t } from '../l10n.ts'

/** The first `shown` hints as one Markdown document. */
export function hintsText(name: string, hints: readonly string[], shown: number): string {
  const parts = hints
    .slice(0, shown)
    .map((hint, i) => `## ${t('Hint {0} of {1}', i + 1, hints.length)}\n\n${hint}\n`)
  const more =
    shown < hints.length
      ? t('Try again with this first. For the next hint: **P2P Lab: Show Hint**.')
      : t('That was the last hint. If nothing helps: **P2P Lab: Show Solution**.')
  return [`# ${t('Hints for {0}', name)}\n`, ...parts, `---\n\n${more}\n`].join('\n')
}

/** The learner's file was deleted or renamed. */
export const missingFile = (file: string): string =>
  t('The file {0} is missing. "P2P Lab: Reset Exercise" writes it again.', file)

/** "a", "a and b", "a, b and 3 more": at most `most` names. */
export function listed(names: readonly string[], most = 3): string {
  if (names.length > most) return t('{0} and {1} more', names.slice(0, most).join(', '), names.length - most)
  const last = names.at(-1) ?? ''
  return names.length > 1 ? t('{0} and {1}', names.slice(0, -1).join(', '), last) : last
}
