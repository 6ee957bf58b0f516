/**
 * When things are drawn: at most once a frame, and only when somebody asked. With nothing to show nothing runs.
 */

/** Calls `draw` in the next frame, once, however often it was asked for. */
export function onNextFrame(draw: (now: number) => void): () => void {
  let asked = false
  return () => {
    if (asked) return
    asked = true
    requestAnimationFrame(now => {
      asked = false
      draw(now)
    })
  }
}

/**
 * Calls `run` `firstMs` after it was asked for, and at most once in `everyMs`, both in milliseconds. The last request is
 * never lost.
 */
export function throttled(everyMs: number, run: () => void, firstMs = 0): () => void {
  let timer: number | undefined
  let last = -Infinity
  return () => {
    if (timer !== undefined) return
    timer = window.setTimeout(
      () => {
        timer = undefined
        last = performance.now()
        run()
      },
      Math.max(firstMs, last + everyMs - performance.now()),
    )
  }
}
