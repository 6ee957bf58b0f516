/** Peers that announce and do not deliver. */
import type { Program } from '../../../check/engine/program.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { watchLateness } from '../../../check/kit/lateness.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import type { Contact } from './contact.ts'
import { openHouse, someData, someIds, type House } from './house.ts'
import { idOf } from './inventory.ts'

const FIRST = 'ask the peer that announced it first.'
const WAITS = 'you wait for this id already: note the peer, and ask nobody else for now.'
const NEXT = 'when the peer that you asked does not deliver, ask the next one that has announced the id.'
const AT_ONCE = `${NEXT} After notfound, or the end of the connection, at once: requestMs is for peers that say nothing.`
const ANEW = 'when nobody is left to ask, forget the id: the next announcement begins anew.'

export async function fallsBack(t: CheckContext): Promise<void> {
  await atOnce(t)
  await withTime(t, (ms, program) => timesOut(t, ms, program))
}

const TURN =
  'a peer gets one turn for each id: while you wait, a repeated announcement changes nothing, also when the turn is over.'

/** The peers announce it one after the other; the first one is asked. */
async function announce(
  t: CheckContext,
  house: House,
  id: string,
  contacts: readonly Contact[],
): Promise<void> {
  const [first, ...others] = contacts as [Contact, ...Contact[]]
  t.doing(
    `${capital(first.name)} announced an id${others.length > 0 ? `, and then ${others.map(({ name }) => name).join(', ')}` : ''}.`,
  )
  await first.inv(id)
  await house.expectAsked(first, [id], FIRST)
  for (const other of others) {
    await other.inv(id)
    await house.expectNotAsked(other, WAITS)
  }
}

/** Only peers that say that they have nothing: requestMs is longer than the check. */
async function atOnce(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const names = ['peer A', 'peer B', 'peer C', 'peer D', 'peer E', 'peer F']
  const contacts: Contact[] = []
  for (const name of names) contacts.push(await house.dial(name))
  const [a, b, c, d, e, f] = t.random.shuffle(contacts) as [
    Contact,
    Contact,
    Contact,
    Contact,
    Contact,
    Contact,
  ]
  const data = someData(t)
  const id = idOf(data)
  await announce(t, house, id, [a, b])
  // It changes nothing, also when the others are asked.
  await a.inv(id)
  await house.fence(a)
  for (const other of [c, d, e]) {
    await other.inv(id)
    await house.expectNotAsked(other, WAITS)
  }
  const order = `${a.name}, ${b.name}, ${c.name}, ${d.name} and ${e.name} announced an id in this order, and your program asked ${a.name}.`
  const said = capital(order)
  t.doing(`${said} Then ${f.name}, which had not announced it, sent notfound for it.`)
  await f.notfound(id)
  await house.fence(f)
  for (const contact of [b, c])
    await house.expectNotAsked(contact, 'only the notfound of the peer that you asked means anything.')
  t.doing(`${said} Then ${d.name} closed its connection, and ${a.name} sent notfound.`)
  d.peer.destroy()
  await house.until(() => d.stopped() !== undefined)
  await a.notfound(id)
  await house.expectAsked(b, [id], AT_ONCE)
  // It is not the one that was asked any more, and has had its turn.
  await a.notfound(id)
  await a.inv(id)
  await house.fence(a)
  await house.expectNotAsked(c, `${NEXT} Only one at a time, in the order in which they announced it.`)
  t.doing(
    `${said} ${capital(a.name)} sent notfound. Your program asked ${b.name}, which closed its connection.`,
  )
  b.peer.destroy()
  await house.expectAsked(c, [id], `${AT_ONCE} A peer gets one turn for each id.`)
  t.doing(`${said} In the end it asked ${c.name}, which sent notfound.`)
  await c.notfound(id)
  await house.expectAsked(
    e,
    [id],
    `${AT_ONCE} A peer whose connection has ended has no turn any more, and the others keep theirs.`,
  )
  t.doing(
    `${said} Your program asked them one after the other, and nobody delivered. ${capital(a.name)} had announced the id again when its turn was over.`,
  )
  await house.expectNotAsked(a, TURN)
  await e.notfound(id)
  await house.fence(e)
  await house.expectNotAsked(a, TURN)
  t.doing(`${said} Nobody delivered it. Then ${f.name} announced it.`)
  await f.inv(id)
  await house.expectAsked(f, [id], ANEW)
  await f.tx(data)
  await house.expectDelivered(data)

  const two = someIds(t, 2)
  t.doing(
    `${capital(c.name)} and then ${e.name} announced two ids. Then ${c.name} sent a notfound with both, and with an id that it had not announced.`,
  )
  await c.inv(...two)
  await house.expectAsked(c, two, FIRST)
  await e.inv(...two)
  await house.expectNotAsked(e, WAITS)
  await c.notfound(...someIds(t, 1), ...t.random.shuffle(two))
  await house.expectAsked(e, two, `${AT_ONCE} One notfound can hold several ids.`)

  const [gone, lost] = someIds(t, 2) as [string, string]
  t.doing(
    `${capital(a.name)} announced an id, sent notfound when it was asked for it, and announced it again.`,
  )
  await announce(t, house, gone, [a])
  await a.notfound(gone)
  await a.inv(gone)
  await house.expectAsked(a, [gone], ANEW)
  t.doing(
    `${capital(a.name)} announced an id, and closed its connection when it was asked for it. Then ${c.name} announced the id.`,
  )
  await announce(t, house, lost, [a])
  a.peer.destroy()
  await house.until(() => a.stopped() !== undefined)
  await house.fence(c)
  await c.inv(lost)
  await house.expectAsked(c, [lost], ANEW)
}

