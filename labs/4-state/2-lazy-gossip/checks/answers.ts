/** What the program answers to getdata. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { NEVER_MS } from '../../../check/kit/patience.ts'
import { named, openHouse, someData, someIds } from './house.ts'
import { idOf, MSG_BLOCK } from './inventory.ts'

export async function answers(t: CheckContext): Promise<void> {
  // Nothing is announced meanwhile: what a node has, it gives, whether its inv has gone out or not.
  const house = await openHouse(t, { announceMs: NEVER_MS })
  const giver = await house.dial('peer A')
  const asker = await house.dial('peer B')
  const own = [someData(t), Buffer.alloc(0), t.random.bytes(100_000)]
  for (const data of own) {
    await house.publish(data)
    await house.expectDelivered(data)
  }
  const given = someData(t)
  t.doing('Peer A announced an id.')
  await giver.inv(idOf(given))
  await house.expectAsked(giver, [idOf(given)], 'ask for what you do not have.')
  await giver.tx(given)
  await house.expectDelivered(given)
  const [waitedFor] = someIds(t, 1) as [string]
  await giver.inv(waitedFor)
  await house.expectAsked(giver, [waitedFor], 'ask for what you do not have.')
  const has = [...own, given]
  const lacks = [waitedFor, ...someIds(t, t.random.int(2, 5))]
  const block = { type: MSG_BLOCK, id: idOf(given) }
  for (const again of ['', ' once more']) {
    const before = asker.data.length
    const missingBefore = asker.missing.length
    const notfoundsBefore = asker.notfounds
    t.doing(
      `${asker.name[0]!.toUpperCase()}${asker.name.slice(1)} sent a getdata for ${has.length} ids that your program has, ${lacks.length} that it does not have, and a block${again}.`,
    )
    await asker.getdata(...t.random.shuffle([...has.map(idOf), ...lacks, block]))
    await house.until(
      () =>
        (asker.data.length - before >= has.length && asker.missing.length - missingBefore >= lacks.length) ||
        asker.stopped() !== undefined,
    )
    const got = asker.data.slice(before)
    const lacking = has.filter(data => !got.some(one => one.equals(data)))
    if (lacking.length > 0 || got.length > has.length) {
      t.fail({
        op: 'start',
        expected: `a tx with its data for each of the ${count(has.length, 'id')} that your program has.`,
        got:
          lacking.length > 0
            ? `${count(got.length, 'tx message')}, and none with the data of ${named(lacking.map(idOf))}, of ${count(lacking[0]!.length, 'byte')}.`
            : `${count(got.length, 'tx message')}.`,
        hint: 'one getdata can ask for several ids. Answer also for data that came from a peer, and for data that is empty.',
      })
    }
    const missing = asker.missing.slice(missingBefore)
    const silent = lacks.filter(id => !missing.includes(id))
    const wrong = missing.filter((id, i) => !lacks.includes(id) || missing.indexOf(id) < i)
    const notfounds = asker.notfounds - notfoundsBefore
    if (silent.length === 0 && wrong.length === 0 && notfounds > 1) {
      t.fail({
        op: 'start',
        expected: `one notfound with the ${count(lacks.length, 'id')} that your program does not have.`,
        got: `${notfounds} notfound messages.`,
        hint: 'collect the ids that you do not have while you answer the others, and send them in one message.',
      })
    }
    if (silent.length === 0 && wrong.length === 0) continue
    t.fail({
      op: 'start',
      expected: `notfound with the ${count(lacks.length, 'id')} that your program does not have.`,
      got:
        wrong.length > 0
          ? `also ${named(wrong)}.`
          : missing.length === 0
            ? 'no notfound.'
            : `notfound with ${named(missing)}, without ${named(silent)}.`,
      hint:
        wrong[0] === block.id
          ? 'ignore entries of other types: in a notfound, too.'
          : 'collect the ids that you do not have while you answer the others. Data that you wait for is data that you do not have.',
    })
  }
}
