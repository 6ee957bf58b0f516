import { once } from 'node:events'
import { WAITING } from './waiting.ts'

/** Lets a debugger in before the learner's file is loaded, so that no breakpoint in it is missed. */
const VARIABLE = 'P2PLAB_INSPECT'

/** Whether the checker asks for that. Only until `waitForDebugger`: what the learner's program starts is none of it. */
export const isInspected = (): boolean => process.env[VARIABLE] === '1'

/**
 * Node names its port before the main thread waits. A debugger that came between the two would say "run" before there is anyone who waits for it, and
 * the program would wait forever. So another thread looks on, and says when it waits. https://github.com/nodejs/node/pull/51560
 */
const onlooker = `
const { Session } = require('node:inspector')
const { writeSync } = require('node:fs')
const { parentPort } = require('node:worker_threads')
const session = new Session()
// A session does not keep its thread alive, and its end would reset the connection of a debugger that comes at that moment.
setInterval(() => {}, 60_000)
session.connectToMainThread()
session.once('NodeRuntime.waitingForDebugger', () => {
  writeSync(2, ${JSON.stringify(`${WAITING}\n`)})
})
session.post('NodeRuntime.enable', () => parentPort.postMessage('ready'))
`

/**
 * Where the checker asks for it, opens the inspector on a free port of 127.0.0.1, which Node then names on standard error, and
 * blocks until a debugger is there and has set its breakpoints. Not the flag --inspect-wait: that would wait before the thread
 * runs that ends this process when the checker is gone, where there is one.
 */
export async function waitForDebugger(): Promise<void> {
  if (!isInspected()) return
  delete process.env[VARIABLE]
  const [inspector, { Worker }] = await Promise.all([import('node:inspector'), import('node:worker_threads')])
  const worker = new Worker(onlooker, { eval: true })
  await once(worker, 'message')
  worker.unref()
  inspector.open(0, '127.0.0.1', true)
}
