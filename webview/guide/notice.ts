/** What is to be said before the text: a pass, what went wrong around a check, what is missing. At most one of each. */
import { h } from '../dom.ts'
import { icon, type Icon } from '../icons.ts'
import type { Guide } from '../shared/guide-messages.ts'
import { markdown } from './markdown.ts'
import type { Part, Post } from './parts.ts'
import { nameOf } from './words.ts'

export function createNotices(post: Post): Part {
  const element = h('div', { class: 'notices-part' })
  let drawn = ''
  return {
    element,
    update(guide) {
      const { id, state, problem, needs, passed, next, trusted } = guide
      const report = reportedOf(guide)
      const text = JSON.stringify([id, state === 'passed', problem, needs, passed, next, trusted, report])
      if (text === drawn) return
      drawn = text
      element.replaceChildren(...noticesOf(guide, post))
    },
  }
}

/** The last check that has a report. */
const reportedOf = ({ checks }: Guide): string | undefined =>
  checks.findLast(({ reported }) => reported === true)?.id

function noticesOf(guide: Guide, post: Post): HTMLElement[] {
  const { id, state, problem, needs, passed, next, trusted } = guide
  const button = (text: string, className: string, onclick: () => void, symbol?: Icon) =>
    h('button', { type: 'button', class: className, onclick }, text, symbol && icon(symbol))
  const report = reportedOf(guide)
  const all: HTMLElement[] = []
  if (!trusted) {
    all.push(
      notice('info', 'info', [
        h(
          'p',
          {},
          'Checking runs your code, but this workspace is not trusted. You can still read everything here.',
        ),
        button('Manage Workspace Trust', 'small', () => post({ type: 'manageTrust' })),
      ]),
    )
  }
  if (problem !== undefined) all.push(notice('failed', 'failed', [h('p', { class: 'said' }, problem)]))
  if (state === 'passed') {
    all.push(
      notice('passed', 'passed', [
        h('h2', {}, `${nameOf(guide)} passed`),
        h('div', { class: 'prose' }, markdown(passed, 3)),
        report === undefined
          ? undefined
          : button(
              'Show Report',
              next ? 'small' : 'primary',
              () => post({ type: 'report', exercise: id, check: report }),
              'book',
            ),
        next &&
          button(`Next: ${nameOf(next)}`, 'primary', () => post({ type: 'open', exercise: next.id }), 'next'),
      ]),
    )
  }
  if (needs.length > 0 && state !== 'passed') {
    const names = needs.map(nameOf).join(', ')
    all.push(
      notice('info', 'info', [
        h(
          'p',
          {},
          `This exercise builds on ${names}, which ${needs.length > 1 ? 'have' : 'has'} not passed yet. Complete ${needs.length > 1 ? 'them' : 'that'} first, or start from the reference solution.`,
        ),
        button('Catch Up…', 'small', () => post({ type: 'catchUp', exercise: id })),
      ]),
    )
  }
  return all
}

const notice = (kind: string, symbol: Icon, children: (Node | undefined)[]) =>
  h('section', { class: `notice ${kind}` }, icon(symbol), h('div', {}, ...children))
