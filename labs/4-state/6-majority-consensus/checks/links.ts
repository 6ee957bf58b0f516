/** The connections and frames, as all exercises of this lab have them: requests for votes, each in a term of its own, go over them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { CheckContext } from '../../../check/kit/check.ts'
import { judgeTransport } from '../../shared/transport.ts'
import exercise from '../exercise.ts'
import { STILL } from './pace.ts'

export async function links(t: CheckContext): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'p2plab-node-'))
  t.onEnd(async () => {
    await t.program.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  })
  let last = t.random.int(1, 99)
  await judgeTransport(t, {
    start: node => t.call(exercise.ops.start, { ...node, dataDir: path.join(folder, 'n1'), ...STILL }),
    exchange(from) {
      const term = ++last
      return {
        message: { type: 'request-vote', term, candidateId: from, lastLogIndex: 0, lastLogTerm: 0 },
        to: 'sender',
        what: `the vote of term ${term}`,
        is: message => message.type === 'vote' && message.term === term,
      }
    },
  })
}
