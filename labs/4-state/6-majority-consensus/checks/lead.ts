/** Makes the program the leader. */
import type { Stage } from './stage.ts'

/** Short, because it is waited for. */
export const QUICK = { electionMs: 50, heartbeatMs: 20 }

/** Every peer votes for n1 until it says that it leads. Resolves to its term. */
export async function makeLeader(stage: Stage): Promise<number> {
  const before = stage.told.length
  const stop = stage.react(({ to, message }) => {
    if (message.type === 'request-vote')
      stage.send(to, { type: 'vote', term: message.term, voteGranted: true })
  })
  const led = () => stage.told.slice(before).find(({ event }) => event === 'leader')
  await stage.until(() => led() !== undefined, {
    expected: 'that n1 becomes leader, because everyone votes for it.',
    hint: "do you call emit('leader', …) when a majority has voted for this node?",
    ms: 3_000,
  })
  stop()
  return led()!.term
}
