/** The top of the page: which exercise this is, how it stands, and the buttons. It stays in sight. */
import { h, setAttribute, setText } from '../dom.ts'
import { icon, type Icon } from '../icons.ts'
import type { Guide } from '../shared/guide-messages.ts'
import type { Part, Post } from './parts.ts'
import { canDebug, nameOf, STATE_WORDS } from './words.ts'

export function createHeader(post: Post): Part & { focus(): void } {
  let shown: Guide | undefined
  const about = (send: (guide: Guide) => void) => () => shown && send(shown)
  const place = h('p', { class: 'place quiet' })
  const title = h('h1', { tabindex: -1 })
  const state = h('p', { class: 'state' })
  const label = h('span', { class: 'label' })

  const button = (name: Icon, text: string, send: (guide: Guide) => void, className?: string) =>
    h('button', { type: 'button', class: className, onclick: about(send) }, icon(name), text)
  const check = h('button', { type: 'button', onclick: about(checkOrCancel) })
  function checkOrCancel({ id, state }: Guide) {
    post({ type: state === 'running' ? 'cancel' : 'check', exercise: id })
  }
  const debug = button('bug', 'Debug', ({ id }) => post({ type: 'debug', exercise: id }))
  const network = button('network', 'Run My Network…', ({ id }) => post({ type: 'runNetwork', exercise: id }))
  const hint = h(
    'button',
    { type: 'button', onclick: about(({ id }) => post({ type: 'hint', exercise: id })) },
    icon('hint'),
    label,
  )
  // While it is closed the extension says why: a button that does nothing tells nothing.
  const solution = button('book', 'Solution', ({ id }) => post({ type: 'solution', exercise: id }))
  const reset = button('restart', 'Reset', ({ id }) => post({ type: 'reset', exercise: id }))
  const file = button('file', 'Open File', ({ id }) => post({ type: 'openFile', exercise: id }))
  const previous = h(
    'button',
    {
      type: 'button',
      class: 'icon-button',
      onclick: about(g => g.previous && post({ type: 'open', exercise: g.previous.id })),
    },
    icon('previous'),
  )
  const next = h(
    'button',
    {
      type: 'button',
      class: 'next',
      onclick: about(g => g.next && post({ type: 'open', exercise: g.next.id })),
    },
    'Next',
    icon('next'),
  )
  const onSave = h('input', { type: 'checkbox' })
  onSave.addEventListener('change', () => post({ type: 'checkOnSave', on: onSave.checked }))
  const onSaveLabel = h('label', { class: 'on-save', title: ON_SAVE }, onSave, 'Check on save')
  const why = h('p', { class: 'hidden-text', id: 'why-no-solution' })

  const element = h(
    'header',
    {},
    h('div', { class: 'place-row' }, place, h('div', { class: 'turn' }, previous, next)),
    h('div', { class: 'title-row' }, title, state),
    h(
      'div',
      { class: 'buttons', role: 'group', 'aria-label': 'Exercise' },
      check,
      debug,
      network,
      hint,
      solution,
      reset,
      file,
      onSaveLabel,
    ),
    why,
  )
  return {
    element,
    focus: () => title.focus(),
    update(guide) {
      shown = guide
      onSave.checked = guide.checkOnSave
      // What the box says is asked for at once; this is what is so.
      setAttribute(element, 'data-on-save', String(guide.checkOnSave))
      const language = guide.language === undefined ? '' : ` · ${guide.language}`
      setText(place, `${guide.lab} · ${guide.number} of ${guide.of}${language}`)
      setText(title, nameOf(guide))
      if (element.dataset['state'] !== guide.state) {
        element.dataset['state'] = guide.state
        const running = guide.state === 'running'
        check.replaceChildren(icon(running ? 'stop' : 'play'), running ? 'Cancel' : 'Check')
        state.replaceChildren(
          icon(guide.state === 'reference' ? 'book' : guide.state),
          h('span', {}, STATE_WORDS[guide.state]),
        )
      }
      setText(label, hintLabel(guide))
      setAttribute(solution, 'aria-disabled', guide.solution === 'closed' ? 'true' : undefined)
      setAttribute(solution, 'aria-describedby', guide.solution === 'closed' ? why.id : undefined)
      const closed = `You can open the solution once the exercise passes, or after all ${guide.allHints} hints.`
      setText(why, closed)
      setAttribute(solution, 'title', guide.solution === 'closed' ? closed : undefined)
      setAttribute(file, 'title', guide.file)
      debug.hidden = !canDebug(guide)
      network.hidden = guide.network !== true || !guide.trusted
      turn(previous, guide.previous, 'Previous exercise')
      turn(next, guide.next, 'Next exercise')
      next.classList.toggle('primary', guide.state === 'passed')
      check.classList.toggle('primary', guide.state !== 'passed')
    },
  }
}

const ON_SAVE =
  'Check whenever you save this file or a file that it imports. Auto Save after a delay does not start a check.'

function turn(button: HTMLElement, to: { id: string; title: string } | undefined, what: string): void {
  button.hidden = !to
  if (!to) return
  setAttribute(button, 'title', `${what}: ${nameOf(to)}`)
  setAttribute(button, 'aria-label', `${what}: ${nameOf(to)}`)
}

/** As in "Hint", "Hint 2 of 3" (the one that comes next) and "Hints" when all are there. */
function hintLabel({ hints, allHints }: Guide): string {
  if (hints.length >= allHints) return 'Hints'
  return hints.length === 0 ? 'Hint' : `Hint ${hints.length + 1} of ${allHints}`
}
