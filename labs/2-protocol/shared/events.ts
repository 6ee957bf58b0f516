/** Events about one thing among others: one connection, say. Events about the rest may be a stranger's, or are taken later. */
import type { CheckContext } from '../../check/kit/check.ts'
import type { Program } from '../../check/engine/program.ts'
import type { EventKind, Fields, Values } from '../../exercise/op.ts'

export interface Events {
  /** The next event of the kind that fits. Fails as `t.event` does when none comes. */
  next<D extends Fields>(
    kind: EventKind<D>,
    fits: (data: Values<D>) => boolean,
    options: { about: string; hint?: string; ms?: number },
  ): Promise<Values<D>>
  /** The data of all events of this name that nobody took. */
  waiting(name: string): readonly unknown[]
}

export function eventsOf(t: CheckContext, program: Program): Events {
  const kept: { name: string; data: unknown }[] = []
  return {
    async next(kind, fits, options) {
      type Data = Parameters<typeof fits>[0]
      const at = kept.findIndex(({ name, data }) => name === kind.name && fits(data as Data))
      if (at >= 0) return kept.splice(at, 1)[0]!.data as Data
      for (;;) {
        const data = await t.event(kind, { program, ...options })
        if (fits(data)) return data
        kept.push({ name: kind.name, data })
      }
    },
    waiting: name => [
      ...kept.filter(one => one.name === name).map(({ data }) => data),
      ...program.told.waiting(name).map(({ data }) => data),
    ],
  }
}
