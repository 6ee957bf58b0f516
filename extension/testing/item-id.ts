/** The ids of the Testing view's items. Knows no vscode. */

/**
 * "1.1", or "1.1 2026-01-31T12:00:00.000Z" for an exercise that was reset at that time: VS Code keeps what came out by id, and has no
 * way to forget it, so what begins anew has another id.
 */
export const exerciseItemId = (exercise: string, reset: string | undefined): string =>
  reset === undefined ? exercise : `${exercise} ${reset}`

/** "1.1/half-close". Its exercise's item is its parent, so this one need not change. */
export const checkItemId = (exercise: string, check: string): string => `${exercise}/${check}`

/** What an id is about: an exercise, or one of its checks. An id of another kind comes back as it is. */
export function parseItemId(id: string): { exercise: string; check?: string } {
  const [exercise = id, check] = id.split('/')
  return { exercise: exercise.split(' ')[0]!, ...(check !== undefined && { check }) }
}
