/** What a program tells unasked: its events, in the order they came, until a check takes them. */

export interface Told {
  event: string
  data: unknown
}

export interface ToldEvents {
  /** Resolves to the next event of this name that nobody took; stays pending while there is none. */
  next(event: string): Promise<Told>
  /** Events that nobody took, of this name or of any. */
  waiting(event?: string): readonly Told[]
  /** From now on every event goes to `listener` alone, those that nobody took first. */
  tap(listener: (told: Told) => void): void
}

export interface ToldQueue extends ToldEvents {
  push(told: Told): void
}

export function createToldQueue(): ToldQueue {
  const told: Told[] = []
  const asking: { event: string; resolve(told: Told): void }[] = []
  let tapped: ((told: Told) => void) | undefined
  return {
    push(one) {
      if (tapped) return tapped(one)
      const at = asking.findIndex(({ event }) => event === one.event)
      if (at < 0) return void told.push(one)
      asking.splice(at, 1)[0]!.resolve(one)
    },
    next(event) {
      const at = told.findIndex(one => one.event === event)
      if (at >= 0) return Promise.resolve(told.splice(at, 1)[0]!)
      return new Promise(resolve => asking.push({ event, resolve }))
    },
    tap(listener) {
      tapped = listener
      for (const one of told.splice(0)) listener(one)
    },
    waiting: event => told.filter(one => event === undefined || one.event === event),
  }
}
