/**
 * The program as one node, n1, whose peers the checker plays. So what the program hears, and in which order, is exact: such a check waits for
 * no timer but those that it asks for.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { encodeJsonFrame, jsonFrames } from '../../../../network/links/json-frames.ts'
import type { Program } from '../../../check/engine/program.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { CheckFailure } from '../../../check/kit/finding.ts'
import { happens, NEVER_MS } from '../../../check/kit/patience.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { parseEvent } from '../../../exercise/op.ts'
import { SLOW_DISK } from '../../../exercise/slow-disk.ts'
import { oneLine } from '../../../preview.ts'
import exercise from '../exercise.ts'
import { slower, slowness, type Timers } from './pace.ts'
import { asMessage, line, type Kind, type Message, type Of } from './messages.ts'

const { ops, events } = exercise
export const ME = 'n1'
const HOST = '127.0.0.1'
/** A program that runs, and says nothing for so long, says nothing any more. */
const ANSWER_MS = 1_000
/** Lines that a failure message shows. */
const TRAIL = 14

/** A message of the program's. */
export interface Said {
  to: string
  message: Message
  /** In ms of performance.now(). */
  at: number
}

export interface Told {
  event: 'leader' | 'follower' | 'committed'
  /** 0 where the event has none. */
  index: number
  term: number
  command: string
}

export interface Wanted {
  expected: string
  hint: string
  ms?: number
}

export interface Stage {
  /** The peers' IDs: n2 and so on. */
  readonly others: readonly string[]
  /** What the program sent since it was started last, in the order in which it came. */
  readonly said: readonly Said[]
  /** Its events since then. */
  readonly told: readonly Told[]
  readonly program: Program
  /** What the program was started with last: longer times than those asked for where the machine is slow. */
  readonly timers: Timers
  /** 1 on a quiet machine. */
  readonly slow: number
  /** When the program was started last, in ms of performance.now(). */
  readonly startedAt: number
  /** Sends the program a message, as this peer. */
  send(from: string, message: Message): void
  /** The same for a request; resolves to its answer. Fails when there is none, or more than one to an earlier request. */
  requestVote(from: string, request: Omit<Of<'request-vote'>, 'type' | 'candidateId'>): Promise<Of<'vote'>>
  append(from: string, request: Omit<Of<'append-entries'>, 'type' | 'leaderId'>): Promise<Of<'appended'>>
  /** Called with each message of the program's from now on, until the function that it returns is called. */
  react(listener: (said: Said) => void): () => void
  /** Resolves with the first message from number `from` on that fits, all when left out. Fails when none comes although the program runs. */
  next<K extends Kind>(
    kind: K,
    fits: (message: Of<K>, to: string) => boolean,
    wanted: Wanted & { from?: number },
  ): Promise<Said & { message: Of<K> }>
  /** Fails when it does not come true although the program runs; tried after each message and event. */
  until(condition: () => boolean, wanted: Wanted): Promise<void>
  /** All that the program was sent before has been handled, and its events are here. */
  settle(): Promise<void>
  fail(finding: { expected: string; got: string; hint: string }): never
  /** SIGKILL, now. */
  kill(): Promise<void>
  /** Starts it again on what it stored. Its disk is as fast as ever. */
  restart(timers: Timers): Promise<void>
  /** The program's disk is slow until it is started again: what it saves with openStorage takes so long. */
  slowDisk(ms: number): Promise<void>
}

const isBelowZero = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'prevLogIndex' in value && Number(value.prevLogIndex) < 0

