/** What the nodes do against a spammer. */
import { now } from '../../clock.ts'
import { LIMIT_PER_SECOND } from '../../limits.ts'
import type { Members } from '../members.ts'
import type { EventRecord } from '../record.ts'

/** Has all nodes keep that limit from now on. */
export function limitPublishers(members: Members): void {
  for (const node of members.names)
    members.get(node)?.process.send({ type: 'limit', node, perSecond: LIMIT_PER_SECOND })
}

/** Says what the others do about a spammer, for as long as it runs. */
export function tellOfSpammer(record: EventRecord, node: string): void {
  record.add({
    type: 'notice',
    at: now(),
    level: 'info',
    node,
    text:
      `${node} is a spammer. Each node accepts ${LIMIT_PER_SECOND} messages per second from one publisher. It ignores ` +
      'the rest and lowers the score of the sender.',
  })
}
