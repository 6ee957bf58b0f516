/** An answer with far more nodes than there should be. */
import type { Check } from '../../../check/kit/check.ts'
import { lateUntil } from '../../../check/kit/lateness.ts'
import { withTime } from '../../../check/kit/patience.ts'
import type { Contact } from '../../shared/krpc.ts'
import { idSharing } from '../../shared/xor.ts'
import { answer, drawWanted, judgeEndless, lookup, playDht, settled, type DhtNode } from './dht.ts'
import { planNetwork, type Planned } from './plan.ts'
import { expectInTime } from './silent.ts'

const NODES = 20
const K = 4
/** macOS sends no datagram over 9,216 bytes (net.inet.udp.maxdgram). */
const NAMED = process.platform === 'darwin' ? 340 : 500
const TRAPS = 12

export const flood: Check = t =>
  withTime(t, async (timeoutMs, program) => {
    const wanted = drawWanted(t)
    const { target } = wanted
    const near = (bits: number) => idSharing(target, bits, t.random.bytes(20))
    const plan = planNetwork(t.random, { target, k: K, nodes: NODES })
    const liar: DhtNode = { name: 'the liar', id: near(0) }
    const dead = Array.from({ length: K }, (_, i): DhtNode => ({
      name: `dead node ${i + 1}`,
      id: near(60 + i),
    }))
    const traps = Array.from({ length: TRAPS }, (_, i): DhtNode => ({
      name: `another one ${i + 1}`,
      id: near(40),
    }))
    let asked = 0
    const { nodes, find } = await playDht<DhtNode | Planned>(t, {
      nodes: [...plan.nodes, liar, ...dead, ...traps],
      wanted: [wanted],
      receive: async (query, find) => {
        judgeEndless(t, ++asked)
        const { spec } = query.node
        if (traps.includes(spec)) {
          t.fail({
            op: 'lookup',
            expected: `that the lookup takes only ${K} (k) of the ${NAMED} nodes: those closest to the target, wherever they stand in the answer.`,
            got: 'a query to another of them.',
            hint: 'do you sort the nodes of an answer by distance, and add only the first k to the list? Otherwise, one liar decides how long you look.',
          })
        }
        if (spec === liar) await answer(query, t.random.shuffle([...dead.map(find), ...invented()]))
        else if (!dead.includes(spec)) await answer(query, plan.named.get(spec as Planned)!.map(find))
      },
    })
    /** More IDs than there are addresses, all of them farther than the dead nodes, and closer than everybody else. */
    const invented = (): Contact[] =>
      Array.from({ length: NAMED - K }, (_, i) => {
        const { id, host, port } = find(traps[i % TRAPS]!)
        return { id: i < TRAPS ? id : near(t.random.int(20, 39)), host, port }
      })
    const seeds = [liar, plan.seed].map(node => find(node).address)
    const call = lookup(t, { ...wanted, seeds, k: K, alpha: K, timeoutMs }, program)
    const lag = lateUntil(call, program.signOfLife)
    t.doing(
      `The checker called lookup with a k of ${K} and two seeds. One of them named ${NAMED} nodes in one answer. The ${K} closest of these are dead.`,
    )
    const got = await settled(t, call, () => asked, { program, quietMs: timeoutMs })
    await expectInTime(t, got, { target, k: K, nodes, closest: plan.closest.map(find), timeoutMs, lag })
  })
