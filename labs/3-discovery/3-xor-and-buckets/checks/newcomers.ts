/** Who gets into the table, and under which address. */
import { pause } from '../../../check/kit/deadline.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { loopbackHosts } from '../../../check/peers/hosts.ts'
import { encodeContacts, decodeContacts, ID_BYTES, krpcError, krpcResponse } from '../../shared/krpc.ts'
import { MISSING, openHouse, PATIENT_MS, type House, type Neighbor } from './house.ts'
import { valuesOf, type Query } from './messages.ts'
import { expectTable } from './expect-table.ts'
import { elapsed } from '../../../check/engine/suspension.ts'

const silent = () => {}
const CLAIMS = 'this node has only claimed its id. Do you wait until it has answered your ping?'

/** The neighbor asks, and the program pings it. Its answer is up to the check. */
async function askAndBePinged(t: CheckContext, house: House, one: Neighbor, method = 'ping'): Promise<Query> {
  one.react = silent
  const before = one.queries.length
  await one.ask(method, method === 'ping' ? {} : { target: t.random.bytes(ID_BYTES) })
  if (!(await house.comes(() => one.queries.length > before))) {
    t.fail({
      op: 'listen',
      expected: `a ping from your program to ${one.address}: it does not know this id yet.`,
      got: 'nothing, although your program runs.',
      hint: 'a query comes from an id that is not in the table: do you ping the node, at the address that the query came from?',
    })
  }
  const query = one.queries.at(-1)!
  if (query.method === 'ping') return query
  return t.fail({
    op: 'listen',
    expected: 'a ping.',
    got: `${query.method}.`,
    hint: 'ping asks for nothing but a sign of life.',
  })
}

export async function newcomers(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const good = await house.neighbor('Node 1')
  await house.join(good)
  await expectTable(t, house, { nodes: [good], missing: MISSING })

  t.doing('Node 2 sent a ping and find_node, and did not answer the ping of your program.')
  const mute = await house.neighbor('Node 2')
  await askAndBePinged(t, house, mute, t.random.pick(['ping', 'find_node']))
  await mute.ask('find_node', { target: t.random.bytes(ID_BYTES) })
  await mute.ask('ping')
  await house.untilRead()
  if (mute.queries.length > 1) {
    t.fail({
      op: 'listen',
      expected: 'one ping to Node 2, which is still under way.',
      got: `${mute.queries.length}.`,
      hint: 'do you remember whom you are asking already? Else every query of theirs costs you one.',
    })
  }
  const others: [Neighbor, string][] = [[mute, CLAIMS]]
  await expectTable(t, house, { nodes: [good], others, missing: MISSING })

  const strange: [what: string, answer: (one: Neighbor, query: Query) => Promise<void>, hint: string][] = [
    [
      'with another transaction id',
      (one, { t: due }) => one.send(krpcResponse(flipped(due), { id: one.id })),
      'an answer belongs to the query whose transaction id it has. Do you compare all of its bytes?',
    ],
    [
      'with the transaction id and one byte more',
      (one, { t: due }) => one.send(krpcResponse(Buffer.concat([due, Buffer.of(0)]), { id: one.id })),
      'an answer belongs to the query whose transaction id it has. Do you compare all of its bytes?',
    ],
    [
      'from another port',
      async (one, { t: due }) => {
        const elsewhere = await house.neighbor('another socket')
        await elsewhere.send(krpcResponse(due, { id: one.id }))
      },
      'an answer counts only from the address that you asked. Do you compare the port, too? Everybody can forge the rest.',
    ],
  ]
  for (const [index, [what, answer, hint]] of t.random.shuffle(strange).entries()) {
    const one = await house.neighbor(`Node ${3 + index}`)
    t.doing(`${one.name} sent a ping. To your ping came an answer ${what}.`)
    const query = await askAndBePinged(t, house, one)
    await answer(one, query)
    await house.untilRead()
    await expectTable(t, house, { nodes: [good], others: [...others, [one, hint]], missing: MISSING })
    others.push([one, hint])
  }

  t.doing('A node sent a ping, and answered yours with an error.')
  const wrong = await house.neighbor('the node that answered with an error')
  const query = await askAndBePinged(t, house, wrong)
  await wrong.send(krpcError(query.t, 202, 'Server Error'))
  others.push([wrong, 'an error is no sign that the node works: only a response is an answer.'])
  await house.untilRead()
  await expectTable(t, house, { nodes: [good], others, missing: MISSING })

  t.doing('A node sent a ping, and answered yours with another id.')
  const liar = await house.neighbor('the node that changed its id')
  const other = await house.neighbor('the id in its answer')
  const asked = await askAndBePinged(t, house, liar)
  await liar.answer(asked, {}, { id: other.id })
  const changed = 'do you compare the id in the answer with the id that you asked for?'
  others.push([liar, changed], [{ ...other, address: liar.address }, changed])
  await house.untilRead()
  await expectTable(t, house, { nodes: [good], others, missing: MISSING })

  t.doing('A node that your program has not asked sent a response.')
  const unasked = await house.neighbor('the node that nobody asked')
  await unasked.send(krpcResponse(t.random.bytes(4), { id: unasked.id }))
  others.push([unasked, 'do you add whoever sends a response? It must answer a query of yours.'])
  await house.untilRead()
  await expectTable(t, house, { nodes: [good], others, missing: MISSING })

  t.doing('A node sent a ping with the id of your own node, and answers all pings.')
  const same = await house.neighbor('the node with your own id', house.rules.id)
  await same.ask('ping')
  await house.untilRead()
  others.push([same, 'your own id is never in your table: you would ask yourself.'])
  await house.untilRead()
  await expectTable(t, house, { nodes: [good], others, missing: MISSING })

  await later(t)
}

