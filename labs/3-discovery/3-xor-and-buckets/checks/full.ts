/** What happens to the nodes of a full bucket when a newcomer comes. */
import { elapsed } from '../../../check/engine/suspension.ts'
import type { Program } from '../../../check/engine/program.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import { ID_BYTES } from '../../shared/krpc.ts'
import { idSharing } from '../../shared/xor.ts'
import { foundNodes, judgeNodes } from './closest.ts'
import { openHouse, type House, type Neighbor, type Rules } from './house.ts'
import type { Query } from './messages.ts'
import { judgeUnasked } from './splits.ts'
import { expectTable } from './expect-table.ts'

/** A query of the program's that waits for its answer. */
export interface Held {
  one: Neighbor
  query: Query
}

/** Timers may fire a little early. */
export const EARLY_MS = 10
/** Clocks of some systems and languages go on in steps of up to 16 ms. */
const TICK_MS = 20

/** A table whose far bucket is full. */
export interface Full {
  house: House
  /** The nodes of the far bucket, the least recently seen first. */
  far: Neighbor[]
  newcomer(name: string): Promise<Neighbor>
}

/** k nodes without a leading bit in common with the program, all in its only bucket. */
export async function fill(
  t: CheckContext,
  program: Program,
  rules: Partial<Rules> & { k: number },
): Promise<Full> {
  const house = await openHouse(t, { program, ...rules })
  const { id: own } = house.rules
  const someone = (name: string, bits: number) =>
    house.neighbor(name, idSharing(own, bits, t.random.bytes(ID_BYTES)))
  const far: Neighbor[] = []
  for (let i = 1; i <= rules.k; i++) {
    const one = await someone(`Node ${i}`, 0)
    await house.join(one)
    far.push(one)
  }
  return { house, far, newcomer: name => someone(name, 0) }
}

/** A node near the program, for which the only bucket is split. */
export async function near(t: CheckContext, { house }: Full): Promise<Neighbor> {
  const one = await house.neighbor(
    'the near node',
    idSharing(house.rules.id, t.random.int(1, 5), t.random.bytes(ID_BYTES)),
  )
  await house.join(one)
  return one
}

/**
 * All of them send a query, `first` before all others, which do so in another order than that in which they came. Returns them in that order: the
 * least recently seen first.
 */
export async function seenAgain(
  t: CheckContext,
  nodes: readonly Neighbor[],
  first?: Neighbor,
): Promise<Neighbor[]> {
  const others = t.random.shuffle(nodes.filter(one => one !== first))
  const order = first ? [first, ...others] : others
  for (const one of order) {
    await pause(TICK_MS)
    await one.ask(t.random.pick(['ping', 'find_node']), { target: t.random.bytes(ID_BYTES) })
  }
  return order
}

const K = 3

export async function allGood(t: CheckContext): Promise<void> {
  await withTime(t, async (ms, program) => {
    const started = elapsed()
    const goodMs = 2 * ms
    const full = await fill(t, program, { k: K, goodMs })
    const { house } = full
    const nearest = await near(t, full)
    const first = await full.newcomer('the newcomer')
    await first.ask('ping')
    await house.untilRead()
    t.doing(
      `Nodes 1 to ${K}, all of them good, fill a bucket that does not have your own id in its range. A newcomer sent a ping, and answers all pings.`,
    )
    const nodes = [...full.far, nearest]
    // Whatever the program has done, it did before that.
    if (elapsed() - started >= goodMs - EARLY_MS) throw new TooBusy()
    judgeUnasked(t, nodes)
    await expectTable(t, house, {
      nodes,
      others: [[first, 'all nodes of the bucket are good: drop the newcomer.']],
      missing: 'a newcomer pushes out no good node.',
    })
    await stillThere(t, full, nearest)
  })
}

