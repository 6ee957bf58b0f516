/** Which check a command is about, from what VS Code hands to it. Pure. */
import { parseItemId } from '../testing/item-id.ts'

/**
 * `target` is an exercise's id ("1.1"), a check's ("1.1/half-close"), an item of the Testing view, which has such an id, or a
 * message there, which names its item. Anything else is left as it is, for who asks further.
 */
export function namedBy(target: unknown, check: unknown): { exercise: unknown; check: string | undefined } {
  const named = typeof check === 'string' ? check : undefined
  const id = idOf(target)
  if (id === undefined) return { exercise: target, check: named }
  const { exercise, check: own } = parseItemId(id)
  return { exercise, check: named ?? own }
}

function idOf(target: unknown): string | undefined {
  if (typeof target === 'string') return target
  if (typeof target !== 'object' || target === null) return undefined
  const { id, test } = target as { id?: unknown; test?: unknown }
  return typeof id === 'string' ? id : idOf(test)
}
