/**
 * A trace as a log for ShiViz (https://bestchai.bitbucket.io/shiviz/): two lines for each time a node published or first received a
 * message, with its vector clock. The parser expression to give to ShiViz is SHIVIZ_REGEX, which is also its default.
 *
 *     n2 {"n1":1,"n2":1}
 *     received 1220ab… from n1
 */
import type { NetworkEvent } from '../events.ts'
import { AVAILABILITY_EVENTS } from '../events/nodes.ts'
import { createHops } from './hops.ts'

export const SHIVIZ_REGEX = String.raw`(?<host>\S*) (?<clock>{.*})\n(?<event>.*)`

/** Messages whose clocks are kept. */
const MAX_MESSAGES = 1_000

type Clock = Readonly<Record<string, number>>

/** The log, in pieces. `events` are those of a trace, in its order. */
export async function* toShiviz(events: AsyncIterable<NetworkEvent>): AsyncGenerator<string> {
  const hops = createHops()
  const clocks = new Map<string, Clock>()
  /** Message → node → the clock with which it had the message, and so sent it on. */
  const sent = new Map<string, Map<string, Clock>>()
  const tick = (node: string, merged: Clock = {}): Clock => {
    const clock: Record<string, number> = { ...clocks.get(node) }
    for (const [other, time] of Object.entries(merged)) clock[other] = Math.max(clock[other] ?? 0, time)
    clock[node] = (clock[node] ?? 0) + 1
    clocks.set(node, clock)
    return clock
  }
  const entry = (node: string, clock: Clock, text: string) => `${node} ${JSON.stringify(clock)}\n${text}\n`

  for await (const event of events) {
    if ('node' in event && AVAILABILITY_EVENTS.has(event.type))
      yield entry(event.node, tick(event.node), event.type.slice('node-'.length))
    for (const { message, node, from } of hops.add(event)) {
      const senders = sent.get(message) ?? new Map<string, Clock>()
      sent.set(message, senders)
      if (sent.size > MAX_MESSAGES) sent.delete(sent.keys().next().value!)
      const clock = tick(node, from === undefined ? {} : senders.get(from))
      senders.set(node, clock)
      yield entry(
        node,
        clock,
        from === undefined ? `published ${message}` : `received ${message} from ${from}`,
      )
    }
  }
}
