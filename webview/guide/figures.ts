/** What a check has measured, beside the same of the reference solution. */
import { h } from '../dom.ts'
import type { GuideCheck } from '../shared/guide-messages.ts'

export const figuresTable = (
  title: string,
  figures: NonNullable<GuideCheck['figures']>,
): HTMLTableElement => {
  const head = (text: string, type?: string) => h('th', { scope: 'col', class: type }, text)
  return h(
    'table',
    { 'aria-label': `Figures of ${title}` },
    h('thead', {}, h('tr', {}, head('Figure'), head('Yours', 'numeric'), head('Reference', 'numeric'))),
    h(
      'tbody',
      {},
      ...figures.map(({ name, value, reference }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, name),
          h('td', { class: 'numeric' }, value),
          h('td', { class: 'numeric' }, reference ?? '–'),
        ),
      ),
    ),
  )
}