const capital = (text: string) => text[0]!.toUpperCase() + text.slice(1)

/** In milliseconds: a timer may fire a little early. */
const CLOCK_MS = 2
/** What is due after requestMs is given up after so many times requestMs. */
const OVERDUE = 10
/** What a peer announces while it does not deliver, at most. */
const MORE = 20

async function timesOut(t: CheckContext, requestMs: number, given: Program): Promise<void> {
  // The first one was started for `atOnce`.
  const program = given === t.program ? await t.another() : given
  const house = await openHouse(t, { requestMs, program })
  const [a, b, c] = [await house.dial('peer A'), await house.dial('peer B'), await house.dial('peer C')]
  const data = someData(t)
  const delivered = someData(t)
  const [id, done, mark] = [idOf(data), idOf(delivered), someIds(t, 1)[0]!]
  // Both ask for this one and get it: nothing is due for it any more.
  await announce(t, house, done, [a, b])
  await a.tx(delivered)
  await house.expectDelivered(delivered)

  const begun = performance.now()
  await a.inv(id)
  await b.inv(id)
  await c.inv(mark)
  await house.expectAsked(a, [id], FIRST)
  await house.expectAsked(c, [mark], FIRST)
  await b.inv(mark)
  await c.inv(id)
  for (const contact of [b, c]) await house.fence(contact)
  // All of it has to be there before the first time-out.
  if (performance.now() - begun > requestMs / 2) throw new TooBusy()
  await pause(Math.max(0, requestMs * 0.6 - (performance.now() - begun)))
  // Before it is sent: the program cannot ask peer B earlier than this, however late the checker goes on.
  const askedAt = performance.now()
  await a.notfound(id)
  // Asked for `id` now, and for `mark` when the time-out of C is over, which began earlier.
  const of = (contact: Contact, one: string) => contact.asked.includes(one)
  const told = `With requestMs ${requestMs}, peers A, B and C announced an id in this order. Peer A sent notfound ${Math.round(askedAt - begun)} ms later, and peer B, which was asked then, nothing.`
  await house.until(() => of(b, id) || of(b, mark), 1_500)
  if (!of(b, id)) {
    if (performance.now() - begun >= requestMs) throw new TooBusy()
    t.doing(told)
    t.fail({ op: 'start', expected: 'a getdata to peer B for the id.', got: 'none.', hint: AT_ONCE })
  }
  if (performance.now() - begun > requestMs - CLOCK_MS) throw new TooBusy()
  // Each brings it a getdata, which must not put off the time-out of the one before.
  const more = someIds(t, MORE)
  let moreAt = askedAt
  const announceMore = () => {
    if (performance.now() - moreAt < requestMs * 0.4 || more.length === 0) return
    moreAt = performance.now()
    void b.inv(more.pop()!)
  }
  const lateness = watchLateness(() => program.signOfLife())
  await house
    .until(
      () => {
        if (!of(c, id)) announceMore()
        return of(c, id)
      },
      (requestMs * OVERDUE) / 2,
    )
    .finally(lateness.stop)
  const readAt = performance.now()
  t.doing(told)
  if (!of(c, id) && (await house.until(() => of(c, id), (requestMs * OVERDUE) / 2))) {
    t.fail({
      op: 'start',
      expected: `a getdata to peer C for the id, ${requestMs} ms after peer B was asked.`,
      got: `none for ${Math.round(readAt - askedAt)} ms, as long as peer B announced other ids, and your program asked for these.`,
      hint: 'each getdata has a time-out of its own: a later one to the same peer does not put it off.',
    })
  }
  if (!of(c, id)) {
    t.fail({
      op: 'start',
      expected: `a getdata to peer C for the id, ${requestMs} ms after peer B was asked.`,
      got: 'none, although your program runs.',
      hint: `${NEXT} When no answer comes within requestMs, too: for each peer that you ask.`,
    })
  }
  if (readAt - askedAt < requestMs - CLOCK_MS) {
    t.fail({
      op: 'start',
      expected: `that your program waits ${requestMs} ms for peer B before it asks peer C.`,
      got: `a getdata to peer C ${Math.round(readAt - askedAt)} ms after peer A sent notfound.`,
      hint: 'each getdata has a time-out of its own: when you ask the next peer, does the time-out of the one before still run?',
    })
  }
  // What came at the right time may have been sent too early, and have waited here.
  if (lateness.most() > requestMs * 0.3) throw new TooBusy()
  t.doing(`${told} Peer C had announced another id before, and peer B after it; peer C sent nothing.`)
  await house.until(() => of(b, mark), requestMs * OVERDUE)
  if (!of(b, mark)) {
    t.fail({
      op: 'start',
      expected: 'a getdata to peer B for this id.',
      got: 'none, although your program runs.',
      hint: NEXT,
    })
  }
  t.doing(
    `Peers A and B announced an id, and peer A sent its data. ${Math.round(performance.now() - begun)} ms later, requestMs was over.`,
  )
  if (of(b, done)) {
    t.fail({
      op: 'start',
      expected: 'no getdata to peer B for this id: the data has come.',
      got: 'one.',
      hint: 'when data comes, nobody is asked for it any more: end its time-out.',
    })
  }
  await late(t, house, [a, b, c], { data, id })
}

/** Nobody has delivered; now one of them does. */
async function late(
  t: CheckContext,
  house: House,
  [a, , c]: readonly [Contact, Contact, Contact],
  { data, id }: { data: Buffer; id: string },
): Promise<void> {
  const again = () => c.asked.filter(one => one === id).length > 1
  t.doing(
    `Peer C was the last one that was asked for an id. It sent nothing for requestMs, and announced the id again.`,
  )
  // Until the id is forgotten, an announcement changes nothing.
  const done = await house.until(() => {
    if (!again()) void c.inv(id)
    return again()
  }, house.options.requestMs * OVERDUE)
  if (!done) {
    t.fail({
      op: 'start',
      expected: 'a getdata to peer C for the id, once more.',
      got: 'none, although your program runs.',
      hint: ANEW,
    })
  }
  t.doing('Peer A, whose turn was long over, sent data that your program was waiting for.')
  await a.tx(data)
  await house.expectDelivered(data, 'data counts whoever sends it, and however late.')
}
