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
/** A check that was asked for here is what the person waits for: its outcome comes into sight. Others do not scroll. */
let waiting = false
const post = (message: FromGuide) => {
  if (message.type === 'check' || message.type === 'sameSeed') waiting = true
  host.post(message)
}

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
  if (!finished || !waiting) return
  waiting = false
  scrollTo({ top: 0, behavior: isStill() ? 'auto' : 'smooth' })
}

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
