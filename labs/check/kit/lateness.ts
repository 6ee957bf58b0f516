/** How late a program and the checker are on this machine: what a time-out has to be measured against. */
import { pause } from './deadline.ts'
import { CheckFailure } from './finding.ts'
import { TooBusy } from './patience.ts'

/** How often the checker asks, in milliseconds. Each time costs the program and the checker a message. */
const EVERY_MS = 10

/** All moments are those of performance.now(), all times milliseconds. */
export interface Lateness {
  /**
   * The most by which the program, or the checker, was late with something that it had to do between `from` and `to`. So late may a timer of the program's
   * have been, or what the checker sent and read. Left out: from the beginning until now.
   */
  most(from?: number, to?: number): number
  /** By so much at least, things were late half of the time since `from`: the machine as it mostly is. */
  typical(from?: number): number
  /** The longest time since `from` in which nothing was late by `late` or more. */
  quiet(late: number, from?: number): number
  stop(): void
}

/** One look: it is over when the program has answered, and a pause of the checker's is over, too. */
interface Look {
  from: number
  to: number
}

/** Watches until `stop`, or until the program ends. One that hangs is later from moment to moment. */
export function watchLateness(signOfLife: () => Promise<unknown>, everyMs = EVERY_MS): Lateness {
  const past: Look[] = []
  let began = performance.now()
  let over = false
  const stop = () => {
    if (!over) past.push({ from: began, to: performance.now() })
    over = true
  }
  const watch = async () => {
    while (!over) {
      began = performance.now()
      await signOfLife()
      await pause(everyMs)
      if (!over) past.push({ from: began, to: performance.now() })
    }
  }
  // A program that has ended, or hangs: its call says so.
  watch().catch(stop)

  const looks = (from = 0): Look[] => {
    const all = over ? past : [...past, { from: began, to: performance.now() }]
    return all.filter(look => look.to >= from)
  }
  /** What was late before `from` is over then. */
  const lateBy = (look: Look, from = 0) =>
    Math.max(0, Math.min(look.to - look.from - everyMs, look.to - from))
  return {
    most: (from, to = Infinity) =>
      looks(from)
        .filter(look => look.from <= to)
        .reduce((most, look) => Math.max(most, lateBy(look, from)), 0),
    typical(from) {
      const times = looks(from).map(look => lateBy(look, from))
      return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
    },
    quiet(late, from) {
      const all = looks(from)
      let begin = Math.max(from ?? 0, all[0]?.from ?? 0)
      let longest = 0
      for (const look of all) {
        if (lateBy(look, from) >= late) begin = look.to
        else longest = Math.max(longest, look.to - begin)
      }
      return longest
    },
    stop,
  }
}

/** The most by which anything was late until `end`, which may reject, or until the program gives no sign of life any more. */
export async function lateUntil(end: Promise<unknown>, signOfLife: () => Promise<unknown>): Promise<number> {
  const gone = Promise.withResolvers<undefined>()
  const lateness = watchLateness(() =>
    signOfLife().catch((error: unknown) => {
      gone.resolve(undefined)
      throw error
    }),
  )
  await Promise.race([end.catch(() => {}), gone.promise])
  lateness.stop()
  return lateness.most()
}

/** Runs an attempt. What fails while anything was late by more than `ms` proves nothing: then it throws TooBusy. */
export async function unlessLate<T>(
  ms: number,
  signOfLife: () => Promise<unknown>,
  attempt: () => Promise<T>,
): Promise<T> {
  const lateness = watchLateness(signOfLife)
  try {
    return await attempt()
  } catch (error) {
    if (error instanceof CheckFailure && lateness.most() > ms) throw new TooBusy()
    throw error
  } finally {
    lateness.stop()
  }
}
