/** One node of a learner's network: the program as a process, its links, and what it tells, as the events of a network. */
import { now } from '../../network/clock.ts'
import type { NetworkEvent } from '../../network/events.ts'
import type { Link as Planned, NodeSpec } from '../../network/node-messages.ts'
import { guardStopped, type StopGuard } from '../../network/orchestrator/faults/stop-guard.ts'
import { openFront } from '../../network/links/front.ts'
import { programPeer } from '../../network/program-node.ts'
import { loadDefinition } from '../check/engine/load-definition.ts'
import { startProgram, type Program } from '../check/engine/program.ts'
import { CheckFailure } from '../check/kit/finding.ts'
import { createTranscript } from '../check/transcript/transcript.ts'
import { onTheChannel } from '../exercise/op.ts'
import type { AddressBook } from './address-book.ts'
import { openDatagramLinks } from './datagram-links.ts'
import { messageId, openNodeLinks } from './links.ts'

const HOST = '127.0.0.1'
/** JSON of an event's data that is shown. */
const MAX_DATA = 300
const MAX_TEXT = 200
/** What nodes that find each other know at first. */
const SEED = 'n1'
/** For all links of a network to open. Milliseconds. */
const DOORS_MS = 20_000

export interface RunningProgram {
  setLinks(links: readonly Planned[]): void
  deny(peers: readonly string[]): void
  /** The ID of the message, as events have it. Rejects when the program answers with an error, or the exercise has no broadcast. */
  publish(data: Buffer): Promise<string>
  pause(): Promise<void>
  resume(): void
  stop(): Promise<void>
  kill(): Promise<void>
}

export interface ProgramNodeHost {
  /** The folder with learner.mjs. */
  dist: string
  emit(event: NetworkEvent): void
  /** Where nodes find each other: filled from outside, with what `opened` says of all nodes. */
  book: AddressBook
  /** The links are there: their ports by the node that they lead to. */
  opened(doors: Record<string, number>): void
  log(stream: 'stdout' | 'stderr', text: string): void
  /** The program ended although nobody asked, or broke the contract. `cause` is a sentence's end. */
  failed(cause: string): void
}

/** Rejects with an Error that says why the program did not start; then nothing of it is left. */
export async function startProgramNode(spec: NodeSpec, host: ProgramNodeHost): Promise<RunningProgram> {
  const { name, topic, program: given } = spec
  const definition = given && (await loadDefinition(given.exercise))
  const run = definition?.network
  if (!given || !run) throw new Error(`exercise ${given?.exercise ?? '?'} has no network to run`)
  const { emit } = host
  const { dialed, dataDir, carrier } = given
  const { book } = host
  const links = await (carrier === 'udp' ? openDatagramLinks : openNodeLinks)({
    name,
    dialed,
    run,
    book,
    emit,
  })
  const front = run.announces ? await openFront({ format: run.format, links: book.towards(name) }) : undefined
  const closeLinks = async () => {
    await front?.close()
    await links.close()
  }
  let { peers } = links
  if (run.dials === 'found') {
    const doors = Object.fromEntries(peers.map(({ id, address }) => [id, portOf(address)]))
    // Its own is the one that it tells all others.
    host.opened({ ...doors, ...(front && { [name]: front.port }) })
    try {
      await book.until(given.nodes, DOORS_MS)
    } catch (error) {
      await closeLinks()
      throw error
    }
    const announced = book.door(SEED, SEED)
    peers = peers.flatMap(({ id, address }) =>
      id === SEED ? [{ id, address: announced === undefined ? address : `${HOST}:${announced}` }] : [],
    )
  }
  let asked = false
  let program: Program
  try {
    program = startProgram({
      spec: given.spec,
      exercise: given.exercise,
      seed: Number(name.slice(1)),
      ops: definition.ops,
      dist: host.dist,
      transcript: createTranscript(),
      onLog: (stream, text) => host.log(stream, text),
      onRunning: () => {},
    })
  } catch (error) {
    await closeLinks()
    throw error
  }
  const end = async (how: 'stop' | 'kill') => {
    asked = true
    await program[how]()
    await closeLinks()
  }
  program.fault.catch((error: unknown) => {
    if (asked) return
    asked = true
    host.failed(causeOf(error))
    void end('kill')
  })
  program.told.tap(({ event, data }) => {
    const json = JSON.stringify(data)
    emit({
      type: 'reported',
      at: now(),
      node: name,
      event: event.slice(0, 64) || '?',
      data: json.length > MAX_DATA ? `${json.slice(0, MAX_DATA)}…` : json,
      ...run.standing?.(event, isRecord(data) ? data : {}),
    })
  })
  try {
    await program.ready
    const announce = front && { announce: `${HOST}:${front.port}` }
    const { nodes } = given
    const args = run.start({ id: name, host: HOST, port: 0, peers, dataDir, nodes, ...announce })
    const { port } = await program.call('start', channelled(args))
    if (!Number.isInteger(port)) throw new Error(`start returned no port: ${JSON.stringify({ port })}`)
    links.settle(Number(port))
    const addresses = [`/ip4/${HOST}/${carrier}/${Number(port)}`]
    emit({
      type: 'node-listening',
      at: now(),
      node: name,
      pid: program.pid,
      peerId: programPeer(name),
      addresses,
    })
    // What a libp2p node says of itself, so that a broadcast counts on this one, too.
    emit({ type: 'subscribed', at: now(), node: name, topic })
  } catch (error) {
    await end('kill')
    throw new Error(causeOf(error), { cause: error })
  }

  let guard: StopGuard | undefined
  return {
    setLinks: links.aim,
    deny: links.deny,
    async publish(data) {
      if (!run.broadcast) throw new Error(`exercise ${given.exercise} has no broadcast`)
      const { op, args, id } = run.broadcast
      let message: string
      try {
        message = messageId(id(await program.call(op, channelled(args(data)))))
      } catch (error) {
        throw new Error(causeOf(error), { cause: error })
      }
      const text = data.toString('utf8')
      emit({
        type: 'published',
        at: now(),
        node: name,
        message,
        topic,
        bytes: data.length,
        ...(isText(text) && { text: text.slice(0, MAX_TEXT) }),
        recipients: [],
      })
      return message
    },
    async pause() {
      if (guard) return
      // The whole group: a command line may have started the program itself.
      guard = await guardStopped(-program.pid)
      process.kill(-program.pid, 'SIGSTOP')
      emit({ type: 'node-paused', at: now(), node: name, how: 'SIGSTOP' })
    },
    resume() {
      if (!guard) return
      process.kill(-program.pid, 'SIGCONT')
      guard.release()
      guard = undefined
      emit({ type: 'node-resumed', at: now(), node: name })
    },
    stop: () => end('stop'),
    async kill() {
      guard?.release()
      await end('kill')
    },
  }
}

const portOf = (address: string) => Number(address.split(':')[1])

const channelled = (args: object) => onTheChannel(args) as Record<string, unknown>

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** No control characters, and valid UTF-8. */
const isText = (text: string) => text !== '' && !/[\p{Cc}\ufffd]/u.test(text)

/** The end of a sentence. */
function causeOf(error: unknown): string {
  const cause =
    error instanceof CheckFailure
      ? (error.finding.answered ?? error.finding.got)
      : String((error as Error)?.message ?? error)
  return cause.replace(/\.$/, '')
}
