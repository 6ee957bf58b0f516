/** What can be done with the selected node, beside it: the same as in its details, which are far away in a narrow panel. */
import type { NetworkState } from '../../network/state.ts'
import { h, setAttribute } from '../dom.ts'
import { iconButton } from '../icons.ts'
import type { NodeAction } from '../panes/node-actions.ts'
import type { FromView } from '../shared/view-messages.ts'
import type { Size } from './camera.ts'
import type { Point } from '../layout/seed.ts'

export interface NodeCard {
  readonly element: HTMLElement
  /** What is possible in the `present`. Without a node there is no card. */
  update(node: string | undefined, present: NetworkState): void
  /** Puts it beside the node, where it covers none of it, and little of the `others`. */
  place(at: Point, radius: number, size: Size, others: readonly Point[]): void
}

/** Between the node and the card, in pixels. */
const GAP = 10
/** A node that has ended has its name below it. */
const LABEL = 12

export function createNodeCard(actions: readonly NodeAction[], post: (message: FromView) => void): NodeCard {
  let shown: string | undefined
  const buttons = actions.map(action =>
    iconButton(action.icon, action.label, () => {
      if (shown !== undefined) post(action.message(shown))
    }),
  )
  const element = h('div', { class: 'node-card', role: 'toolbar', hidden: true }, ...buttons)
  return {
    element,
    update(name, present) {
      const node = name === undefined ? undefined : present.nodes[name]
      element.hidden = !node || actions.length === 0
      shown = node?.name
      if (!node) return
      setAttribute(element, 'aria-label', `Actions for ${node.name}`)
      actions.forEach((action, i) => (buttons[i]!.hidden = !action.possible(node, present)))
    },
    place(at, radius, size, others) {
      if (element.hidden) return
      const box = { width: element.offsetWidth, height: element.offsetHeight }
      const { x, y } = beside(at, radius, box, size, others)
      element.style.visibility =
        at.x < 0 || at.y < 0 || at.x > size.width || at.y > size.height ? 'hidden' : ''
      element.style.transform = `translate(${x}px, ${y}px)`
    },
  }
}

/** To the right, the left, below or above of the node: where it is within the picture and covers the fewest of the other nodes. */
function beside({ x, y }: Point, radius: number, box: Size, size: Size, others: readonly Point[]): Point {
  const away = radius + GAP
  const [middleX, middleY] = [x - box.width / 2, y - box.height / 2]
  const places = [
    { x: x + away, y: middleY },
    { x: x - away - box.width, y: middleY },
    { x: middleX, y: y + away + LABEL },
    { x: middleX, y: y - away - box.height },
  ]
  const cost = (place: Point) => {
    const inside =
      place.x >= 0 && place.y >= 0 && place.x + box.width <= size.width && place.y + box.height <= size.height
    const covered = others.filter(
      other =>
        Math.max(place.x - other.x, 0, other.x - place.x - box.width) < radius &&
        Math.max(place.y - other.y, 0, other.y - place.y - box.height) < radius,
    ).length
    return covered + (inside ? 0 : 1_000)
  }
  return places.reduce((best, place) => (cost(place) < cost(best) ? place : best))
}
