/**
 * The host's end of network/protocol.ts: starts the network process, asks it, and keeps the state of its network.
 * Used by the extension and by tests; it knows nothing about either.
 */
import type { NetworkEvent } from './events.ts'
import { NetworkError } from './failure.ts'
import { forkNode } from './fork.ts'
import { HEARTBEAT_MS } from './heartbeat.ts'
import { createLineSplitter } from './lines.ts'
import { OPERATIONS, type Operation, type Results } from './operations/table.ts'
import { parseFromNetwork, type ToNetwork } from './protocol.ts'
import { initialState, reduce, type NetworkState } from './state.ts'

/** Last lines of the process that are kept for the report of a crash. */
const LAST_LINES = 20
/** Of a longer line each so many bytes are taken for one. */
const LINE_BYTES = 4096
/** How long the process may take to end by itself once its channel is closed; then it is killed. The extension host gives us 5 s. */
const END_MS = 3_000
const CLOSE_MS = 500
export interface NetworkProcessOptions {
  /** Path of dist/network.mjs. */
  module: string
  /** A Node 22.18 or newer; in VS Code the editor itself, run as Node. Default: the one that runs this. */
  execPath?: string
  /** Called after each batch was reduced into `state`. `events` is empty where a snapshot replaced the state. */
  onChange?: (state: NetworkState, first: number, events: readonly NetworkEvent[]) => void
  /** A line the process wrote, or what is wrong with a message from it. */
  onLine?: (line: string) => void
  /** Called once, when the process has ended, for whatever reason. */
  onEnd?: (end: NetworkEnd) => void
}

export interface NetworkEnd {
  /** True after `end()`. */
  asked: boolean
  /** For example "exit code 1", "signal SIGKILL". */
  how: string
  /** What it wrote last, at most 20 lines. */
  lines: readonly string[]
}

export interface NetworkProcess {
  readonly pid: number | undefined
  readonly state: NetworkState
  /**
   * Rejects with a NetworkError when the operation fails, the process ends or does not answer in time (operations/operation.ts),
   * and with `signal.reason` when `signal` is aborted and the operation has been undone.
   */
  request<O extends Operation>(operation: O, signal?: AbortSignal): Promise<Results[O['op']]>
  /** Closes the channel, upon which the process and all its nodes end; kills it if it is not gone in 3 s. */
  end(): Promise<void>
}

const AGAIN = 'Start the network again.'

interface Pending {
  resolve: (result: Results[keyof Results]) => void
  reject: (reason: unknown) => void
}

