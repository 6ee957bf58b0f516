/** The guide of an exercise: brings the parts together. All that it shows comes from the extension. */
import { h } from '../dom.ts'
import { parseToGuide, type FromGuide, type Guide } from '../shared/guide-messages.ts'
import { connectHost } from '../vscode-api.ts'
import { createChecks } from './checks.ts'
import { createHeader } from './header.ts'
import { createHints } from './hints.ts'
import { markdown, withoutTitle } from './markdown.ts'
import { createNotices } from './notice.ts'
import { news } from './words.ts'

const host = connectHost<FromGuide>()
const post = (message: FromGuide) => host.post(message)

const header = createHeader(post)
const notices = createNotices(post)
const checks = createChecks(post)
const hints = createHints(post)
const text = h('article', { class: 'prose', 'aria-label': 'Exercise' })
const live = h('div', { class: 'hidden-text', role: 'status', 'aria-live': 'polite' })

const page = h(
  'div',
  { class: 'guide', hidden: true },
  header.element,
  h('div', { class: 'body' }, notices.element, checks.element, hints.element, text),
)
const empty = h(
  'section',
  { class: 'empty', 'aria-label': 'Getting started', hidden: true },
  h('h1', {}, 'No lab workspace is open'),
  h(
    'p',
    {},
    'The exercises are files in a folder that you choose. Open that folder to see the guide for each exercise here.',
  ),
  h(
    'button',
    { type: 'button', class: 'primary', onclick: () => post({ type: 'openWorkspace' }) },
    'Open Lab Workspace',
  ),
)
document.getElementById('app')!.append(page, empty, live)

let shown: Guide | undefined

function show(guide: Guide | undefined): void {
  page.hidden = !guide
  empty.hidden = guide !== undefined
  const said = news(shown, guide)
  if (said !== '') live.textContent = said
  if (guide) {
    const other = shown?.id !== guide.id
    for (const part of [header, notices, checks, hints]) part.update(guide)
    if (other || shown?.text !== guide.text) text.replaceChildren(markdown(withoutTitle(guide.text), 1))
    if (other) {
      window.scrollTo(0, 0)
      // Where a person was on the page before is gone: a screen reader begins at the new title.
      if (shown && document.hasFocus()) header.focus()
      host.save({ exercise: guide.id })
    }
  }
  const finished = shown?.state === 'running' && guide?.state !== 'running'
  shown = guide
  if (finished && guide) reveal(guide)
}

/**
 * Brings into sight what came out of a check that the learner waited for: the pass, what went wrong around it, or the first check that failed.
 * A failure after a save leaves the page where it is, because the learner may be reading. A pass is news in any case.
 */
function reveal({ state, asked, problem }: Guide): void {
  if (!asked && state !== 'passed') return
  const ahead = state === 'passed' || problem !== undefined
  const verdict = (ahead ? notices : checks).element.querySelector(
    '.notice.passed, .notice.failed, [data-state=failed], [data-state=unclear]',
  )
  if (!verdict) return
  const { top, bottom } = verdict.getBoundingClientRect()
  const begin = header.element.getBoundingClientRect().bottom
  if (top >= begin && bottom <= innerHeight) return
  scrollBy({ top: top - begin - GAP_PX, behavior: isStill() ? 'auto' : 'smooth' })
}

/** What is left above what came into sight. */
const GAP_PX = 14

const motion = matchMedia('(prefers-reduced-motion: reduce)')
/** Of the system, or of VS Code's own setting. */
const isStill = () => motion.matches || document.body.classList.contains('vscode-reduce-motion')

window.addEventListener('message', ({ data }) => {
  const message = parseToGuide(data)
  if (message?.type === 'show') {
    clearInterval(asking)
    show(message.guide)
  }
  if (message?.type === 'revealHint') hints.reveal()
})
post({ type: 'ready' })
// A message to a page that comes into sight while others go out of it can be lost. An answer is awaited, then asked for again.
const ASK_AGAIN_MS = 2_000
const asking = setInterval(() => post({ type: 'ready' }), ASK_AGAIN_MS)
