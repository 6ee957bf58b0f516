/** The reports of an exercise's checks as one Markdown text. */
import type { CheckResult, ExerciseResult } from './protocol.ts'

export interface Reported extends Pick<ExerciseResult, 'exercise' | 'seed'> {
  /** Of the exercise. */
  title: string
  checks: readonly Pick<CheckResult, 'title' | 'verdict' | 'figures' | 'report'>[]
}

/** Undefined where no check has one. */
export function reportMarkdown({ exercise, title, seed, checks }: Reported): string | undefined {
  const parts = checks.flatMap(check => (check.report === undefined ? [] : [part(check, check.report)]))
  if (parts.length === 0) return undefined
  return [`# ${exercise} ${title}`, '', `Seed ${seed}.`, '', ...parts].join('\n')
}

function part({ title, verdict, figures = [] }: Reported['checks'][number], report: string): string {
  const rows = figures.map(({ name, value, reference = '-' }) => `| ${name} | ${value} | ${reference} |`)
  const table =
    rows.length === 0 ? [] : ['| Figure | Yours | Reference |', '| --- | --- | --- |', ...rows, '']
  return [`**${title}**: ${verdict}`, '', ...table, report].join('\n')
}
