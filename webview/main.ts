/**
 * The live view: puts its parts together (live/), and listens to the page. The network's state comes from the extension
 * (feed.ts); what the user chose is kept and saved.
 */
import type { FromAnyPage } from './shared/failure-messages.ts'
import { onThemeChange } from './graph/palette.ts'
import { connectHost } from './vscode-api.ts'
import type { Actions } from './live/actions.ts'
import { createDrawing, type Drawing } from './live/drawing.ts'
import { createMessageHandler } from './live/incoming-messages.ts'
import { createViewStateSaver } from './live/save-view-state.ts'
import { createModel, type Model } from './live/model.ts'
import { createMoveTime } from './live/time-changes.ts'
import { createParts, type LiveParts } from './live/parts.ts'
import { createSelection, type Selection } from './live/selection.ts'
import type { FromView } from './shared/view-messages.ts'
import type { SavePicture } from './shared/picture-messages.ts'
import type { FromRecording } from './shared/recording-messages.ts'
import { createPage } from './page.ts'

const later = { parts: (): LiveParts => parts, drawing: (): Drawing => drawing }
const root = document.getElementById('app')!
const host = connectHost<FromView | FromRecording | FromAnyPage | SavePicture>()
const model: Model = createModel(root.dataset['page'], host, id => selection.showMessage(id))
const selection: Selection = createSelection(model, later)
const saver = createViewStateSaver(model, later.parts)
const moveTime = createMoveTime(model, later)
const actions: Actions = {
  selectNode: selection.selectNode,
  selectLink: selection.selectLink,
  chooseMessage: selection.chooseMessage,
  moveTime,
  frame: () => drawing.frame(),
  diagramNow: () => drawing.diagramNow(),
  panes: () => drawing.panes(),
  panesNow: () => drawing.panesNow(),
  save: saver.save,
}
const parts: LiveParts = createParts(model, actions)
const page = createPage(root, parts, {
  menuContext: () => ({ viewPast: !model.cursor.live, viewRecorded: model.source.recorded }),
  heading: model.source.recorded ? 'P2P Lab: a recording' : 'P2P Lab network',
  tab(id) {
    model.saved.tab = id
    // What comes into sight has something to show at once.
    drawing.panesNow()
    drawing.diagramNow()
  },
})
page.setTab(model.saved.tab ?? 'graph')
const drawing: Drawing = createDrawing(model, parts, page, actions)
const onMessage = createMessageHandler(model, parts, actions, drawing, saver)

window.addEventListener('message', event => onMessage(model.feed.receive(event.data)))
window.addEventListener('keydown', event => {
  if (event.key === 'f' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
    event.preventDefault()
    parts.search.focus()
  }
  const asking = document.querySelector('dialog[open]') !== null
  if (event.key === 'Escape' && !event.defaultPrevented && !asking) actions.selectNode(undefined)
})
for (const type of ['pointerup', 'keyup', 'input'])
  window.addEventListener(type, saver.saveSoon, { capture: true, passive: true })
window.addEventListener('pagehide', saver.saveNow)
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') saver.saveNow()
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
