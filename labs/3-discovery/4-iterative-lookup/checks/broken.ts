/** Nodes that answer, but not what they were asked for. */
import type { Check } from '../../../check/kit/check.ts'
import { NEVER_MS } from '../../../check/kit/patience.ts'
import { encodeBencode } from '../../../exercise/bencode.ts'
import { encodeContacts, krpcError } from '../../shared/krpc.ts'
import { idSharing } from '../../shared/xor.ts'
import { answer, drawWanted, judgeEndless, lookup, playDht, settled, type DhtNode } from './dht.ts'
import { expectNodes } from './result.ts'

const K = 14
const ALPHA = 4

type Values = Parameters<typeof encodeBencode>[0]

/** What they answer, as the end of "a node, which …". `nodes` names a node that nobody else names. */
const ANSWERS: Readonly<Record<string, (id: Buffer, nodes: Buffer) => { [key: string]: Values }>> = {
  'answers without an id': (_, nodes) => ({ y: 'r', r: { nodes } }),
  'answers with an id of 19 bytes': (id, nodes) => ({ y: 'r', r: { id: id.subarray(1), nodes } }),
  'answers with an id in hex': (id, nodes) => ({ y: 'r', r: { id: id.toString('hex'), nodes } }),
  'answers with a number as its id': (_, nodes) => ({ y: 'r', r: { id: 20, nodes } }),
  'answers without nodes': id => ({ y: 'r', r: { id } }),
  'answers with a list as nodes': (id, nodes) => ({ y: 'r', r: { id, nodes: [nodes] } }),
  'answers without r': () => ({ y: 'r' }),
}
const ERROR = 'answers with an error'

interface Broken extends DhtNode {
  how: string
}

export const broken: Check = async t => {
  const wanted = drawWanted(t)
  const { target } = wanted
  const near = (bits: number) => idSharing(target, bits, t.random.bytes(20))
  const seed: DhtNode = { name: 'the seed', id: near(0) }
  const good = [7, 6, 5].map((bits, i): DhtNode => ({ name: `node ${i + 1}`, id: near(bits) }))
  const bad = [...Object.keys(ANSWERS), ERROR].map((how, i): Broken => ({
    name: `bad node ${i + 1}`,
    id: near(20 + i),
    how,
  }))
  const trap: DhtNode = { name: 'a node that only such answers name', id: near(60) }
  let asked = 0
  const { nodes, find } = await playDht<DhtNode>(t, {
    nodes: [seed, ...good, ...bad, trap],
    wanted: [wanted],
    receive: async (query, find) => {
      judgeEndless(t, ++asked)
      const { spec } = query.node
      if (spec === trap) {
        t.fail({
          op: 'lookup',
          expected: 'that the lookup uses nothing of a malformed answer.',
          got: 'a query to a node that only malformed answers have named.',
          hint: 'do you look at the whole answer before you use a part of it? id must be 20 bytes, and nodes a string.',
        })
      }
      const { how } = spec as Partial<Broken>
      if (how === undefined) {
        // All of it is named by the seed. Those that know nobody else are fine.
        return answer(query, spec === seed ? t.random.shuffle([...good, ...bad]).map(find) : [])
      }
      const bytes =
        how === ERROR
          ? krpcError(query.t, 202, 'Server Error')
          : encodeBencode({ t: query.t, ...ANSWERS[how]!(query.node.id, encodeContacts([find(trap)])) })
      return query.node.send(bytes, query.port, query.host)
    },
  })
  const args = { ...wanted, seeds: [find(seed).address], k: K, alpha: ALPHA, timeoutMs: NEVER_MS }
  const call = lookup(t, args)
  t.doing(
    `The checker called lookup with a k of ${K} and a timeoutMs of ${NEVER_MS}. The seed named ${good.length} good nodes and ${bad.length} others, which answer with an error or with something malformed.`,
  )
  const got = await settled(t, call, () => asked, {
    hint: 'does an error, or an answer without an id of 20 bytes and a string nodes, end its query at once? Such a node sends nothing better before the timeout.',
  })
  expectNodes(t, got, {
    target,
    k: K,
    nodes,
    closest: [...good, seed].map(find),
    why: new Map(
      bad.map(one => [
        find(one).address,
        {
          which: `which ${one.how}`,
          hint: 'an error, or an answer without an id of 20 bytes and a string nodes, is as good as no answer: the node has failed.',
        },
      ]),
    ),
    missing:
      'a good answer can have an empty string as nodes, and one bad answer says nothing about others. Does only the node fail that has sent it?',
  })
}
