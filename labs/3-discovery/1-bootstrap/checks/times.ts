/** When a node was last seen, as others say. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { addressOf, invented, now, type Entry } from './addr.ts'
import { askForAddresses } from './answer.ts'
import { openHouse } from './house.ts'

const MINUTE = 60
const DAY = 24 * 60 * MINUTE
const OLD = 5 * DAY
/** The program may have handled the addr a little later. In seconds. */
const SLACK = 5 * MINUTE

/** The last one that fits into a u32. */
const LAST = 2 ** 32 - 1

interface Case {
  what: string
  /** The times that the address comes with, one after the other, in seconds from now, but not later than LAST. */
  times: readonly number[]
  /** In seconds from now; within SLACK where it was corrected. */
  then: number
  corrected?: true
  hint: string
}

const FUTURE = 'a time more than 10 minutes in the future becomes 5 days ago. It is in seconds.'
const LATER = 'when you hear of a known address again, keep the later of the two times.'

const CASES: readonly Case[] = [
  { what: '16 minutes in the future', times: [16 * MINUTE], then: -OLD, corrected: true, hint: FUTURE },
  { what: 'a year in the future', times: [365 * DAY], then: -OLD, corrected: true, hint: FUTURE },
  {
    what: `in the year 2106, ${LAST}`,
    times: [LAST],
    then: -OLD,
    corrected: true,
    hint: 'a time is a u32. Read as a signed number, it is in the past from 2038 on.',
  },
  {
    what: '7 minutes in the future',
    times: [7 * MINUTE],
    then: 7 * MINUTE,
    hint: 'clocks differ: up to 10 minutes in the future are left as they are.',
  },
  {
    what: '20 days ago',
    times: [-20 * DAY],
    then: -20 * DAY,
    hint: 'only times in the future are corrected.',
  },
  {
    what: 'an hour ago, and then half an hour ago',
    times: [-60 * MINUTE, -30 * MINUTE],
    then: -30 * MINUTE,
    hint: LATER,
  },
  {
    what: 'half an hour ago, and then an hour ago',
    times: [-30 * MINUTE, -60 * MINUTE],
    then: -30 * MINUTE,
    hint: LATER,
  },
  {
    what: 'two days ago, and then a day in the future',
    times: [-2 * DAY, DAY],
    then: -2 * DAY,
    hint: 'correct a time before you compare it: a day in the future is 5 days ago, which is not later.',
  },
  {
    what: 'a day in the future, and then two days ago',
    times: [DAY, -2 * DAY],
    then: -2 * DAY,
    hint: 'correct a time before you note it: a day in the future is 5 days ago, and two days ago is later than that.',
  },
]

export async function times(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const teller = await house.dial('a peer')
  const entries = invented(t.random, CASES.length)
  const begun = now()
  const round = (i: number): Entry[] =>
    t.random.shuffle(
      CASES.flatMap(({ times: all }, at) =>
        all[i] === undefined ? [] : [{ ...entries[at]!, time: Math.min(begun + all[i], LAST) }],
      ),
    )
  t.doing(`A peer told your program ${CASES.length} addresses with different times, some of them twice.`)
  await house.tell(teller, round(0))
  await house.tell(teller, round(1))
  await house.settle(teller)
  const asker = await house.dial('another peer')
  const answer = await askForAddresses(t, house, asker)
  for (const [i, { what, then, corrected, hint }] of CASES.entries()) {
    const address = addressOf(entries[i]!)
    t.doing(
      `A peer told your program the address ${address} with a time ${what}. Then another one asked for addresses.`,
    )
    const found = answer.entries.find(entry => addressOf(entry) === address)
    const expected = begun + then
    const off = found ? found.time - expected : Infinity
    if (found && off >= 0 && off <= (corrected ? SLACK : 0)) continue
    t.fail({
      op: 'start',
      expected: `${address} with the time ${expected}${corrected ? ' or a little later' : ''}, which is ${ago(then)}.`,
      got: found ? `the time ${found.time}, which is ${ago(found.time - begun)}.` : 'no such address.',
      hint,
    })
  }
}

function ago(seconds: number): string {
  const [amount, unit] =
    Math.abs(seconds) >= 2 * DAY ? [seconds / DAY, 'days'] : [seconds / MINUTE, 'minutes']
  const rounded = Math.round(Math.abs(amount) * 10) / 10
  return seconds > 0 ? `${rounded} ${unit} in the future` : `${rounded} ${unit} ago`
}
