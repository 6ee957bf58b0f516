/** What a learner who passed an exercise is told. */
import { nextExercise } from '../catalogue.ts'

/** The exercise's own text, what its checks have shown, and after it what comes next, if anything does. Markdown. */
export function passedText(id: string, own: string): string {
  const next = nextExercise(id)
  const comesNext = next?.comesNext.replaceAll('{exercise}', `${next.id} ${next.title}`)
  return [own.trim(), comesNext].filter(part => part !== undefined && part !== '').join('\n\n')
}
