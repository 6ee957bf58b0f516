/**
 * The live view: puts its parts together (live/), and listens to the page. The network's state comes from the extension
 * (feed.ts); what the user chose is kept and saved.
 */
import type { FromAnyPage } from './shared/failure-messages.ts'
import { onThemeChange } from './graph/palette.ts'
import { connectHost } from './host.ts'
import type { Deeds } from './live/deeds.ts'
import { createDrawing, type Drawing } from './live/drawing.ts'
import { createIntake } from './live/intake.ts'
import { createKeeping } from './live/keeping.ts'
import { createModel, type Model } from './live/model.ts'
import { createMoving } from './live/moving.ts'
import { createParts, type LiveParts } from './live/parts.ts'
import { createSelection, type Selection } from './live/selection.ts'
import type { FromView } from './shared/view-messages.ts'
import type { FromRecording } from './shared/recording-messages.ts'
import { createPage } from './page.ts'

const later = { parts: (): LiveParts => parts, drawing: (): Drawing => drawing }
const root = document.getElementById('app')!
const host = connectHost<FromView | FromRecording | FromAnyPage>()
const model: Model = createModel(root.dataset['source'], host, id => selection.showMessage(id))
const selection: Selection = createSelection(model, later)
const keeping = createKeeping(model, later.parts)
const moveTime = createMoving(model, later)
const deeds: Deeds = {
  selectNode: selection.selectNode,
  selectLink: selection.selectLink,
  chooseMessage: selection.chooseMessage,
  moveTime,
  frame: () => drawing.frame(),
  diagramNow: () => drawing.diagramNow(),
  panes: () => drawing.panes(),
  panesNow: () => drawing.panesNow(),
  save: keeping.save,
}
const parts: LiveParts = createParts(model, deeds)
const page = createPage(root, parts, {
  heading: model.source.recorded ? 'P2P Lab: a recording' : 'P2P Lab network',
  tab(id) {
    model.saved.tab = id
    // What comes into sight has something to show at once.
    drawing.panesNow()
    drawing.diagramNow()
  },
})
page.setTab(model.saved.tab ?? 'graph')
const drawing: Drawing = createDrawing(model, parts, page, deeds)
const takeIn = createIntake(model, parts, deeds, drawing, keeping)

window.addEventListener('message', event => takeIn(model.feed.receive(event.data)))
window.addEventListener('keydown', event => {
  if (event.key === 'f' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
    event.preventDefault()
    parts.search.focus()
  }
  const asking = document.querySelector('dialog[open]') !== null
  if (event.key === 'Escape' && !event.defaultPrevented && !asking) deeds.selectNode(undefined)
})
for (const type of ['pointerup', 'keyup', 'input'])
  window.addEventListener(type, keeping.saveSoon, { capture: true, passive: true })
window.addEventListener('pagehide', keeping.saveNow)
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') keeping.saveNow()
  else if (model.feed.waiting) model.feed.ask()
})
matchMedia('(prefers-reduced-motion: reduce)').addEventListener('change', () => drawing.frame())
onThemeChange(() => {
  model.refreshPalette()
  parts.numbers.redraw()
  drawing.diagramNow()
})
model.feed.ask()
if (model.source.recorded) drawing.panes()
