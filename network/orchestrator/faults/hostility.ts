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
      `A spammer joins. From now on, each node accepts ${LIMIT_PER_SECOND} messages per second from one publisher. It ignores ` +
      'the rest and lowers the score of the sender.',
  })
}