export function startNetworkProcess(options: NetworkProcessOptions): NetworkProcess {
  const child = forkNode(options.module, { execPath: options.execPath })
  const pending = new Map<number, Pending>()
  const lines: string[] = []
  let state = initialState
  let nextId = 1
  let asked = false
  let ended = false
  /** Batches that come while a snapshot is on its way. */
  let late: { first: number; events: readonly NetworkEvent[] }[] | undefined
  let resolveGone = () => {}
  const gone = new Promise<void>(resolve => (resolveGone = resolve))
  child.stdin?.on('error', () => {})

  const addLine = (line: string) => {
    lines.push(line)
    if (lines.length > LAST_LINES) lines.shift()
    options.onLine?.(line)
  }
  readLines(child.stdout!, addLine)
  readLines(child.stderr!, addLine)

  const send = (message: ToNetwork) => {
    // A send to a process that is just ending fails; its end rejects what was asked.
    if (child.connected) child.send(message, () => {})
  }
  const heartbeat = setInterval(() => send({ type: 'heartbeat' }), HEARTBEAT_MS)
  heartbeat.unref()

  const accept = (first: number, events: readonly NetworkEvent[]) => {
    if (late) return void late.push({ first, events })
    const known = state.count - first
    if (known < 0) return void resync()
    const fresh = events.slice(known)
    if (fresh.length === 0) return
    const before = state.count
    state = fresh.reduce(reduce, state)
    options.onChange?.(state, before, fresh)
  }

  /** A batch is missing, which only a fault in our own code can do: take the state as it is instead. */
  const resync = async () => {
    late = []
    try {
      state = (await request({ op: 'snapshot' })).state
      options.onChange?.(state, state.count, [])
    } catch (error) {
      addLine(`No snapshot: ${String(error)}`)
    }
    const missed = late
    late = undefined
    for (const batch of missed) accept(batch.first, batch.events)
  }

  child.on('message', value => {
    const message = parseFromNetwork(value)
    if (!message) return addLine(`Dropped an unknown message: ${excerpt(value)}`)
    if (message.type === 'events') return accept(message.first, message.events)
    const request = pending.get(message.id)
    if (message.type === 'reply') request?.resolve(message.result)
    else request?.reject(new NetworkError(message.failure))
  })

  const finish = (how: string) => {
    if (ended) return
    ended = true
    clearInterval(heartbeat)
    // Below the error Node writes a stack and its version.
    const last = lines.findLast(line => /^\w*Error\b/.test(line)) ?? lines.at(-1)
    const cause = `it ended (${how})${last ? `: ${last}` : ''}`
    for (const request of [...pending.values()]) {
      request.reject(new NetworkError({ step: 'network process', cause, remedy: AGAIN }))
    }
    resolveGone()
    options.onEnd?.({ asked, how, lines })
  }
  child.once('error', error => {
    if (child.pid === undefined) finish(error.message)
    else addLine(error.message)
  })
  child.once('exit', (code, signal) => {
    const done = () => finish(signal ? `signal ${signal}` : `exit code ${code}`)
    // By 'close' its last lines have been read; a grandchild that holds the pipe must not hold us up.
    child.once('close', done)
    setTimeout(done, CLOSE_MS).unref()
  })

  function request<O extends Operation>(operation: O, signal?: AbortSignal): Promise<Results[O['op']]> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (ended || asked) {
      const cause = 'the network process is not running'
      return Promise.reject(new NetworkError({ step: operation.op, cause, remedy: AGAIN }))
    }
    const id = nextId++
    return new Promise((resolve, reject) => {
      const cancel = () => send({ type: 'cancel', id })
      const ms = OPERATIONS[operation.op].answerMs
      const settle = () => {
        pending.delete(id)
        clearTimeout(timer)
        signal?.removeEventListener('abort', cancel)
      }
      const timer = setTimeout(() => {
        settle()
        const cause = `the network process did not answer within ${ms / 1000} s`
        reject(new NetworkError({ step: operation.op, cause, remedy: AGAIN }))
      }, ms)
      timer.unref()
      signal?.addEventListener('abort', cancel, { once: true })
      pending.set(id, {
        resolve: result => {
          settle()
          resolve(result as Results[O['op']])
        },
        reject: reason => {
          settle()
          // What fails after a cancel fails because of it.
          reject(signal?.aborted ? signal.reason : reason)
        },
      })
      send({ type: 'request', id, operation })
    })
  }

  async function end(): Promise<void> {
    asked = true
    if (ended) return
    if (child.connected) child.disconnect()
    child.stdin?.end()
    const timer = setTimeout(() => child.kill('SIGKILL'), END_MS)
    await gone
    clearTimeout(timer)
  }

  return {
    pid: child.pid,
    get state() {
      return state
    },
    request,
    end,
  }
}

function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  const splitter = createLineSplitter(LINE_BYTES)
  stream.on('data', (chunk: Buffer) => {
    for (const { text } of splitter.push(chunk)) if (text !== '') onLine(text)
  })
  stream.on('end', () => {
    const rest = splitter.rest()
    if (rest !== '') onLine(rest)
  })
}

const excerpt = (value: unknown): string => JSON.stringify(value)?.slice(0, 200) ?? String(value)
