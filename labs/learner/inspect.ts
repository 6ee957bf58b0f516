/** Lets a debugger in before the learner's file is loaded, so that no breakpoint in it is missed. */
const VARIABLE = 'P2PLAB_INSPECT'

/**
 * Where the checker asks for it, opens the inspector on a free port of 127.0.0.1, which Node then names on standard error, and
 * blocks until a debugger is there and has set its breakpoints. Not the flag --inspect-wait: that would wait before the thread
 * runs that ends this process when the checker is gone.
 */
export async function waitForDebugger(): Promise<void> {
  if (process.env[VARIABLE] !== '1') return
  delete process.env[VARIABLE]
  const inspector = await import('node:inspector')
  // In one call: a debugger that came between two would say "run" before there is anyone who waits for it, and the program would wait forever.
  inspector.open(0, '127.0.0.1', true)
}