const flipped = (bytes: Buffer): Buffer => {
  const other = Buffer.from(bytes)
  other[other.length - 1]! ^= 1
  return other
}

/** A node that was not there when it was pinged gets in when it is. */
async function later(t: CheckContext): Promise<void> {
  const house = await openHouse(t, { program: await t.another(), timeoutMs: 80 })
  const one = await house.neighbor('A node')
  const query = await askAndBePinged(t, house, one)
  await pause(3 * house.rules.timeoutMs)
  // By then, its timers have fired: those that are due go before what comes afterwards.
  await house.untilRead()
  await one.answer(query)
  await house.untilRead()
  t.doing(
    `A node answered the ping of your program ${3 * house.rules.timeoutMs} ms later, and timeoutMs is ${house.rules.timeoutMs}.`,
  )
  const late = 'what comes after timeoutMs is no answer any more. Do you forget the transaction id then?'
  await expectTable(t, house, { nodes: [], others: [[one, late]], missing: MISSING })
  t.doing(
    'A node did not answer a ping of your program within timeoutMs. Then it sent more queries, and answered all pings.',
  )
  one.react = query => one.answer(query)
  const started = elapsed()
  for (let asked = 0; !(await house.table()).nodes.has(one.id.toString('hex')); asked++) {
    if (elapsed() - started > PATIENT_MS && asked > 40) {
      t.fail({
        op: 'listen',
        expected: 'that your program pings it again, and adds it.',
        got:
          one.queries.length > 1
            ? `${one.queries.length} pings, but the node is not in the table.`
            : 'no other ping.',
        hint: 'a ping that got no answer is over after timeoutMs. Do you forget it then?',
      })
    }
    await one.ask('ping')
    await pause(25)
  }
}

export async function knownId(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const { hosts, distinct } = await loopbackHosts(t.random, 3)
  const [first, second] = [
    await house.neighbor('Node 1', undefined, hosts[0]),
    await house.neighbor('Node 2', undefined, hosts[1]),
  ]
  for (const one of [first, second]) await house.join(one)
  const nodes = [first, second]
  const KEEPS =
    'an id in the table keeps its address. Otherwise everybody could have the queries to this node by claiming its id: do you look whether the id is in the table before you add or change anything?'

  t.doing('Another socket sent a ping with the id of Node 1, and answers all pings.')
  const imposters = [await house.neighbor('the imposter', first.id, hosts[0])]
  if (distinct) imposters.push(await house.neighbor('the imposter at another address', first.id, hosts[2]))
  const others: [Neighbor, string][] = imposters.map(one => [one, KEEPS])
  for (const one of imposters) {
    await one.ask('ping')
    await one.ask('find_node', { target: t.random.bytes(ID_BYTES) })
    await house.untilRead()
    await one.send(krpcResponse(t.random.bytes(4), { id: first.id }))
  }
  await house.untilRead()
  await expectTable(t, house, { nodes, others, missing: KEEPS })

  t.doing('A node with a new id sent a ping, and answered yours with the id of Node 1.')
  const thief = await house.neighbor('the thief')
  thief.react = query => thief.answer(query, {}, { id: first.id })
  await thief.ask('ping')
  await house.untilRead()
  others.push([thief, KEEPS], [{ ...thief, id: first.id }, KEEPS])
  await expectTable(t, house, { nodes, others, missing: KEEPS })

  t.doing('After all that, a node sent find_node with the id of Node 1 as its target.')
  const outsider = await house.neighbor('an asker')
  outsider.react = silent
  const values = valuesOf(t, await outsider.ask('find_node', { target: first.id }), 'find_node')
  const found =
    Buffer.isBuffer(values.nodes) && values.nodes.length % 26 === 0 ? decodeContacts(values.nodes) : []
  const [nearest] = found
  if (!nearest || !encodeContacts([nearest]).equals(encodeContacts([first]))) {
    t.fail({
      op: 'listen',
      expected: `Node 1 first, with its address ${first.address}.`,
      got: nearest ? `${nearest.id.toString('hex')} at ${nearest.host}:${nearest.port}.` : 'no nodes.',
      hint: KEEPS,
    })
  }
  await race(t, house, nodes)
}

/** Somebody who claims the id of a node that is not known yet, and says nothing more, does not keep it out. */
async function race(t: CheckContext, house: House, nodes: readonly Neighbor[]): Promise<void> {
  t.doing(
    'A node sent a ping with the id of Node 3, and did not answer yours. Then Node 3 itself sent a ping.',
  )
  const third = await house.neighbor('Node 3')
  const claimer = await house.neighbor('the claimer', third.id)
  await askAndBePinged(t, house, claimer)
  await house.join(third, {
    asked:
      'another address has claimed this id before, and has not answered. Do you look for pings under way by the id alone? Then everybody can keep others out.',
  })
  const hint = 'the id belongs to the address that answered first.'
  await expectTable(t, house, { nodes: [...nodes, third], others: [[claimer, hint]], missing: MISSING })
  await claimer.answer(claimer.queries.at(-1)!)
  await house.untilRead()
  await expectTable(t, house, { nodes: [...nodes, third], others: [[claimer, hint]], missing: MISSING })
}
