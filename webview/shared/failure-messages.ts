/** What any page may send, beside its own messages, when something in it fails. Shared with extension/. */

export type FromAnyPage =
  /** `what`: what cannot be shown, as the start of a sentence. `error`: with the stack, for the log. */
  { type: 'failed'; what: string; error: string } | { type: 'openLog' }

/** Longer texts are cut. Characters. */
export const MAX_ERROR = 10_000

/**
 * The message, or undefined when `value` is not one. Never throws. Without a schema's library: the script that sends these has
 * to work where the page's own does not.
 */
export function parseFromAnyPage(value: unknown): FromAnyPage | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { type, what, error } = value as Record<string, unknown>
  if (type === 'openLog') return { type }
  if (type !== 'failed' || typeof what !== 'string' || typeof error !== 'string') return undefined
  return { type, what: what.slice(0, 200), error: error.slice(0, MAX_ERROR) }
}
