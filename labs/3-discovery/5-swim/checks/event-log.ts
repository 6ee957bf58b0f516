/** The program's events about members, all of them kept, with the time at which they came. */
import type { CheckContext } from '../../../check/kit/check.ts'
import type { Program } from '../../../check/engine/program.ts'
import { CheckFailure } from '../../../check/kit/finding.ts'
import { parseEvent } from '../../../exercise/op.ts'
import type { SwimUpdate } from '../../../exercise/swim-message.ts'
import exercise from '../exercise.ts'

const { member } = exercise.events

export interface Noted extends SwimUpdate {
  /** In ms of performance.now(). */
  at: number
}

export interface EventLog {
  readonly all: readonly Noted[]
  /** Resolves with the first event from number `from` on that fits. */
  next(fits: (event: Noted) => boolean, from?: number): Promise<Noted>
}

export function eventLog(t: CheckContext, program: Program): EventLog {
  const all: Noted[] = []
  const waiting = new Set<{ fits: (event: Noted) => boolean; resolve: (event: Noted) => void }>()
  const take = async (): Promise<never> => {
    for (;;) {
      const { data } = await program.told.next(member.name)
      const { values, misfit } = parseEvent(member, data)
      if (misfit) throw new CheckFailure(misfit)
      const noted = { ...values, at: performance.now() }
      all.push(noted)
      for (const waiter of waiting) if (waiter.fits(noted)) waiter.resolve(noted)
    }
  }
  take().catch((error: unknown) => t.broken(error as Error))
  return {
    all,
    next(fits, from = 0) {
      const found = all.slice(from).find(fits)
      if (found) return Promise.resolve(found)
      return new Promise(resolve => {
        const waiter = {
          fits,
          resolve(event: Noted) {
            waiting.delete(waiter)
            resolve(event)
          },
        }
        waiting.add(waiter)
      })
    },
  }
}
