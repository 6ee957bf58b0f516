/**
 * A node that the checker plays among the program's peers, where nodes send each other JSON in frames: for what a cluster of right programs would never
 * send. The program dials it, as it dials every peer, and it dials the program.
 *
 *     const peer = await playNode(t, { id: 'n2', of: 'n1' })
 *     const { port } = await t.call(start, { …, peers: [{ id: peer.id, address: peer.address }] })
 *     await peer.dial(port)
 *     peer.send({ type: 'flood', id: 'a', payload: '' })
 *     const answer = await peer.next({ what: 'a flood message', type: 'flood' })
 */
import { encodeJsonFrame, jsonFrames } from '../../../network/links/json-frames.ts'
import { BadUnit } from '../../../network/links/unit.ts'
import { onTheChannel } from '../../exercise/op.ts'
import type { Program } from '../engine/program.ts'
import type { CheckContext } from '../kit/check.ts'
import { CheckFailure } from '../kit/finding.ts'
import { happens } from '../kit/happens.ts'
import type { Peer } from '../peers/peer.ts'

export type PlayedMessage = { type?: unknown } & Readonly<Record<string, unknown>>

export interface PlayedNode {
  readonly id: string
  /** Where the program dials it. */
  readonly address: string
  /** All that the program has sent it so far, on whatever connection, in order. */
  readonly received: readonly PlayedMessage[]
  /** Connections that the program has made to it so far. */
  readonly dials: number
  /** Resolves when the program has connected to it, so many times in all. Fails when that does not happen although it runs. */
  dialed(times?: number): Promise<void>
  /** Opens the connection on which this node sends, with its first frame. */
  dial(port: number): Promise<void>
  /** Sends messages in one write; several `dial`s: on the newest connection. Objects become JSON frames, bytes go as they are. */
  send(...messages: readonly (object | Buffer)[]): void
  /**
   * The next message that the program sent it and nobody took, of this type and with `is` true when they are given: those before it stay. Fails when it
   * does not come within `ms` (2 s when left out) although the program runs.
   */
  next(expected: ExpectedMessage): Promise<PlayedMessage>
  /** Messages that nobody took. */
  waiting(): readonly PlayedMessage[]
  /** Resolves when the program has read and handled all that was sent to it before, and what it sent because of it has come. */
  settled(): Promise<void>
  /** Breaks the connections that the program has made to it (RST): the program dials again. */
  resetDials(): void
  /** Closes them in order (FIN), as a peer that is stopped would. */
  closeDials(): void
  /** Bytes that came on the connection that this node opened: none, because a node sends only on those that it dialed. */
  sentBack(): number
  /** Of one that is `away`: accepts connections at its address from now on. False where the system does not give the port back. */
  comes(): Promise<boolean>
  /** Closes the connection on which this node sends. */
  hangUp(): void
}

export interface ExpectedMessage {
  what: string
  type?: string
  is?: (message: PlayedMessage) => boolean
  ms?: number
  hint?: string
}

const NEXT_MS = 2_000

