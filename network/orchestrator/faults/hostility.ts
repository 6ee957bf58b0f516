/** How much harm hostile nodes do, and what the others do against a spammer. */
import { now } from '../../clock.ts'
import type { Hostility } from '../../events.ts'
import type { Members } from '../members.ts'
import type { EventRecord } from '../record.ts'

/** Messages a second, where nobody says how many: a spammer sends three times what the others take, see below. */
export const HARM_PER_SECOND: Record<Hostility, number> = { spam: 60, invalid: 10 }

/**
 * What nodes take of one publisher once there is a spammer, messages a second: more than a person publishes, and so little that
 * the score of a spammer falls within seconds.
 */
export const LIMIT_PER_SECOND = 20

/** Has all nodes keep that limit from now on, and says so. */
export function limitPublishers(record: EventRecord, members: Members): void {
  for (const node of members.names)
    members.get(node)?.process.send({ type: 'limit', node, perSecond: LIMIT_PER_SECOND })
  record.add({
    type: 'notice',
    at: now(),
    level: 'info',
    text:
      `A spammer joins. From now on, each node accepts ${LIMIT_PER_SECOND} messages per second from one publisher. It ignores ` +
      'the rest and lowers the score of the sender.',
  })
}
