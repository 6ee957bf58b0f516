/** A node process as the orchestrator sees it: forked, its clock measured, its output kept, its end noticed. */
import { once } from 'node:events'
import path from 'node:path'
import { clockOffset, readClock } from '../clock.ts'
import type { NetworkEvent } from '../events.ts'
import { forkNode } from '../fork.ts'
import { HEARTBEAT_MS } from '../heartbeat.ts'
import { createLineSplitter } from '../lines.ts'
import { parseFromNode, type FromNode, type ToNode } from '../node-messages.ts'
import type { Usage } from '../usage.ts'
import { shortageFailure } from './descriptors.ts'

/** Lines of output kept per process. */
const LOG_LINES = 500
/** Of a longer line each so many bytes are taken for one. */
const LINE_BYTES = 2_000
/** A process that was told to end gets this long, milliseconds. */
const END_MS = 1_000

export type MetricsAnswer = Extract<FromNode, { type: 'metrics' }>

export interface NodeProcess {
  readonly pid: number | undefined
  /** For one node, not for several. */
  readonly alone: boolean
  /** The process is up and its clock known. Rejects when it ends before that. */
  readonly up: Promise<void>
  readonly isUp: boolean
  /** The process is gone and `exit` was called. Never rejects. */
  readonly gone: Promise<void>
  /** Lines it wrote, oldest first, at most LOG_LINES. */
  readonly log: readonly string[]
  send(message: ToNode): void
  /** What the process uses; undefined when it ends before it has answered. */
  usage(): Promise<Usage | undefined>
  /** The metrics of its nodes; undefined when it ends before it has answered. Aborted: nobody waits for the answer any more. */
  metrics(signal: AbortSignal): Promise<MetricsAnswer | undefined>
  /** SIGKILL, or what the system has for it. */
  kill(): void
  /** Closes the channel, upon which the process ends by itself; kills it when it has not within END_MS. */
  end(): void
}

export interface NodeProcessEvents {
  /** Times are on the orchestrator's clock. */
  events(events: NetworkEvent[]): void
  message(message: Exclude<FromNode, { type: 'events' | 'up' | 'clock' | 'usage' | 'metrics' }>): void
  /** The process is gone and its output complete. `how` is a sentence's end: "it exited with code 1". */
  exit(how: string): void
}

/** What a node process runs: a node of libp2p, or a learner's program (labs/run/). */
export type NodeKind = 'node' | 'program-node'

export interface NodeProcessOptions {
  kind: NodeKind
  /** For one node. */
  alone: boolean
}

/**
 * Starts dist/node.mjs, or dist/program-node.mjs, with the Node that runs us (VS Code's own, in the extension). Throws a NetworkError where no more
 * files may be opened.
 */
export function startNodeProcess(
  dist: string,
  { kind, alone }: NodeProcessOptions,
  on: NodeProcessEvents,
): NodeProcess {
  const child = forkNode(path.join(dist, `${kind}.mjs`), { oneOfMany: true, small: alone })
  if (!child.stdout || !child.stderr) {
    // Node makes no pipes, and tells why later.
    child.on('error', () => undefined)
    throw shortageFailure()
  }
  const log: string[] = []
  const keep = (line: string) => {
    if (log.push(line) > LOG_LINES) log.shift()
  }
  const output = [child.stdout, child.stderr].map(stream => {
    const splitter = createLineSplitter(LINE_BYTES)
    stream.on('data', (chunk: Buffer) => splitter.push(chunk).forEach(({ text }) => keep(text)))
    return once(stream, 'end').then(() => {
      const rest = splitter.rest()
      if (rest !== '') keep(rest)
    })
  })

  const usageAnswers = new Map<number, (usage: Usage) => void>()
  const usage = async () => {
    const id = usageAnswers.size + 1
    const answer = new Promise<Usage>(resolve => usageAnswers.set(id, resolve))
    send({ type: 'usage', id })
    return Promise.race([answer, gone.then(() => undefined)])
  }

  const metricsAnswers = new Map<number, (answer: MetricsAnswer | undefined) => void>()
  let asks = 0
  const metrics = async (signal: AbortSignal) => {
    const id = ++asks
    const { promise, resolve } = Promise.withResolvers<MetricsAnswer | undefined>()
    metricsAnswers.set(id, resolve)
    const giveUp = () => resolve(undefined)
    signal.addEventListener('abort', giveUp)
    send({ type: 'metrics', id })
    try {
      return await Promise.race([promise, gone.then(() => undefined)])
    } finally {
      metricsAnswers.delete(id)
      signal.removeEventListener('abort', giveUp)
    }
  }

  let offset = 0
  let asked = readClock()
  const ready = Promise.withResolvers<void>()
  const up = ready.promise
  // Whoever awaits `up` gets the rejection; when nobody does, `exit` tells.
  let isUp = false
  up.then(
    () => (isUp = true),
    () => undefined,
  )

  const send = (message: ToNode) => {
    if (child.connected) child.send(message, () => undefined)
  }
  const askClock = () => {
    asked = readClock()
    send({ type: 'clock' })
  }
  child.on('message', (value: unknown) => {
    const message = parseFromNode(value)
    if (!message) return keep('(dropped a message from this process that could not be parsed)')
    switch (message.type) {
      case 'up':
        return askClock()
      case 'clock':
        offset = clockOffset(asked, message, readClock())
        return ready.resolve()
      case 'usage':
        return usageAnswers.get(message.id)?.({ rss: message.rss, cpuMs: message.cpuMs })
      case 'metrics':
        return metricsAnswers.get(message.id)?.(message)
      case 'events':
        return on.events(message.events.map(event => ({ ...event, at: event.at - offset })))
      default:
        return on.message(message)
    }
  })

  const heartbeat = setInterval(() => send({ type: 'heartbeat' }), HEARTBEAT_MS)
  heartbeat.unref()
  const { promise: gone, resolve: isGone } = Promise.withResolvers<void>()
  let ended = false
  let killer: NodeJS.Timeout | undefined
  const kill = () => void child.kill('SIGKILL')
  const end = (how: string) => {
    if (ended) return
    ended = true
    clearInterval(heartbeat)
    clearTimeout(killer)
    ready.reject(new Error(how))
    on.exit(how)
    isGone()
  }
  const close = () => {
    if (ended || killer) return
    killer = setTimeout(kill, END_MS)
    if (child.connected) child.disconnect()
  }
  child.on('error', error => end(`it could not be started: ${error.message}`))
  // Its output is read to the end first. Not the event 'close': it does not come after a disconnect from this side.
  child.on('exit', (code, signal) => {
    const how = signal ? `it was ended by ${signal}` : `it exited with code ${code}`
    void Promise.all(output).then(() => end(how))
  })

  return {
    pid: child.pid,
    alone,
    up,
    get isUp() {
      return isUp
    },
    gone,
    log,
    send,
    usage,
    metrics,
    kill,
    end: close,
  }
}
