/** Nodes that do not answer are not in the result. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { lateUntil } from '../../../check/kit/lateness.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import {
  answer,
  drawWanted,
  judgeEndless,
  lookup,
  playDht,
  settled,
  type DhtNode,
  type Played,
} from './dht.ts'
import { planNetwork } from './plan.ts'
import { differs, expectNodes, type Expected } from './result.ts'

const NODES = 64
/** 30% of them. */
const DEAD = 19
const K = 8

/** A program that was this late, in parts of the timeout, may have taken an answer for too late. */
const LATE = 1 / 3

/** Fails unless the result is right, and the machine cannot be the reason. Throws TooBusy when it can. */
export async function expectInTime(
  t: CheckContext,
  got: readonly string[],
  { timeoutMs, lag, ...expected }: Expected & { timeoutMs: number; lag: Promise<number> },
): Promise<void> {
  if (differs(got, expected) && (await lag) > LATE * timeoutMs) throw new TooBusy()
  expectNodes(t, got, expected)
}

export const answered: Check = t =>
  withTime(t, async (timeoutMs, program) => {
    const wanted = drawWanted(t)
    const alpha = t.random.int(5, 8)
    const plan = planNetwork(t.random, { target: wanted.target, k: K, nodes: NODES, dead: DEAD })
    let asked = 0
    const dead = new Set<DhtNode>()
    const { nodes, find } = await playDht(t, {
      nodes: plan.nodes,
      wanted: [wanted],
      receive: async (query, find) => {
        judgeEndless(t, ++asked)
        if (query.node.isDead) judgeRetry(t, query.node, dead)
        const named = plan.named.get(query.node.spec)
        if (named) await answer(query, named.map(find))
      },
    })
    const args = { ...wanted, seeds: [find(plan.seed).address], k: K, alpha, timeoutMs }
    const call = lookup(t, args, program)
    const lag = lateUntil(call, program.signOfLife)
    t.doing(
      `The checker called lookup with a k of ${K} and an alpha of ${alpha}, in a network of ${NODES} nodes. ${DEAD} of them are dead, which the others do not know: they name them, too.`,
    )
    const got = await settled(t, call, () => asked, { program, quietMs: timeoutMs })
    const why = new Map(
      nodes
        .filter(({ isDead }) => isDead)
        .map(({ address }) => [
          address,
          {
            which: 'which never answered',
            hint: 'do you remove nodes from the list that do not answer? That somebody names them does not mean that they are there.',
          },
        ]),
    )
    await expectInTime(t, got, {
      target: wanted.target,
      k: K,
      nodes,
      closest: plan.closest.map(find),
      why,
      missing:
        'when a node fails, the next in the list is among the k closest. Do you ask it, and go on until k have answered?',
      timeoutMs,
      lag,
    })
  })

/** Fails when a dead node is asked again. `asked` are those that were asked before. */
export function judgeRetry(t: CheckContext, { spec, name }: Played<DhtNode>, asked: Set<DhtNode>): void {
  if (asked.has(spec)) {
    t.fail({
      op: 'lookup',
      expected: 'one query to each address: there is no retry.',
      got: `a second query to ${name}, which does not answer.`,
      hint: 'do you remember which addresses you have asked, also those that failed? Others go on naming a dead node.',
    })
  }
  asked.add(spec)
}
