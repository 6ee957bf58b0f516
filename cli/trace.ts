/** `p2plab trace`: what is in a recording, and the same for other programs to show. */
import { open, rm } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { NetworkEvent } from '../network/events.ts'
import {
  failureText,
  fileProblem,
  isSystemError,
  newFileProblem,
  problemText,
  type FileProblem,
} from '../network/file-problem.ts'
import { initialState, reduce } from '../network/state.ts'
import { readTrace, TraceError, type TraceItem } from '../network/trace.ts'
import { toChrome } from '../network/trace/chrome.ts'
import { createPropagation } from '../network/trace/propagation.ts'
import { SHIVIZ_REGEX, toShiviz } from '../network/trace/shiviz.ts'
import { cut, oneOf, quoted, string } from './arguments.ts'
import { EXIT, UsageError, type Arguments, type Command } from './command.ts'
import { percentile } from './deliveries.ts'

const FORMATS = ['chrome', 'shiviz'] as const

export const trace: Command = {
  name: 'trace',
  summary: 'Summarize a recording, or export it for another program.',
  usage: 'trace summary FILE [--json] | trace export FILE --to chrome|shiviz [--out FILE]',
  positionals: ['summary or export', 'FILE'],
  options: {
    json: { type: 'boolean', description: 'For summary: print one JSON object and nothing else.' },
    to: {
      type: 'string',
      value: 'FORMAT',
      description: `For export: chrome (opens in ui.perfetto.dev) or shiviz (parser expression ${SHIVIZ_REGEX}).`,
    },
    out: {
      type: 'string',
      value: 'FILE',
      description: 'For export: the file to create. Default: standard output.',
    },
  },
  async run(args) {
    const [action, file] = args.positionals as [string, string]
    if (action !== 'summary' && action !== 'export')
      throw new UsageError(
        `${quoted(`trace ${action}`)} is not a command. Try: trace summary or trace export.`,
      )
    try {
      await (action === 'summary' ? summary(file, args.values) : exportTo(file, args))
    } catch (error) {
      if (error instanceof TraceError) throw new UsageError(`${cut(file)}: ${cut(error.message)}.`)
      if (!isSystemError(error)) throw error
      if (error.code === 'ENOENT') throw new UsageError(`The file ${quoted(file)} does not exist.`)
      throw new UsageError(`${failureText(`Could not read ${cut(file)}`, error)}.`)
    }
    return args.signal.aborted ? EXIT.interrupted : EXIT.pass
  },
}

async function summary(file: string, values: Arguments['values']): Promise<void> {
  const propagation = createPropagation()
  let state = initialState
  let createdAt = ''
  const missing = { dropped: 0, unknown: 0, torn: false, stopped: undefined as string | undefined }
  let first: number | undefined
  let last = 0
  for await (const item of readTrace(file)) {
    if (item.kind === 'header') createdAt = item.header.createdAt
    if (item.kind === 'dropped') missing.dropped += item.events
    if (item.kind === 'unknown') missing.unknown++
    if (item.kind === 'torn') missing.torn = true
    if (item.kind === 'stopped') missing.stopped = item.reason
    if (item.kind !== 'event') continue
    state = reduce(state, item.event)
    propagation.add(item.event)
    first ??= item.event.at
    last = Math.max(last, item.event.at)
  }
  const times = propagation.times()
  const result = {
    createdAt,
    seconds: first === undefined ? 0 : Math.round(last - first) / 1_000,
    events: state.count,
    phase: state.phase,
    topology: state.topology,
    discovery: state.discovery,
    ...(state.readyMs === undefined ? {} : { readyMs: state.readyMs }),
    nodes: Object.values(state.nodes).map(({ name, phase }) => ({ name, phase })),
    ...state.totals,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    ...(state.scenario ? { scenario: state.scenario } : {}),
    missing,
  }
  process.stdout.write(values['json'] ? `${JSON.stringify(result)}\n` : describe(result))
}

interface Summary {
  createdAt: string
  seconds: number
  events: number
  phase: string
  topology: string
  readyMs?: number
  nodes: { name: string; phase: string }[]
  published: number
  received: number
  duplicates: number
  rejected: number
  failedDials: number
  p50Ms: number
  p99Ms: number
  missing: { dropped: number; unknown: number; torn: boolean; stopped: string | undefined }
}

function describe(s: Summary): string {
  const phases = Object.entries(Object.groupBy(s.nodes, n => n.phase)).map(
    ([phase, n]) => `${n!.length} ${phase}`,
  )
  const { dropped, unknown, torn, stopped } = s.missing
  return [
    `Recorded ${s.createdAt}, ${s.seconds} s, ${s.events} events`,
    `${s.nodes.length} nodes (${s.topology})${s.readyMs === undefined ? '' : `, ready in ${s.readyMs} ms`}; at the end, the network is ${s.phase}: ${phases.join(', ')}`,
    `${s.published} messages, ${s.received} deliveries, ${s.duplicates} duplicates, ${s.rejected} rejected, ${s.failedDials} failed dials`,
    `propagation p50 ${s.p50Ms} ms, p99 ${s.p99Ms} ms`,
    ...(dropped > 0 ? [`${dropped} events are missing`] : []),
    ...(unknown > 0 ? [`${unknown} lines were skipped because this version does not recognize them`] : []),
    ...(stopped === undefined ? [] : [`The recording stopped before its network did: ${stopped}`]),
    ...(torn ? ['The last line is incomplete and was skipped'] : []),
    '',
  ].join('\n')
}

async function exportTo(file: string, { values, signal }: Arguments): Promise<void> {
  const to = oneOf(values, 'to', FORMATS)
  if (to === undefined) throw new UsageError(`--to is missing. Use one of ${FORMATS.join(', ')}.`)
  const out = string(values, 'out')
  // Opened before the output is made, so that a file that is no trace leaves nothing behind.
  const items = readTrace(file)
  await items.next()
  const target = out === undefined ? unclosed(process.stdout) : await newFile(out)
  const pieces = (to === 'chrome' ? toChrome : toShiviz)(eventsOf(items))
  try {
    await pipeline(Readable.from(pieces), target, { signal })
  } catch (error) {
    // What was begun is not whole.
    if (out !== undefined) await rm(out, { force: true })
    if (signal.aborted) return
    if (out === undefined || (error as NodeJS.ErrnoException).syscall !== 'write') throw error
    throw cannotWrite(out, fileProblem(error))
  }
}

const cannotWrite = (file: string, problem: FileProblem) =>
  new UsageError(`--out ${cut(file)}: ${problemText(problem)}.`)

async function* eventsOf(items: AsyncIterable<TraceItem>): AsyncGenerator<NetworkEvent> {
  for await (const item of items) if (item.kind === 'event') yield item.event
}

async function newFile(file: string): Promise<Writable> {
  try {
    return (await open(file, 'wx')).createWriteStream()
  } catch (error) {
    throw cannotWrite(file, newFileProblem(error))
  }
}

/** Standard output takes pieces, one after another, and stays open. What keeps it from taking more ends the command (endings.ts). */
const unclosed = (stream: NodeJS.WritableStream) => async (pieces: AsyncIterable<string>) => {
  for await (const piece of pieces)
    if (await new Promise<boolean>(resolve => stream.write(piece, error => resolve(error != null))))
      return void (await nextTurn())
}
