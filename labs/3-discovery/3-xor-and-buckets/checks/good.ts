/** Which nodes are good: those that have given a sign of life within goodMs. */
import { elapsed } from '../../../check/engine/suspension.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import { ID_BYTES } from '../../shared/krpc.ts'
import { foundNodes, judgeNodes } from './closest.ts'
import { openHouse, type Neighbor } from './house.ts'
import { expectTable } from './expect-table.ts'

const EARLY_MS = 10

export async function good(t: CheckContext): Promise<void> {
  await withTime(t, async (goodMs, program) => {
    const k = 5
    const house = await openHouse(t, { program, k, goodMs })
    const nodes: Neighbor[] = []
    for (let i = 1; i <= k; i++) nodes.push(await house.neighbor(`Node ${i}`))
    for (const one of nodes) await house.join(one)
    const asker = await house.neighbor('an asker')
    asker.react = () => {}
    const target = t.random.bytes(ID_BYTES)
    await pause(goodMs + EARLY_MS)

    t.doing(
      `goodMs, ${goodMs} ms, have passed since the last sign of life of all nodes. The checker sent find_node.`,
    )
    judgeNodes(t, await foundNodes(t, asker, target), {
      nodes: [],
      target,
      k,
      hint: 'goodMs after its last answer or query, a node is questionable, and find_node returns only good ones.',
    })
    await expectTable(t, house, {
      nodes,
      missing: 'a questionable node keeps its place until a newcomer needs it.',
    })

    const started = elapsed()
    const [one, other, claimed] = t.random.shuffle(nodes) as [Neighbor, Neighbor, Neighbor]
    await one.ask('ping')
    await other.ask('find_node', { target: t.random.bytes(ID_BYTES) })
    const imposter = await house.neighbor('the imposter', claimed.id)
    await imposter.ask('ping')
    const found = await foundNodes(t, asker, target)
    if (elapsed() - started >= goodMs - EARLY_MS) throw new TooBusy()
    t.doing(
      `All nodes were questionable. Then ${one.name} sent a ping, ${other.name} sent find_node, and another socket sent a ping with the id of ${claimed.name}. Then the checker sent find_node.`,
    )
    const fromElsewhere = found.some(({ id }) => id.equals(claimed.id))
    judgeNodes(t, found, {
      nodes: [one, other],
      target,
      k,
      hint: fromElsewhere
        ? `a query from another address is no sign of life of ${claimed.name}: everybody can claim its id.`
        : 'a node that has ever answered is good again for goodMs after each query that it sends, whatever it asks.',
    })
  })
}