/** Later, all of them are questionable, and answer. */
async function stillThere(t: CheckContext, full: Full, nearest: Neighbor): Promise<void> {
  const { house } = full
  const order = await seenAgain(t, full.far)
  const { goodMs } = house.rules
  await pause(goodMs + EARLY_MS)
  const held: Held[] = []
  for (const one of full.far) one.react = query => void held.push({ one, query })
  const second = await full.newcomer('the second newcomer')
  const began = elapsed()
  await house.introduce(second)
  const [first, awake, last] = order as [Neighbor, Neighbor, Neighbor]
  const story = `After goodMs without a sign of life, a newcomer sent a ping, and answered yours. The nodes of its full bucket were last seen in this order: ${order.map(({ name }) => name).join(', ')}.`
  const expectOne = async (due: Neighbor, index: number, place: string) => {
    await expectPing(t, house, held, due, index, place)
    await house.untilRead()
    if (held.length > index + 1) failTooMany(t, held.slice(index), due)
  }
  t.doing(`${story} None has answered so far.`)
  await expectOne(first, 0, 'first')
  const asked = elapsed()
  await awake.ask('ping')
  await house.untilRead()
  t.doing(
    `${story} While your program waited for ${first.name}, ${awake.name} sent a ping. Then ${first.name} answered.`,
  )
  await first.answer(held[0]!.query)
  await house.comes(() => held.length > 1)
  const judgeAwake = () => {
    if (!held.some(({ one }) => one === awake)) return
    if (elapsed() - asked >= goodMs - EARLY_MS) throw new TooBusy()
    failAwake(t, awake)
  }
  judgeAwake()
  await expectOne(last, 1, 'next')
  await last.answer(held[1]!.query)
  await house.untilRead()
  judgeAwake()
  for (const one of full.far) one.react = query => one.answer(query)
  t.doing(
    'A newcomer found its bucket full of questionable nodes. One of them sent a ping, and your program pinged the others, which answered.',
  )
  await expectTable(t, house, {
    nodes: [...full.far, nearest],
    others: [[second, 'all nodes of the bucket are good again: drop the newcomer.']],
    missing: 'a node that answers stays in the table.',
  })
  t.doing('The nodes of the far bucket have just answered pings. Another node sent find_node.')
  const asker = await house.neighbor('an asker')
  asker.react = () => {}
  const target = full.far[0]!.id
  const found = await foundNodes(t, asker, target)
  if (elapsed() - began >= goodMs - EARLY_MS) throw new TooBusy()
  judgeNodes(t, found, {
    // Of the near node nobody has heard for goodMs.
    nodes: full.far,
    target,
    k: K,
    hint: 'nodes that have answered a ping within goodMs are good, and find_node returns good ones only.',
  })
}

function failAwake(t: CheckContext, awake: Neighbor): never {
  return t.fail({
    op: 'listen',
    expected: `no ping to ${awake.name}: it is good again since its query.`,
    got: 'one.',
    hint: 'do you look whether a node is good when its turn comes? It may have sent a query while you waited for another one.',
  })
}

export async function expectPing(
  t: CheckContext,
  house: House,
  held: readonly Held[],
  due: Neighbor,
  index: number,
  place: string,
): Promise<void> {
  if (!(await house.comes(() => held.length > index))) {
    t.fail({
      op: 'listen',
      expected: `a ping to ${due.name}, the ${place} one.`,
      got: 'no ping.',
      hint:
        index === 0
          ? 'the newcomer has answered, and its bucket is full: are the nodes that you have not heard of for goodMs pinged now?'
          : 'this one has answered, so ping the next questionable one, until one fails or none is left.',
    })
  }
  const { one, query } = held[index]!
  if (one !== due) {
    t.fail({
      op: 'listen',
      expected: `a ping to ${due.name}, the least recently seen of those that you have not asked yet.`,
      got: `one to ${one.name}.`,
      hint: 'the least recently seen node comes first. A query from a node is a sign of life, too: keep the time of the last one of each node.',
    })
  }
  if (query.method !== 'ping') {
    t.fail({
      op: 'listen',
      expected: 'a ping.',
      got: `${query.method}.`,
      hint: 'ping asks for nothing but a sign of life.',
    })
  }
}

function failTooMany(t: CheckContext, held: readonly { one: Neighbor }[], due: Neighbor): never {
  return t.fail({
    op: 'listen',
    expected: `nothing more before ${due.name} has answered.`,
    got: `${held.length} pings at once, to ${held.map(({ one }) => one.name).join(' and ')}.`,
    hint: 'ping the questionable nodes one after another: most of the time, the first one decides.',
  })
}
