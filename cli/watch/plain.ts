/** p2plab watch as lines, one below the other: for a pipe, a terminal that cannot clear itself, and for NO_COLOR. */
import { hintsText } from '../helps.ts'
import { nameOf } from '../exercise-argument.ts'
import { notRunLines, resultLines, summary } from '../check-output.ts'
import { KEYS, notBegun, SOLUTION_KEY, type Face, type Moment } from './moments.ts'

/** What is said of a moment on standard output: whole lines, or nothing. */
function lineOf(moment: Moment): string {
  switch (moment.type) {
    case 'turned': {
      const text = notBegun(moment.standing)
      return text === undefined ? '' : `${nameOf(moment.standing.entry)}: ${text}\n`
    }
    case 'check-started':
      return `Checking ${nameOf(moment.entry)} (${moment.file})\n`
    case 'check-finished':
      return moment.first ? resultLines(moment.result) : ''
    case 'ended': {
      const { result, progress, passedText } = moment
      if (result.problem !== undefined) return `${result.problem}\n`
      return `${notRunLines(result)}${summary(result)}${passedText === undefined ? '' : `\n${passedText}\n\n`}${progress}\n`
    }
    case 'check-cancelled':
      return `The check of ${nameOf(moment.entry)} was canceled.\n`
    case 'hint':
      return hintsText(moment.entry, moment.shown, { solution: SOLUTION_KEY })
    case 'solution':
      return `The solution of ${nameOf(moment.entry)}:\n\n${moment.text}\n`
    case 'list':
      return `${moment.text}\n${moment.progress}\n`
    case 'question':
      return `${moment.sentence} (y/n)\n`
    case 'notice':
      return `${moment.sentence}\n`
    case 'no-key':
      return moment.key === '' ? '' : `${KEYS.map(([key, does]) => `${key} ${does}`).join(', ')}.\n`
    case 'log':
      return ''
  }
}

export function plainFace(): Face {
  return {
    tell(moment) {
      if (moment.type === 'log') process.stderr.write(moment.text)
      else process.stdout.write(lineOf(moment))
    },
    again: () => undefined,
    close: () => undefined,
  }
}
