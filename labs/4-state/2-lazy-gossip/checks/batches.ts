/** Announcements are collected for a while. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count } from '../../../check/kit/finding.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import type { Contact } from './contact.ts'
import { named, openHouse, someData, type House } from './house.ts'

/** In one go. */
const BURST = 16
/** While this many times announceMs pass, something is published again and again. */
const PERIODS = 4
const PER_PERIOD = 5

const WITHIN =
  'what becomes new within announceMs goes to a peer in one inv. Does the first new id start a timer, and do the next ones wait for it, too?'

export const batches = (t: CheckContext): Promise<void> =>
  withTime(t, async (announceMs, program) => {
    const house = await openHouse(t, { announceMs, program })
    const contacts = [await house.dial('peer A'), await house.dial('peer B')]
    const { ids, late } = await burst(t, house, contacts)
    await stream(t, house, contacts[0]!)
    if (late) await expectNewer(t, house, late, ids)
  })

interface Burst {
  ids: readonly string[]
  /** A peer that came when they were new, and not announced yet; undefined when an inv was as quick. */
  late: Contact | undefined
}

async function burst(t: CheckContext, house: House, contacts: readonly Contact[]): Promise<Burst> {
  const { announceMs } = house.options
  const ids: string[] = []
  const begun = performance.now()
  for (let i = 0; i < BURST; i++) ids.push(await house.publish(someData(t)))
  const took = performance.now() - begun
  t.doing(`With announceMs ${announceMs}, the checker published ${BURST} times within ${Math.ceil(took)} ms.`)
  // The periods that began in this time, and one before, which a program may have begun with its start.
  const most = Math.floor(took / announceMs) + 2
  if (most > BURST / 4) throw new TooBusy()
  const late = await house.dial('peer C')
  const isEarly = contacts.every(({ told }) => !told.includes(ids.at(-1)!))
  const ready = performance.now() - begun
  for (const contact of contacts) {
    await house.expectTold(contact, ids, 'announce all that was published, to all peers.')
    if (contact.invs <= most) continue
    t.fail({
      op: 'publish',
      expected: `at most ${count(most, 'inv')} to ${contact.name}.`,
      got: `${contact.invs}.`,
      hint: WITHIN,
    })
  }
  if (ready > announceMs * 0.8) throw new TooBusy()
  return { ids, late: isEarly ? late : undefined }
}

async function expectNewer(
  t: CheckContext,
  house: House,
  late: Contact,
  ids: readonly string[],
): Promise<void> {
  const { announceMs } = house.options
  t.doing(
    `With announceMs ${announceMs}, the checker published ${BURST} times. Then peer C connected, before your program announced the data to the others.`,
  )
  await house.fence(late)
  const told = late.told.filter(id => ids.includes(id))
  if (told.length === 0) return
  t.fail({
    op: 'publish',
    expected: 'an inv to peer C with newer data alone.',
    got: `also ${named(told)}.`,
    hint: 'a peer that connects later hears only of newer data, also when the inv to the others still waits. Is there a list of what to announce for each peer?',
  })
}

/** There is always something new, and what was first must not wait for the last. */
async function stream(t: CheckContext, house: House, contact: Contact): Promise<void> {
  const { announceMs } = house.options
  const first = await house.publish(someData(t))
  const begun = performance.now()
  let published = 1
  let last = begun
  const isTold = () => contact.told.includes(first)
  // In a longer one, a program that waits until nothing is new any more would have announced it.
  const isGap = (now: number) => now - last > announceMs * 0.6
  for (let i = 0; i < PERIODS * PER_PERIOD && !isTold(); i++) {
    await pause(announceMs / PER_PERIOD)
    await house.publish(someData(t))
    published++
    const now = performance.now()
    if (isGap(now)) throw new TooBusy()
    last = now
  }
  if (isGap(performance.now())) throw new TooBusy()
  t.doing(
    `With announceMs ${announceMs}, the checker published ${published} times, one after the other, within ${Math.round(performance.now() - begun)} ms.`,
  )
  await house.fence(contact)
  if (isTold()) return
  t.fail({
    op: 'publish',
    expected: `an inv with the first id, ${announceMs} ms after it became new.`,
    got: 'none, as long as the checker published more.',
    hint: 'does each new id start the timer again? The first one starts it, and what comes until it ends goes along.',
  })
}
