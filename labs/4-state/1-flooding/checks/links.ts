import type { Check } from '../../../check/kit/check.ts'
import { judgeTransport } from '../../shared/transport.ts'
import exercise from '../exercise.ts'
import { flood, someId } from './house.ts'

const { start } = exercise.ops

export const links: Check = async t => {
  await judgeTransport(t, {
    start: node => t.call(start, { ...node, window: 1_000 }),
    exchange() {
      const id = someId(t)
      return {
        message: flood(id, t.random.bytes(9)),
        to: 'others',
        what: `the message ${id}`,
        is: message => message.id === id,
      }
    },
  })
}
