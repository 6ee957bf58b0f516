/** What is to be seen on the graph of the shown message: how far it is, and how much slower than it was. */
import type { MessageState } from '../../network/state.ts'
import { progress } from '../../network/state.ts'
import type { ShownMessage } from '../graph/picture.ts'
import { slowdownText } from '../broadcast/pace.ts'
import { h, setText } from '../dom.ts'
import { iconButton } from '../icons.ts'
import { contentText } from './message-table.ts'
import { capital, plural, span } from '../format.ts'
import { reachedText } from './words.ts'

export interface Caption {
  readonly element: HTMLElement
  /** `factor` while the message is played, `others` the number of further messages under way. */
  update(
    message: MessageState | undefined,
    shown: ShownMessage | undefined,
    factor: number | undefined,
    others: number,
  ): void
  /** At a moment of the past: how far the message had come then. */
  updatePast(message: MessageState | undefined, shown: ShownMessage | undefined): void
}

export function createCaption(options: { onReplay(): void; onClose(): void }): Caption {
  const what = h('span', { class: 'caption-what' })
  const far = h('span', { class: 'caption-far' })
  const element = h(
    'div',
    { class: 'caption', role: 'group', 'aria-label': 'Current message', hidden: true },
    h('div', {}, what, far),
    iconButton('restart', 'Replay', options.onReplay),
    iconButton('close', 'Hide Message Path', options.onClose),
  )
  const show = (message: MessageState, howFar: string) => {
    setText(
      what,
      `Message ${message.number.toLocaleString('en')} from ${message.publisher ?? 'another peer'}: ${contentText(message)}`,
    )
    setText(far, howFar)
  }
  return {
    element,
    update(message, shown, factor, others) {
      element.hidden = !message || !shown
      if (!message || !shown) return
      const done = factor === undefined
      show(message, done ? capital(reachedText(message)) : underWay(message, shown, factor, others))
    },
    updatePast(message, shown) {
      element.hidden = !message || !shown
      if (!message || !shown) return
      const { hops, durationMs } = shown.tree
      const after = `${span(Math.max(0, shown.cursorMs))} after publication`
      const there = hops.filter(hop => hop.endMs <= shown.cursorMs).length
      const done = shown.cursorMs >= durationMs
      show(
        message,
        done
          ? capital(reachedText(message))
          : `${there} of ${plural(progress(message).expected, 'node')} · ${after}`,
      )
    },
  }
}

function underWay(
  message: MessageState,
  { tree, cursorMs }: ShownMessage,
  factor: number,
  others: number,
): string {
  const drawn = tree.hops.filter(hop => hop.endMs <= cursorMs)
  const { expected } = progress(message)
  return [
    `${drawn.length} of ${plural(expected, 'node')}`,
    ...(drawn.length > 0 ? [`hop ${Math.max(...drawn.map(hop => hop.hop))}`] : []),
    slowdownText(factor),
    ...(others > 0 ? [`${others} more in flight`] : []),
  ].join(' · ')
}
