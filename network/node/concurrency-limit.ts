/** A limit on how many of some work are under way at once in this process. */

export interface Limit {
  /** Resolves when there is room; call the function it gives when the work is done. */
  enter(): Promise<() => void>
}

export function createLimit(most: number): Limit {
  let under = 0
  const waiting: (() => void)[] = []
  const leave = () => {
    under--
    waiting.shift()?.()
  }
  return {
    async enter() {
      while (under >= most) await new Promise<void>(resolve => waiting.push(resolve))
      under++
      return leave
    },
  }
}
