/** What nodes say of others: true, or not. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { encodeContacts, ID_BYTES } from '../../shared/krpc.ts'
import { idSharing } from '../../shared/xor.ts'
import type { House, Neighbor } from './house.ts'
import { expectTable } from './expect-table.ts'

type Values = Record<string, Uint8Array | number>

export interface Hearsay {
  /** An answer to find_node that names nobody, now and then in a way that is none. */
  odd(): Values
  /** An answer to find_node with nodes that the program does not know, and with lies about `known`. The first one only: then it names nobody. */
  tell(teller: Neighbor, known: Neighbor): Values
  isTold(): boolean
  /** Fails unless the program makes of it what it should. `nodes`: those in its table before. */
  judge(nodes: readonly Neighbor[]): Promise<void>
}

export async function openHearsay(t: CheckContext, house: House): Promise<Hearsay> {
  const { id: own, k } = house.rules
  const near = (name: string) =>
    house.neighbor(name, idSharing(own, t.random.int(5, 100), t.random.bytes(ID_BYTES)))
  const alive = await near('the node that answers')
  const dead = await near('the node that does not answer')
  dead.react = () => {}
  const beyond = await near(`node ${k + 1} in the answer`)
  const same = await house.neighbor('the socket named with your own id', own)
  const thief = await house.neighbor('the socket named with the id of a node that you know')
  const odd: Values[] = t.random.shuffle([{}, { nodes: 7 }, { nodes: Buffer.alloc(13) }])
  let told: { teller: Neighbor; known: Neighbor } | undefined

  return {
    odd: () => odd.shift() ?? { nodes: Buffer.alloc(0) },
    isTold: () => told !== undefined,
    tell(teller, known) {
      if (told) return { nodes: Buffer.alloc(0) }
      told = { teller, known }
      const first = t.random.shuffle([alive, dead, same, { ...thief, id: known.id }])
      return { nodes: encodeContacts([...first, beyond]) }
    },
    async judge(nodes) {
      if (!told) throw new Error('nobody was told anything')
      t.doing(
        `${told.teller.name} answered find_node with ${k + 1} nodes. One that your program does not know yet answers pings, another does not. One has your own id, and one has the id of ${told.known.name} with another address.`,
      )
      if (!(await house.comes(() => alive.queries.length > 0))) {
        t.fail({
          op: 'listen',
          expected: `a ping to ${alive.name}, ${alive.address}.`,
          got: 'nothing, although your program runs.',
          hint: `do you ping the nodes in the answer that you do not know? k is ${k}, and it is among the first ${k}.`,
        })
      }
      await house.untilRead()
      if (beyond.queries.length > 0) {
        t.fail({
          op: 'listen',
          expected: `that your program looks at the first ${k} nodes in the answer, k, and at no others.`,
          got: `a ping to ${beyond.name}.`,
          hint: 'without a limit, one answer could make you send hundreds of queries, perhaps all of them to one victim.',
        })
      }
      await expectTable(t, house, {
        nodes: [...nodes, alive],
        others: [
          [dead, 'another node has named it, but it has not answered.'],
          [same, 'your own id is never in your table.'],
          [{ ...thief, id: told.known.id }, 'an id in the table keeps its address, whatever others say.'],
        ],
        missing: 'another node has named it, and it has answered your ping: add it.',
      })
    },
  }
}
