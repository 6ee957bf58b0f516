/** What the nodes do against a spammer. */
import { now } from '../../clock.ts'
import { LIMIT_PER_SECOND } from '../../limits.ts'
import type { Members } from '../members.ts'
import type { EventRecord } from '../record.ts'

/** Has all nodes keep that limit from now on, and says so. */
export function limitPublishers(record: EventRecord, members: Members): void {
  for (const node of members.names)
    members.get(node)?.process.send({ type: 'limit', node, perSecond: LIMIT_PER_SECOND })
  record.add({
    type: 'notice',
    at: now(),
    level: 'info',
    text:
      `A spammer joins. From now on each node takes ${LIMIT_PER_SECOND} messages a second of one publisher: it ignores ` +
      'what is more, and lowers the score of who sends it.',
  })
}
