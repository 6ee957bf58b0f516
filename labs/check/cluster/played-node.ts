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
  /** Resolves when the program has connected to it. Fails when that does not happen although it runs; `hint` is the likely misconception. */
  dialed(hint?: string): Promise<void>
  /** Opens the connection on which this node sends, with its first frame. */
  dial(port: number): Promise<void>
  /** Sends messages in one write; several `dial`s: on the newest connection. Objects become JSON frames, bytes go as they are. */
  send(...messages: readonly (object | Buffer)[]): void
  /**
   * The next message that the program sent it and nobody took, of this type when it is given: those before it stay. Fails when it does not come within
   * `ms` (2 s when left out) although the program runs.
   */
  next(expected: { what: string; type?: string; ms?: number; hint?: string }): Promise<PlayedMessage>
  /** Messages that nobody took. */
  waiting(): readonly PlayedMessage[]
  /** Resolves when the program has read and handled all that was sent to it before, and what it sent because of it has come. */
  settled(): Promise<void>
  /** Breaks the connections that the program has made to it: the program dials again. */
  resetDials(): void
  /** Closes the connection on which this node sends. */
  hangUp(): void
}

const NEXT_MS = 2_000

/** `of` is the program's ID. */
export async function playNode(
  t: CheckContext,
  { id, of, program = t.program }: { id: string; of: string; program?: { signOfLife(): Promise<void> } },
): Promise<PlayedNode> {
  const server = await t.sockets.serve(first => jsonFrames.begins(first, of), { called: id })
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

  const takeNext = (type: string | undefined): PlayedMessage | undefined => {
    const at = untaken.findIndex(message => type === undefined || message.type === type)
    return at < 0 ? undefined : untaken.splice(at, 1)[0]
  }
  return {
    id,
    address: server.address,
    received,
    get dials() {
      return dials
    },
    async dialed(hint = 'do you open a connection to every peer in start?') {
      const due = (async () => {
        while (dials === 0) await news.promise
      })()
      await happens(due, { ms: NEXT_MS, signOfLife: () => program.signOfLife() })
      if (dials > 0) return
      throw new CheckFailure({
        expected: `that your program connects to its peer ${id} and sends {"from":"${of}"} first.`,
        got: server.takeSuspects().length > 0 ? 'a connection that begins otherwise.' : 'no connection.',
        hint,
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
    async next({ what, type, ms = NEXT_MS, hint }) {
      let found = takeNext(type)
      if (found) return found
      const due = (async () => {
        while (!(found ??= takeNext(type))) await news.promise
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
    hangUp() {
      out?.destroy()
      out = undefined
    },
  }
}
