/** A connection between the program and a peer of the checker's, from its handshake on. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { happens, NEVER_MS } from '../../../check/kit/patience.ts'
import type { Peer, Stop } from '../../../check/peers/peer.ts'
import {
  decodeGetHeaders,
  decodeHeader,
  decodeHeaders,
  encodeGetHeaders,
  encodeHeaders,
  type GetHeaders,
} from '../../../exercise/header-messages.ts'
import type { VersionMessage } from '../../../exercise/version-message.ts'
import { envelope, readMessage } from '../../../2-protocol/shared/envelope.ts'
import { shakeHands } from '../../../2-protocol/shared/shake-hands.ts'
import type { Block } from './mint.ts'

const AT_ONCE_MS = 1_500

interface Message {
  command: string
  payload: Buffer
}

export interface Expected {
  /** As in "a getaddr". */
  what: string
  hint: string
}

export interface Contact {
  /** As in messages: "peer A". */
  name: string
  /** What the program said of itself. */
  theirs: VersionMessage
  send(command: string, payload?: Uint8Array): Promise<void>
  /** Sends one `headers` message. */
  tell(blocks: readonly Block[]): Promise<void>
  /** The next message of this command that nobody took. Fails when none comes although the program runs. */
  next(command: string, expected: Expected): Promise<Buffer>
  nextHeaders(expected: Expected): Promise<Buffer[]>
  nextGetHeaders(expected: Expected): Promise<GetHeaders>
  /** Messages of this command that nobody took. */
  waiting(command: string): Buffer[]
  /** Payloads of `headers` that came before the answer to `settle`. */
  unasked(): readonly Buffer[]
  /** Asks for what comes behind `known`. */
  ask(known: readonly Uint8Array[], stop?: Uint8Array): Promise<void>
  /**
   * Resolves when the program has handled all that came before on this connection: it answers a `getheaders`. `stays`: the likely misconception if it
   * closes the connection instead.
   */
  settle(stays?: string): Promise<void>
  /** Fails unless the program ends the connection. */
  closes(expected: { what: string; hint: string }): Promise<void>
  /** Breaks the connection. */
  hangUp(): void
  /** Fails if the program has ended the connection. */
  stays(hint: string): void
}

/** Shakes hands, and from then on reads what comes. `genesis`: a hash. inbound: the checker has connected to the program. */
export async function meet(
  t: CheckContext,
  peer: Peer,
  { magic, genesis, direction }: { magic: Buffer; genesis: Buffer; direction: 'inbound' | 'outbound' },
): Promise<Contact> {
  const theirs = await shakeHands(t, peer, { magic, direction, op: 'start' })
  const received: Message[] = []
  const unasked: Buffer[] = []
  let news = Promise.withResolvers<void>()
  let stop: Stop | undefined
  const { name } = peer

  const read = async () => {
    for (;;) {
      const message = await readMessage(peer, NEVER_MS)
      if (message.command === undefined) stop = message.stop
      else received.push(message)
      news.resolve()
      news = Promise.withResolvers()
      if (message.command === undefined) return
    }
  }
  read().catch((error: unknown) => t.broken(error as Error))

  /** Whether it becomes so as long as the program runs. */
  const becomes = (look: () => boolean): Promise<boolean> => {
    const due = (async () => {
      while (!look()) await news.promise
    })()
    return happens(due, { ms: AT_ONCE_MS, everyMs: 5, signOfLife: () => t.program.signOfLife() })
  }
  const take = (command: string): Buffer | undefined => {
    const at = received.findIndex(message => message.command === command)
    return at < 0 ? undefined : received.splice(at, 1)[0]!.payload
  }
  const others = () => {
    const commands = [...new Set(received.map(({ command }) => command))]
    return commands.length === 0 ? 'nothing' : `only other messages: ${commands.slice(0, 5).join(', ')}`
  }
  const readable = <T>(command: string, payload: Buffer, decode: (payload: Buffer) => T): T => {
    try {
      return decode(payload)
    } catch (error) {
      return t.fail({
        op: 'start',
        expected: `a well-formed ${command} message from your program to ${name}.`,
        got: `one that cannot be read: ${(error as Error).message}`,
        spoke: true,
      })
    }
  }
  const contact: Contact = {
    name,
    theirs,
    send: (command, payload = Buffer.alloc(0)) => peer.write(envelope({ magic, command, payload })),
    tell: blocks => contact.send('headers', encodeHeaders(blocks.map(({ header }) => header))),
    async next(command, { what, hint }) {
      let payload = take(command)
      if (payload) return payload
      await becomes(() => (payload ??= take(command)) !== undefined || stop !== undefined)
      if (payload) return payload
      return t.fail({
        op: 'start',
        expected: `${what} from your program to ${name}.`,
        got: stop === undefined ? `${others()}.` : `${others()}, and the end of the connection.`,
        hint,
        spoke: received.length > 0,
        lost: stop !== undefined,
      })
    },
    async nextHeaders(expected) {
      return readable('headers', await contact.next('headers', expected), decodeHeaders)
    },
    async nextGetHeaders(expected) {
      return readable('getheaders', await contact.next('getheaders', expected), decodeGetHeaders)
    },
    waiting: command => received.filter(message => message.command === command).map(({ payload }) => payload),
    ask: (known, stopAt) =>
      contact.send(
        'getheaders',
        encodeGetHeaders({ locator: known, ...(stopAt !== undefined && { stop: stopAt }) }),
      ),
    async settle(stays = 'what came on this connection is no misbehavior.') {
      await contact.ask([])
      for (;;) {
        await becomes(() => stop !== undefined || received.some(({ command }) => command === 'headers'))
        if (stop !== undefined) contact.stays(stays)
        const payload = await contact.next('headers', {
          what: 'an answer to a getheaders, a headers message,',
          hint: 'answer each getheaders with one headers message, also if it has no hashes, or nothing is there to send.',
        })
        const [first] = readable('headers', payload, decodeHeaders)
        // What was asked for begins behind the first block.
        if (!first || decodeHeader(first).previous.equals(genesis)) return
        unasked.push(payload)
      }
    },
    unasked: () => unasked,
    async closes({ what, hint }) {
      if (await becomes(() => stop !== undefined)) return
      t.fail({
        op: 'start',
        expected: `that your program closes the connection: ${what}.`,
        got: `${name} is still connected, long after that.`,
        hint,
        spoke: true,
      })
    },
    hangUp: () => peer.reset(),
    stays(hint) {
      if (stop === undefined) return
      t.fail({
        op: 'start',
        expected: `that your program keeps the connection to ${name}.`,
        got: 'it has closed it.',
        hint,
        lost: true,
      })
    },
  }
  return contact
}
