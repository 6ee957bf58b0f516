/** Saved networks in words. Knows no vscode. */
import { isReservedName } from '../../network/file-names.ts'
import { nameProblem, type SavedSummary } from '../../network/saved-networks.ts'
import { t } from '../l10n.ts'
import { nodeCount } from './labels.ts'

/** What is wrong with a name for a network that is to be saved, or undefined. */
export function savedNameProblem(name: string, taken: ReadonlySet<string>): string | undefined {
  if (name === '') return t('Enter a name.')
  if (nameProblem(name) !== undefined)
    return t('Use up to 60 letters, digits, - and _, starting with a letter or digit.')
  if (isReservedName(name)) return t('{0} is a reserved device name on Windows. Use another name.', name)
  // Two names that differ in case are one file on some systems.
  const same = [...taken].find(other => other.toLowerCase() === name.toLowerCase())
  return same === undefined
    ? undefined
    : t('A saved network named {0} already exists. Enter another name.', same)
}

/** "10 nodes · ring · production values", and when it was saved; or that it is damaged. */
export function describeSaved({ about, problem }: SavedSummary): { description: string; detail: string } {
  if (!about) return { description: t('cannot be started'), detail: problem ?? '' }
  const { nodes, topology, production, savedAt } = about
  const parts = [nodeCount(nodes), topology, ...(production ? [t('production values')] : [])]
  const at = new Date(savedAt)
  const when = Number.isNaN(at.getTime())
    ? savedAt
    : at.toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })
  return { description: parts.join(' · '), detail: t('saved {0}', when) }
}
