/** What the guide says about states. Pure. */
import type { Guide, GuideCheck, GuideState } from '../shared/guide-messages.ts'

export const STATE_WORDS: Record<GuideState, string> = {
  'not-run': 'not checked yet',
  running: 'checking',
  passed: 'passed',
  failed: 'failed',
  unclear: 'inconclusive',
  changed: 'passed, then changed',
  reference: 'reference solution',
}

export const nameOf = ({ id, title }: { id: string; title: string }): string => `${id} ${title}`

const passedCount = (checks: readonly GuideCheck[]): number =>
  checks.filter(check => check.state === 'passed').length

/** As in "8 checks" before a run and "3 of 8 passed" after it. */
export function tally(checks: readonly GuideCheck[]): string {
  const untouched = checks.every(check => check.state === 'not-run')
  return untouched ? `${checks.length} checks` : `${passedCount(checks)} of ${checks.length} passed`
}

/** What is new, for who cannot see it; empty when nothing is worth a word. */
export function news(before: Guide | undefined, now: Guide | undefined): string {
  if (!now) return ''
  if (before?.id !== now.id) return `Guide of exercise ${nameOf(now)}, ${STATE_WORDS[now.state]}.`
  if (before.state === 'running' && now.state !== 'running') return outcome(now)
  if (before.state !== 'running' && now.state === 'running') return `Checking ${nameOf(now)}.`
  return ''
}

function outcome(guide: Guide): string {
  if (guide.problem !== undefined) return guide.problem
  const total = `${nameOf(guide)}: ${tally(guide.checks)}.`
  const first = guide.checks.find(check => check.state === 'failed' || check.state === 'unclear')
  return first ? `${total} Look at “${first.title}” first.` : total
}

/** Only TypeScript has a debugger; the language of anything else is named. */
export const canDebug = ({ language }: Guide): boolean => language === undefined
