/** What the diagram shows while nobody has moved it: the way of the shown message, or the latest seconds. */
import type { MessageState } from '../../network/state.ts'
import { arrowsBetween, type Diagram } from './diagram.ts'

const LATEST_MS = 10_000
/** Of its length, free at both ends of a message. */
const MARGIN = 0.08

/** Copies that come this long after the message was new somewhere for the last time are not waited for. */
const LATE_MS = 1_500

/** From when to when, in milliseconds since the epoch; `at` is the moment that the view shows. */
export function followed(
  diagram: Diagram,
  message: MessageState | undefined,
  at: number,
): { from: number; to: number } {
  if (!message) return { from: at - LATEST_MS, to: at + LATEST_MS * MARGIN }
  const received = Object.values(message.deliveries).reduce((last, d) => Math.max(last, d.at), message.at + 1)
  let end = received
  arrowsBetween(diagram, message.at, received + LATE_MS, arrow => {
    if (arrow.group === message.id && arrow.end <= received + LATE_MS) end = Math.max(end, arrow.end)
  })
  const margin = (end - message.at) * MARGIN
  return { from: message.at - margin, to: end + margin }
}
