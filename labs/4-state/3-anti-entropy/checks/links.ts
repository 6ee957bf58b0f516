import type { Check } from '../../../check/kit/check.ts'
import { judgeTransport } from '../../shared/transport.ts'
import exercise from '../exercise.ts'
import { anotherHash, digests, HOUR_MS, openFolder } from './house.ts'
import { DIGITS, NOTHING } from './item-set.ts'

const { start, status } = exercise.ops

/** The program has nothing, so it answers with no ids where a peer says that it has some. */
export const links: Check = async t => {
  const dataDir = await openFolder(t)
  await judgeTransport(t, {
    async start(node) {
      const started = await t.call(start, { ...node, dataDir, syncMs: HOUR_MS })
      // A program that is not written yet says so here, and not by what never comes.
      await t.call(status, {})
      return started
    },
    exchange() {
      const prefix = t.random.bytes(6).toString('hex')
      const digit = t.random.int(0, 15)
      const below = prefix + DIGITS[digit]
      return {
        message: digests(
          prefix,
          DIGITS.map((_, i) => (i === digit ? anotherHash(t) : NOTHING)),
        ),
        to: 'sender',
        what: `ids of the prefix "${below}"`,
        is: message => message.type === 'ids' && message.prefix === below,
      }
    },
  })
}
