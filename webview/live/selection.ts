/** What is selected: a node or a link, and a message whose way is shown. One selection for all parts of the view. */
import type { Actions } from './actions.ts'
import type { Drawing } from './drawing.ts'
import type { Model } from './model.ts'
import type { LiveParts } from './parts.ts'

export interface Selection extends Pick<Actions, 'selectNode' | 'selectLink' | 'chooseMessage'> {
  /** Puts a message on the graph, or takes it off. */
  showMessage(id: string | undefined): void
}

export function createSelection(model: Model, later: { parts(): LiveParts; drawing(): Drawing }): Selection {
  const { feed, cursor, moment } = model
  const showMessage = (id: string | undefined) => {
    if (id === undefined) delete model.saved.message
    else model.saved.message = id
    const drawing = later.drawing()
    drawing.panes()
    drawing.diagramSoon()
    drawing.frame()
  }
  return {
    showMessage,
    selectNode(name) {
      if (name !== undefined && !feed.state.nodes[name] && !cursor.state.nodes[name]) return
      delete model.saved.link
      if (name === undefined) delete model.saved.node
      else model.saved.node = name
      later.drawing().panesNow()
      if (name !== undefined) {
        later.parts().nodeTable.reveal(name)
        later.parts().spaceTime.reveal(name)
      }
      later.drawing().diagramNow()
    },
    selectLink(a, b) {
      delete model.saved.node
      model.saved.link = { a, b }
      later.drawing().panesNow()
      later.drawing().diagramNow()
    },
    chooseMessage(id) {
      moment.choose(id)
      model.stage.choose(id)
      showMessage(id)
    },
  }
}
