/** Five nodes that know one address, and one that comes back elsewhere while that one is gone. */
import { now } from '../../../../network/clock.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import type { Lateness } from '../../../check/kit/lateness.ts'
import { NEVER_MS } from '../../../check/kit/patience.ts'
import exercise from '../exercise.ts'
import { saysOf } from './clients.ts'
import { openNetwork, SEED, type Network } from './network.ts'

/** Commands at a node, until one is answered with a result. */
const TRIES = 6
/** In electionMs: in so long a time in which no node was late, a right program elects a leader and has a command taken. */
const QUIET = 10
const TIMERS = { electionMs: 120, heartbeatMs: 20 }

export async function finds(t: CheckContext): Promise<void> {
  t.doing(`The checker started five nodes. All they know is the address of ${SEED}.`)
  const network = await openNetwork(t, TIMERS, { submits: 20 })
  const { ids } = network
  await network.connected('every node connects to every other one')

  const [from, also] = t.random.shuffle(ids)
  t.doing(`All were connected. ${from} and ${also} published a broadcast each.`)
  await network.broadcast(from!, t.random.bytes(t.random.int(1, 30)))
  await network.broadcast(also!, t.random.bytes(t.random.int(1, 30)))
  await everywhere(t, network, ids)

  const mover = t.random.pick(ids.filter(id => id !== SEED))
  t.doing(`${SEED}, the seed, and ${mover} were killed. Then ${mover} was started again, at another address.`)
  await network.node(SEED).kill()
  await network.node(mover).kill()
  await network.move(mover)
  await network.node(mover).restart()
  const up = ids.filter(id => id !== SEED)
  await network.connected(
    `${mover} and the others connect to each other again, although the seed is gone`,
    up,
    'a node that is started again dials the members whose records it has stored. Its own new record has a greater seq, so the others dial it where it is now',
  )
  await network.broadcast(mover, t.random.bytes(8), up)

  t.doing(`${SEED} was started again, at the address that it had. It had not heard that ${mover} moved.`)
  await network.node(SEED).restart()
  await network.connected('every node connects to every other one again')
  await network.broadcast(SEED, t.random.bytes(8))
}

/** Commands at all nodes at the same time: each node gets an answer, whoever leads. */
async function everywhere(t: CheckContext, network: Network, ids: readonly string[]): Promise<void> {
  await network.leader('a node becomes leader')
  t.doing('Each node was given a command.')
  const lateness = network.watchLateness()
  await Promise.all(ids.map(id => answered(t, network, id, lateness))).finally(lateness.stop)
}

/** The node answers a command with a result. Where an election comes between, nobody may know what becomes of it: as a client would, the checker gives another one. */
async function answered(t: CheckContext, network: Network, id: string, lateness: Lateness): Promise<void> {
  const { trace, timers } = network
  const random = t.random.split(id)
  const began = performance.now()
  let late = true
  for (let tries = 1; ; tries++) {
    const tried = performance.now()
    const command = `write ${id}x${random.int(1, 99_999)}`
    const since = now() - 2 * timers.electionMs
    const asked = network.node(id).ask(exercise.ops.submit, { command }, { ms: NEVER_MS })
    const { result, error } = await asked
    const applied = () =>
      trace
        .events(exercise.events.committed)
        .some(({ data }) => data.index === result?.index && data.command === command)
    if (result?.result === 'ok')
      return network.until(`"${command}" is committed at index ${result.index}, as ${id} answered`, applied, {
        ms: network.longMs,
        hint: 'the answer to a command has the index of that command',
      })
    // A node that is late by half an election time-out may miss a leader that is there.
    late &&= lateness.quiet(timers.electionMs / 2, tried) < QUIET * timers.electionMs
    const excused = error !== undefined && saysOf(error) !== undefined && (elections(network, since) || late)
    const over = tries >= TRIES || (tries > 1 && performance.now() - began > 2 * timers.submitMs)
    if (excused && !over) {
      await pause(timers.electionMs)
      continue
    }
    if (excused && late)
      t.inconclusive(
        `this machine is so busy that nodes missed their leader, and ${id} could not have ${tries} commands in turn taken.`,
      )
    t.fail({
      expected: `that ${id} answers "${command}" with an index and "ok", because a leader takes it within submitMs, ${timers.submitMs} ms.`,
      got: error === undefined ? `${JSON.stringify(result)}.` : `the error "${error}".`,
      hint: 'does a node that does not lead hand the command over, and try again while there is no leader? And does Raft know all members from the start, by their IDs?',
      spoke: true,
    })
  }
}

/** Whether there was an election since then: a leader may have lost its office with commands under way. */
const elections = ({ trace }: Network, since: number): boolean =>
  trace.entries.some(
    entry =>
      entry.at >= since &&
      ((entry.kind === 'message' && entry.label === 'request-vote') ||
        (entry.kind === 'event' && ['leader', 'follower'].includes(entry.event))),
  )
