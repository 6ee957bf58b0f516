/** Texts that are put together from parts. Pure. */
import { t } from '../l10n.ts'

/** The learner's file was deleted or renamed. */
export const missingFile = (file: string): string =>
  t('The file {0} is missing. Run "P2P Lab: Reset Exercise" to create it again.', file)

/** "a", "a and b", "a, b and 3 more": at most `most` names. */
export function listed(names: readonly string[], most = 3): string {
  if (names.length > most) return t('{0} and {1} more', names.slice(0, most).join(', '), names.length - most)
  const last = names.at(-1) ?? ''
  return names.length > 1 ? t('{0} and {1}', names.slice(0, -1).join(', '), last) : last
}