export async function openStage(t: CheckContext, size: number, timers: Timers): Promise<Stage> {
  const others = Array.from({ length: size - 1 }, (_, i) => `n${i + 2}`)
  const folder = await mkdtemp(path.join(tmpdir(), 'p2plab-node-'))
  const dataDir = path.join(folder, ME)
  let program = t.program
  let said: Said[] = []
  let told: Told[] = []
  let trail: string[] = []
  let startedAt = 0
  let given = timers
  const slow = await slowness(program)
  /** Which start of the program it is: what comes from one before counts no more. */
  let life = 0
  const listeners = new Set<(said: Said) => void>()
  const waiting = new Set<() => void>()
  const look = () => [...waiting].forEach(again => again())
  const note = (text: string) => (trail = [...trail, text].slice(-TRAIL))
  const asked = new Map<string, number>()
  let lines = new Map<string, Peer>()

  t.onEnd(async () => {
    await program.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  })

  const broken = (to: string, value: unknown) =>
    t.fail({
      expected: 'messages of one of the four types, with all the fields that the text shows.',
      got: `a message to ${to} that is not such a one: ${oneLine(JSON.stringify(value), 300)}`,
      hint: isBelowZero(value)
        ? 'the first entry has index 1, so nextIndex goes back no further than that, however many refusals come'
        : 'do the names of type and fields, and the kinds of their values, fit the text?',
    })

  const hear = async (to: string, peer: Peer, mine: number) => {
    const decoder = jsonFrames.decoder()
    for (let first = true; ;) {
      const head = await peer.read(4, NEVER_MS)
      if (head.stop !== 'enough') return
      const body = await peer.read(head.bytes.readUInt32BE(0), NEVER_MS)
      if (body.stop !== 'enough') return
      for (const { value } of decoder.push(Buffer.concat([head.bytes, body.bytes]))) {
        if (mine !== life) return
        if (first) {
          first = false
          continue
        }
        const message = asMessage(value) ?? broken(to, value)
        const one: Said = { to, message, at: performance.now() }
        said.push(one)
        note(line(ME, to, message))
        for (const listener of [...listeners]) listener(one)
        look()
      }
    }
  }
  const servers = await Promise.all(
    others.map(async id => {
      const server = await t.sockets.serve(first => jsonFrames.begins(first, ME), { called: id })
      let current = Promise.withResolvers<void>()
      const acceptAll = async () => {
        for (;;) {
          const peer = await server.acceptOurs()
          current.resolve()
          hear(id, peer, life).catch((error: unknown) => t.broken(error as Error))
        }
      }
      acceptAll().catch((error: unknown) => t.broken(error as Error))
      return {
        id,
        address: server.address,
        connected: () => current.promise,
        again: () => (current = Promise.withResolvers()),
      }
    }),
  )

  const listenTo = (one: Program) => {
    const mine = life
    one.told.tap(({ event, data }) => {
      if (mine !== life) return
      const kind = Object.values(events).find(({ name }) => name === event)
      if (!kind) return
      const { values, misfit } = parseEvent(kind, data)
      if (misfit) return t.broken(new CheckFailure({ ...misfit, spoke: true }))
      told.push({ index: 0, command: '', ...values, event: kind.name })
      note(`${ME}: event ${event} ${JSON.stringify(data)}`)
      look()
    })
  }

  const begin = async (asked: Timers) => {
    given = slower(asked, slow)
    listenTo(program)
    startedAt = performance.now()
    const { port } = await t.call(
      ops.start,
      {
        id: ME,
        host: HOST,
        port: 0,
        peers: t.random.shuffle(servers.map(({ id, address }) => ({ id, address }))),
        dataDir,
        ...given,
      },
      { program },
    )
    const all = Promise.all(servers.map(({ connected }) => connected()))
    if (!(await happens(all, { ms: ANSWER_MS, signOfLife: () => program.signOfLife() })))
      t.fail({
        expected: 'that your program dials each of its peers, and says {"from":"n1"} in its first frame.',
        got: 'not all of them got such a connection.',
        hint: 'do you call openLinks with the peers that start is given?',
      })
    lines = new Map()
    for (const id of others) {
      const peer = await t.sockets.connect(port, `${id}, sending`)
      void peer.write(encodeJsonFrame({ from: id }))
      lines.set(id, peer)
    }
  }

  const until: Stage['until'] = async (condition, { expected, hint, ms = ANSWER_MS }) => {
    if (condition()) return
    const due = Promise.withResolvers<void>()
    const again = () => condition() && due.resolve()
    waiting.add(again)
    const watched = happens(due.promise, { ms, signOfLife: () => program.signOfLife() })
    // At once when it came: a check may want to kill the program before it does anything more.
    watched.catch(() => {})
    const came = await Promise.race([due.promise.then(() => true), watched])
    waiting.delete(again)
    if (!came) stage.fail({ expected, got: 'it did not happen.', hint })
  }
  const next: Stage['next'] = async (kind, fits, { from = 0, ...wanted }) => {
    type Found = Said & { message: Of<typeof kind> }
    const find = () =>
      said
        .slice(from)
        .find((one): one is Found => one.message.type === kind && fits(one.message as never, one.to))
    await until(() => find() !== undefined, wanted)
    return find()!
  }
  const answers = (kind: Kind, to: string) =>
    said.filter(({ message, to: peer }) => message.type === kind && peer === to)

  const ask = async <K extends 'vote' | 'appended'>(
    from: string,
    request: Message,
    kind: K,
  ): Promise<Of<K>> => {
    const key = `${kind} ${from}`
    const before = asked.get(key) ?? 0
    const had = answers(kind, from).length
    if (had > before)
      stage.fail({
        expected: `one answer to each request, a message of type ${kind}.`,
        got: `${had} to the ${before} requests of ${from}.`,
        hint: 'do you send more than one answer to a request?',
      })
    asked.set(key, before + 1)
    stage.send(from, request)
    await until(() => answers(kind, from).length > before, {
      expected: `that your program answers the ${request.type} of ${from} with a message of type ${kind}.`,
      hint: `do you answer every ${request.type}, also those that you refuse?`,
    })
    return answers(kind, from)[before]!.message as Of<K>
  }

  const stage: Stage = {
    others,
    get said() {
      return said
    },
    get told() {
      return told
    },
    get program() {
      return program
    },
    get timers() {
      return given
    },
    slow,
    get startedAt() {
      return startedAt
    },
    send(from, message) {
      note(line(from, ME, message))
      void lines.get(from)!.write(encodeJsonFrame(message))
    },
    requestVote: (from, request) =>
      ask(from, { type: 'request-vote', candidateId: from, ...request }, 'vote'),
    append: (from, request) => ask(from, { type: 'append-entries', leaderId: from, ...request }, 'appended'),
    react(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    next,
    until,
    async settle() {
      for (let i = 0; i < 2; i++) await program.signOfLife()
    },
    fail: finding => t.fail({ ...finding, spoke: true, trail }),
    async kill() {
      const dying = program
      life++
      note(`⚡ ${ME} is killed (SIGKILL)`)
      for (const server of servers) server.again()
      await dying.kill()
      for (const peer of lines.values()) peer.destroy()
      said = []
      told = []
      asked.clear()
    },
    async restart(asked) {
      await rm(path.join(dataDir, SLOW_DISK), { force: true })
      program = await t.another({ lane: ME })
      note(`${ME} is started again`)
      await begin(asked)
    },
    async slowDisk(ms) {
      await mkdir(dataDir, { recursive: true })
      await writeFile(path.join(dataDir, SLOW_DISK), String(Math.ceil(ms * slow)))
    },
  }
  await begin(timers)
  return stage
}
