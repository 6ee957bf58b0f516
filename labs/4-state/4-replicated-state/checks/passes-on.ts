import { playNode } from '../../../check/cluster/played-node.ts'
import type { Check } from '../../../check/kit/check.ts'
import { createModel, type State } from './model.ts'
import { expectChanged, expectNothing, expectRead, expectState, startReplica } from './replica.ts'

const HINT = 'what was new to you in a message goes to all peers except the one that it came from.'
const MERGED = 'pass it on as it is in your state now, so with the greater plus and the greater minus.'
const READS = {
  counter: 'merge the counts of each replica: the greater plus, and the greater minus.',
  entries: 'merge the entry of each key: the greater time wins.',
}

/** n2 sends states to the program; n3 and n4 see what it passes on. */
export const passesOn: Check = async t => {
  const { random } = t
  const replica = await startReplica(t, { peers: 3 })
  const [n2, n3, n4] = replica.peers as [
    (typeof replica.peers)[0],
    (typeof replica.peers)[0],
    (typeof replica.peers)[0],
  ]
  const model = createModel()
  const name = random.bytes(4).toString('hex')
  const a = `n2-${name}`
  const b = `n8-${name}`
  const time = Date.now() + random.int(-1_000_000, 1_000_000)
  const message = ({ counts = [], entries = [] }: Partial<State>) => ({ type: 'state', counts, entries })

  const changes = async (what: string, sent: Partial<State>, expected: Partial<State>, hint = HINT) => {
    t.doing(`n2 sent your program ${what}.`)
    n2.send(message(sent))
    model.merge(sent)
    for (const peer of [n3, n4]) await expectState(t, peer, { what: 'what was new', state: expected, hint })
    await expectChanged(t, replica, model, `after ${what}`)
    await replica.settled()
    expectNothing(t, replica.peers, {
      when: 'after one message with what was new',
      hint: 'n2 knows what it has sent itself.',
    })
  }
  const changesNothing = async (what: string, sent: Partial<State>, from = n2) => {
    t.doing(`${from.id} sent your program ${what}.`)
    from.send(message(sent))
    await replica.settled()
    expectNothing(t, replica.peers, {
      when: `when ${from.id} sends ${what}`,
      hint: 'if a message changes nothing, send nothing: otherwise two nodes tell each other the same for ever.',
    })
    if (replica.program.told.waiting().length > 0)
      t.fail({
        expected: `no event changed after ${what}.`,
        got: 'one.',
        hint: 'is anything different after the merge?',
        spoke: true,
      })
    await expectRead(t, replica, model, READS)
  }

  const count = { replica: a, plus: random.int(10, 99), minus: random.int(10, 99) }
  const color = { key: `color-${name}`, value: 'red', time, replica: a }
  await changes(
    'a new count and a new entry',
    { counts: [count], entries: [color] },
    { counts: [count], entries: [color] },
  )
  await changesNothing('the same state again', { counts: [count], entries: [color] })
  await changesNothing(
    'the same state, which it had from the program',
    { counts: [count], entries: [color] },
    n3,
  )
  await changesNothing('an empty state', {})

  const size = { key: `size-${name}`, value: 'large', time: time - 50, replica: b }
  const older = { ...color, value: 'blue', time: time - 1 }
  await changes(
    'a new entry, together with old ones',
    { counts: [count], entries: [older, size, color] },
    { entries: [size] },
  )
  await changesNothing('an older entry of a key', { entries: [older] })

  const mixed = { replica: a, plus: count.plus - random.int(1, 9), minus: count.minus + random.int(1, 9) }
  const merged = { counts: [{ replica: a, plus: count.plus, minus: mixed.minus }] }
  await changes('a count with a smaller plus and a greater minus', { counts: [mixed] }, merged, MERGED)
  await changesNothing('an older count', { counts: [count, { ...mixed, plus: 0 }] })

  const first = { ...color, value: 'green', time: time + 2 }
  const second = { ...color, value: 'gray', time: time + 1 }
  await changes('two entries of one key in one message', { entries: [first, second] }, { entries: [first] })

  t.doing('n9, which is not one of your peers, connected and sent your program a new entry.')
  const n9 = await playNode(t, { id: 'n9', of: 'n1' })
  await n9.dial(replica.port)
  const weight = { key: `weight-${name}`, value: null, time, replica: b }
  n9.send(message({ entries: [weight] }))
  model.merge({ entries: [weight] })
  for (const peer of replica.peers)
    await expectState(t, peer, { what: 'what was new', state: { entries: [weight] }, hint: HINT })
  await expectChanged(t, replica, model, 'after the new entry')
  await expectRead(t, replica, model, READS)
}
