/** The hints that were asked for, the newest last. */
import { h } from '../dom.ts'
import { icon } from '../icons.ts'
import type { Guide } from '../shared/guide-messages.ts'
import { markdown } from './markdown.ts'
import type { Part, Post } from './parts.ts'

export function createHints(post: Post): Part & { reveal(): void } {
  let shown: Guide | undefined
  let drawn = ''
  const list = h('ol', { class: 'hints' })
  const more = h('button', { type: 'button', class: 'small' }, icon('hint'), 'Show Next Hint')
  more.addEventListener('click', () => shown && post({ type: 'hint', exercise: shown.id }))
  const last = h('p', { class: 'quiet' }, 'That was the last hint. You can now open the solution.')
  const element = h('section', { class: 'hints-part', hidden: true }, h('h2', {}, 'Hints'), list, more, last)
  return {
    element,
    reveal() {
      const newest = list.lastElementChild?.querySelector('h3')
      newest?.scrollIntoView({ block: 'center' })
      newest?.focus()
    },
    update(guide) {
      shown = guide
      element.hidden = guide.hints.length === 0
      more.hidden = guide.hints.length >= guide.allHints
      last.hidden = !more.hidden
      const text = JSON.stringify([guide.id, guide.hints])
      if (text === drawn) return
      drawn = text
      list.replaceChildren(
        ...guide.hints.map((hint, i) =>
          h(
            'li',
            {},
            h('h3', { tabindex: -1 }, `Hint ${i + 1} of ${guide.allHints}`),
            h('div', { class: 'prose' }, markdown(hint, 3)),
          ),
        ),
      )
    },
  }
}
