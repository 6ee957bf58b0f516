/** p2plab watch as one screen that is cleared and drawn again after every moment. */
import { stripVTControlCharacters, styleText } from 'node:util'
import { nameOf } from '../exercise-argument.ts'
import { hintsText } from '../helps.ts'
import { withoutOutput } from '../../labs/check/engine/last-words.ts'
import { prose } from '../prose.ts'
import { terminalWidth } from '../terminal-width.ts'
import { notRunLines, resultLines, summary } from '../check-output.ts'
import { KEYS, notBegun, SOLUTION_KEY, type Face, type Moment } from './moments.ts'

/** What is on the screen, but for its width. */
export interface View {
  heading: string
  progress: string
  /** How many checks have ended, of how many; only while they run. */
  checking?: { done: number; of: number }
  /** Takes the width. */
  finding?: (width: number) => string
  /** What the program has written during the check of the finding, or so far during the last. */
  log: { check: string; text: string; closed: boolean }
  ending?: (width: number) => string
  /** A hint, a notice, a question: below everything. */
  below?: (width: number) => string
  /** The list or a solution, in place of everything, until something else happens. */
  instead?: string
}

/** Of what a program writes, the last of it is on the screen. Characters, lines. */
const LOG_CHARACTERS = 8_192
const LOG_LINES = 12

/** Before anything has happened. */
export const EMPTY: View = { heading: 'P2P Lab', progress: '', log: { check: '', text: '', closed: false } }

/** The view after a moment. Pure. */
export function after(view: View, moment: Moment): View {
  const { instead: _instead, below: _below, ...rest } = view
  switch (moment.type) {
    case 'turned': {
      const { standing, progress } = moment
      const text = notBegun(standing)
      const heading = `${nameOf(standing.entry)}: ${standing.track.file}`
      return {
        ...EMPTY,
        heading,
        progress,
        ...(text !== undefined && { ending: width => prose(text, width) }),
      }
    }
    case 'check-started':
      return { ...rest, checking: { done: 0, of: moment.entry.checks.length } }
    case 'log': {
      const { check, text, closed } = view.log
      if (closed) return view
      const before = check === moment.check ? text : ''
      return {
        ...view,
        log: { check: moment.check, text: (before + moment.text).slice(-LOG_CHARACTERS), closed },
      }
    }
    case 'check-finished': {
      const { result, first } = moment
      const checking = view.checking && { ...view.checking, done: view.checking.done + 1 }
      const next = { ...view, ...(checking && { checking }) }
      if (!first) return next
      const text = view.log.check === result.id ? view.log.text : ''
      const closed = result.verdict === 'fail'
      const shown = {
        ...result,
        ...(result.message !== undefined && { message: withoutOutput(result.message) }),
      }
      return {
        ...next,
        // What the program wrote is below it.
        finding: width => resultLines(shown, width),
        log: { check: result.id, text, closed },
      }
    }
    case 'ended': {
      const { result, progress, passedText = '' } = moment
      const { checking: _checking, ...still } = view
      const words = result.problem === undefined ? summary(result) : `${result.problem}\n`
      const ending = (width: number) =>
        `${notRunLines(result, width)}${prose(words, width)}${passedText && `\n${prose(passedText, width)}`}`
      return { ...still, progress, ending }
    }
    case 'check-cancelled':
      return view
    case 'hint':
      return {
        ...rest,
        below: width => hintsText(moment.entry, moment.shown, { width, solution: SOLUTION_KEY }),
      }
    case 'question':
      return { ...rest, below: width => prose(`${moment.sentence} (y/n)`, width) }
    case 'notice':
      return { ...rest, below: width => prose(moment.sentence, width) }
    case 'solution':
      return { ...rest, instead: `The solution of ${nameOf(moment.entry)}:\n\n${moment.text}` }
    case 'list':
      return { ...rest, progress: moment.progress, instead: moment.text }
    case 'no-key':
      return rest
  }
}

/**
 * All lines of the screen, each with its end. While checks run there are no more of them than `rows`: what scrolls out of the
 * screen stays above it, and these would be the same lines again and again.
 */
export function frame(view: View, width: number, rows = Infinity): string {
  const keys = keyLines(width)
  const { checking, finding, ending, below, instead } = view
  const middle = [
    finding?.(width),
    finding && logLines(view.log.text),
    checking && `Checking: ${checking.done} of ${checking.of}`,
    ending?.(width),
    below?.(width),
  ]
  const parts = [
    styleText('bold', view.heading),
    ...(instead === undefined ? middle : [instead]),
    [view.progress && prose(view.progress, width).trimEnd(), ...keys].filter(Boolean).join('\n'),
  ]
  const lines = parts.flatMap(part => (part?.trimEnd() ? ['', ...part.trimEnd().split('\n')] : [])).slice(1)
  const fits = checking === undefined || instead !== undefined || lines.length < rows
  // How many checks have ended, the progress and the keys, with the empty line between them.
  const foot = 2 + parts.at(-1)!.split('\n').length
  const shown = fits ? lines : [...lines.slice(0, Math.max(1, rows - foot - 2)), '…', ...lines.slice(-foot)]
  return shown.map(line => `${line}\n`).join('')
}

const GAP = '   '

/** The keys, as many in a line as there is room for: a line that the terminal breaks itself would break anywhere. */
function keyLines(width: number): string[] {
  const lines: { text: string; columns: number }[] = []
  for (const [key, does] of KEYS) {
    const [text, columns] = [`${styleText('bold', key)} ${does}`, key.length + 1 + does.length]
    const last = lines.at(-1)
    if (last && last.columns + GAP.length + columns <= width) {
      last.text += GAP + text
      last.columns += GAP.length + columns
    } else lines.push({ text, columns })
  }
  return lines.map(({ text }) => text)
}

function logLines(text: string): string {
  // Whatever a program writes, it moves no cursor here.
  const lines = stripVTControlCharacters(text)
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trimEnd()
    .split('\n')
  if (lines.join('') === '') return ''
  const shown = lines.slice(-LOG_LINES).map(line => `    ${line}\n`)
  return `Your program wrote:\n${shown.join('')}`
}

const CLEAR = '\u001b[H\u001b[2J'

export function screenFace(): Face {
  const { stdout } = process
  let view = EMPTY
  let drawing: NodeJS.Immediate | undefined
  // What happens at once is drawn once.
  const draw = () => {
    drawing ??= setImmediate(() => {
      drawing = undefined
      stdout.write(CLEAR + frame(view, terminalWidth()!, stdout.rows || undefined))
    })
  }
  stdout.on('resize', draw)
  return {
    tell(moment) {
      view = after(view, moment)
      draw()
    },
    again: draw,
    close() {
      stdout.off('resize', draw)
      clearImmediate(drawing)
      drawing = undefined
    },
  }
}
