/** Five nodes that know one address, and one that comes back elsewhere while that one is gone. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { NEVER_MS } from '../../../check/kit/patience.ts'
import exercise from '../exercise.ts'
import { openNetwork, SEED, type Network } from './network.ts'

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

/** A command at each node at the same time: each is answered, whoever leads. */
async function everywhere(t: CheckContext, network: Network, ids: readonly string[]): Promise<void> {
  await network.leader('a node becomes leader')
  t.doing('Each node was given a command.')
  const answers = await Promise.all(
    ids.map(async id => {
      const command = `write ${id}x${t.random.int(1, 99_999)}`
      const answer = await network.node(id).ask(exercise.ops.submit, { command }, { ms: NEVER_MS })
      return { id, command, ...answer }
    }),
  )
  for (const { id, command, result, error } of answers) {
    const applied = () =>
      network.trace
        .events(exercise.events.committed)
        .some(({ data }) => data.index === result?.index && data.command === command)
    if (result?.result === 'ok') {
      await network.until(`"${command}" is committed at index ${result.index}, as ${id} answered`, applied, {
        ms: network.longMs,
        hint: 'the answer to a command has the index of that command',
      })
      continue
    }
    t.fail({
      expected: `that ${id} answers "${command}" with an index and "ok", because a leader takes it within submitMs, ${network.timers.submitMs} ms.`,
      got: error === undefined ? JSON.stringify(result) : `the error "${error}".`,
      hint: 'does a node that does not lead hand the command over, and try again while there is no leader? And does Raft know all members from the start, by their IDs?',
      spoke: true,
    })
  }
}