/** `of` is the program's ID. `away`: its address refuses connections, until `comes`. */
export async function playNode(
  t: CheckContext,
  {
    id,
    of,
    program = t.program,
    away = false,
  }: { id: string; of: string; program?: Program; away?: boolean },
): Promise<PlayedNode> {
  const server = await t.sockets.serve(first => jsonFrames.begins(first, of), { called: id })
  if (away) await server.stopListening()
  const received: PlayedMessage[] = []
  const untaken: PlayedMessage[] = []
  const dialed = new Set<Peer>()
  let dials = 0
  let out: Peer | undefined
  let news = Promise.withResolvers<void>()

  const read = async (peer: Peer) => {
    const decoder = jsonFrames.decoder()
    let first = true
    for (;;) {
      const { bytes, stop } = await peer.read(1, 600_000)
      const rest = peer.waiting() > 0 ? (await peer.read(peer.waiting(), 1_000)).bytes : Buffer.alloc(0)
      try {
        for (const { value } of decoder.push(Buffer.concat([bytes, rest]))) {
          // Who it is, which `begins` has looked at.
          if (!first) take(value as PlayedMessage)
          first = false
        }
      } catch (error) {
        if (!(error instanceof BadUnit)) throw error
        throw new CheckFailure({
          expected: `that your program sends ${id} whole frames with a JSON object in each.`,
          got: `${error.message}.`,
          hint: 'the length in front of a frame counts the bytes of its JSON, not the characters.',
          spoke: true,
        })
      }
      if (stop !== 'enough') return void dialed.delete(peer)
    }
  }
  const take = (message: PlayedMessage) => {
    received.push(message)
    untaken.push(message)
    news.resolve()
    news = Promise.withResolvers()
  }
  void (async () => {
    for (;;) {
      const peer = await server.acceptOurs()
      dials++
      news.resolve()
      news = Promise.withResolvers()
      dialed.add(peer)
      read(peer).catch((error: unknown) => t.broken(error as Error))
    }
  })()

  const takeNext = ({ type, is }: ExpectedMessage): PlayedMessage | undefined => {
    const at = untaken.findIndex(
      message => (type === undefined || message.type === type) && (is === undefined || is(message)),
    )
    return at < 0 ? undefined : untaken.splice(at, 1)[0]
  }
  return {
    id,
    address: server.address,
    received,
    get dials() {
      return dials
    },
    async dialed(times = 1) {
      const due = (async () => {
        while (dials < times) await news.promise
      })()
      await happens(due, { ms: NEXT_MS, signOfLife: () => program.signOfLife() })
      if (dials >= times) return
      const begins = server.takeSuspects().length > 0
      const again = times === 1 ? '' : ' again'
      throw new CheckFailure({
        expected: `that your program connects to its peer ${id}${again} and sends {"from":"${of}"} first.`,
        got: begins ? 'a connection that begins otherwise.' : `no ${times === 1 ? '' : 'new '}connection.`,
        hint: begins
          ? 'the first frame on each connection that you open names you, and its length counts bytes.'
          : times === 1
            ? 'do you open a connection to every peer in start, whether the others are there or not?'
            : 'do you dial again whenever a connection is over, also when the peer has closed it in order?',
        spoke: begins,
      })
    },
    async dial(port) {
      out = await t.sockets.connect(port, id)
      void out.write(encodeJsonFrame({ from: id }))
    },
    send(...messages) {
      if (!out) throw new Error(`${id} has not dialed`)
      const frames = messages.map(message =>
        Buffer.isBuffer(message) ? message : encodeJsonFrame(onTheChannel(message) as object),
      )
      void out.write(Buffer.concat(frames))
    },
    async next(wanted) {
      const { what, ms = NEXT_MS, hint } = wanted
      let found = takeNext(wanted)
      if (found) return found
      const due = (async () => {
        while (!(found ??= takeNext(wanted))) await news.promise
      })()
      await happens(due, { ms, signOfLife: () => program.signOfLife() })
      if (found) return found
      const others = [...new Set(untaken.map(({ type: kind }) => String(kind)))].slice(0, 5)
      throw new CheckFailure({
        expected: `${what} from your program to ${id}.`,
        got:
          dials === 0
            ? `nothing: your program has not connected to ${id}.`
            : others.length === 0
              ? 'nothing.'
              : `only other messages: ${others.join(', ')}.`,
        ...(hint !== undefined && { hint }),
        spoke: dials > 0,
      })
    },
    waiting: () => untaken,
    async settled() {
      // Twice: what had reached the program's sockets before the first has been handled after the second.
      for (let i = 0; i < 2; i++) await program.signOfLife()
      // What it sent has reached us by now, and is read in this turn or the next.
      for (let i = 0; i < 2; i++) await new Promise(resolve => setImmediate(resolve))
    },
    resetDials() {
      for (const peer of dialed) peer.reset()
    },
    closeDials() {
      for (const peer of dialed) peer.destroy()
    },
    sentBack: () => out?.waiting() ?? 0,
    comes: () => server.listenAgain(),
    hangUp() {
      out?.destroy()
      out = undefined
    },
  }
}
