/**
 * How many test files of a suite run at once. Many of them wait, for a time-out of the product to run out or for a program to start, and several can
 * wait at once. But with three whatever else ran, time-outs of other suites ran out. So `least` run at a time, and one more begins
 * at each tick at which the processors had time left, up to `most`.
 *
 * Mocha starts its workers itself: each of them asks for the turn of its file (await-turn.mjs) by connecting to a port of this process, and has
 * it until it closes the connection, or is gone.
 */
import { once } from 'node:events'
import net from 'node:net'
import { idleSince } from './processors.ts'

export interface AtOnce {
  least: number
  most: number
}

export interface Options extends AtOnce {
  /** The share of the processors' time that nobody used since the last call, 0 to 1. */
  idle?: () => number
  tickMs?: number
  /** Called with how long a file had its turn. */
  onEnd?: (file: string, seconds: number) => void
}

export interface Turns {
  port: number
  close(): void
}

/** Longer than the half second of programs (test/kit/lanes.ts): a file needs a second until it shows what it takes. */
const TICK_MS = 1_500
/** The share of the processors' time that has to be left for one more. */
const LEFT = 0.3
/** A path: more comes from a stranger. */
const MAX_NAME = 4_096

/** Listens on 127.0.0.1; the caller closes it. */
export async function giveTurns({
  least,
  most,
  idle = idleSince(),
  tickMs = TICK_MS,
  onEnd,
}: Options): Promise<Turns> {
  const waiting = new Set<{ go(): void }>()
  let running = 0
  const begin = () => {
    const [next] = waiting
    if (!next) return
    waiting.delete(next)
    running++
    next.go()
  }
  const server = net.createServer(socket => {
    let file = ''
    let since: number | undefined
    const turn = {
      go() {
        since = performance.now()
        socket.write('go\n')
      },
    }
    // A worker that is killed is a lost connection, and as good as one that ends.
    socket.on('error', () => {})
    socket.setEncoding('utf8').on('data', (text: string) => {
      const asked = file.endsWith('\n')
      file = (file + text).slice(0, MAX_NAME)
      if (asked || !file.endsWith('\n')) return
      waiting.add(turn)
      if (running < least) begin()
    })
    socket.once('close', () => {
      waiting.delete(turn)
      if (since === undefined) return
      running--
      onEnd?.(file.trim(), (performance.now() - since) / 1000)
      if (running < least) begin()
    })
  })
  const more = setInterval(() => {
    if (idle() >= LEFT && running < most) begin()
  }, tickMs)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as net.AddressInfo).port,
    close() {
      clearInterval(more)
      server.close()
    },
  }
}
