/** The checker's clients of exercise 1.4: good ones that must be served, and the certain ways to see what became of the bad ones. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { judgeBytes } from '../../../check/kit/expect.ts'
import { count } from '../../../check/kit/finding.ts'
import { happens, TooBusy, NEVER_MS } from '../../../check/kit/patience.ts'
import { elapsed } from '../../../check/engine/suspension.ts'
import type { Peer, Stop } from '../../../check/peers/peer.ts'
import type { Program } from '../../../check/engine/program.ts'
import { encode, HEADER, readFrame, reversed } from '../../shared/frames.ts'
import { listen } from '../../shared/listening.ts'

export interface Limits {
  /** The longest body of a frame, bytes. */
  maxFrame: number
  handshakeMs: number
  idleMs: number
  maxConnections: number
}

/** Nothing but a program that hangs is that slow. */
const HANGS_MS = 30_000
/** For the first answer of all: there is no sign that the program answers anything. */
const FIRST_ANSWER_MS = 5_000
/** How long what is due at once may take while the program serves others. */
export const AT_ONCE_MS = 1500

export interface Client {
  name: string
  peer: Peer
  /** When it began to connect, or sent the last frame that was answered; performance.now(). */
  since: number
}

/** A timeout is certainly over after so many times its length; a program may look only now and then. */
export const OVERDUE = 5
/** A good client sends a frame so often within a timeout. */
export const PACE = 10

export interface House {
  port: number
  limits: Limits
  program: Program
  /** Connects; does not say whether there was a place. */
  connect(name: string): Promise<Client>
  /** Connects and is served: the first frame is in time. */
  greet(name: string): Promise<Client>
  /** The same, left out of the transcript: for a client that sends many frames. */
  welcome(name?: string): Promise<Client>
  /** One frame and its answer. Fails when the client, which kept all limits, is not served; `closed` is the hint for a closed connection. */
  ask(client: Client, closed?: string): Promise<void>
  /**
   * Fails when the program has closed one of these connections, which kept all limits: a check that waits for them to be closed must have
   * seen them open.
   */
  stillOpen(clients: readonly Client[], hint: string): Promise<void>
  /** The same for a client that may find no place: false when the connection was closed instead. */
  isServed(client: Client): Promise<boolean>
  /** Fails unless exactly the answers to these frames come on `client`. `closed` is the hint for a connection that was closed instead. */
  expectAnswers(client: Client, bodies: readonly Buffer[], hint: string, closed?: string): Promise<void>
  /** A new client that is served: where a place gets free only just now, it tries again. */
  newcomer(name: string, hint: string): Promise<Client>
  /** The same for one that sends nothing: the program has let it in, and left it open. */
  silentNewcomer(name: string, hint: string): Promise<Client>
  /**
   * When the program closed each of these connections. Fails when it leaves one open for longer than `ms` although it
   * goes on serving `good`. `step` is called before each frame of `good`, about every `everyMs`.
   */
  untilClosed(clients: readonly Client[], good: Client, expectation: Closing): Promise<Closed[]>
}

export interface Closing {
  ms: number
  everyMs?: number
  step?: () => void
  expected: string
  /** Depends on which of the connections are still open. */
  hint: string | ((open: readonly Client[]) => string)
}

export interface Closed {
  client: Client
  /** performance.now() */
  at: number
  /** What the program sent before it closed. */
  bytes: Buffer
}

/** Asks the program to listen with these limits; those left out are out of reach. */
export async function openHouse(
  t: CheckContext,
  some: Partial<Limits>,
  program: Program = t.program,
): Promise<House> {
  const limits = {
    maxFrame: 1000,
    handshakeMs: NEVER_MS,
    idleMs: NEVER_MS,
    maxConnections: 100,
    ...some,
  }
  const port = await listen(t, program, { ...limits })
  const shortest = Math.min(limits.handshakeMs, limits.idleMs)

  const connect = async (name: string): Promise<Client> => {
    const since = performance.now()
    return { name, peer: await t.sockets.connect(port, name), since }
  }

  const mayBeLate = (client: Client) => performance.now() - client.since >= shortest / 2

  const exchange = async ({ peer }: Client, silenceMs = HANGS_MS) => {
    const body = t.random.bytes(t.random.int(1, Math.min(40, limits.maxFrame)))
    void peer.write(encode(body))
    const frame = await readFrame(peer, limits.maxFrame, silenceMs)
    if (!frame.body) return frame.stop
    return frame.body.equals(reversed(body)) ? 'answered' : 'other'
  }

  const unserved = (client: Client, how: 'other' | Stop, hint = HINTS[how], silenceMs = HANGS_MS) =>
    t.fail({
      op: 'listen',
      expected: `that ${client.name}, which keeps all limits, gets an answer to each frame: the bytes in reverse order.`,
      got: how === 'silence' ? `no answer for ${silenceMs / 1000} s.` : BECAME[how],
      hint,
      lost: how === 'end' || how === 'reset',
    })

  const ask = async (client: Client, hint?: string): Promise<void> => {
    const sent = performance.now()
    const how = await exchange(client)
    if (how === 'answered') return void (client.since = sent)
    const closed = how === 'end' || how === 'reset'
    // Only a client that was quiet for long may have been closed by right. It was quiet because the machine was busy.
    if (closed && mayBeLate(client)) throw new TooBusy()
    unserved(client, how, closed ? hint : undefined)
  }

  /** The first frame of a check: where it gets no answer, the limits have nothing to do with it. */
  const askFirst = async (client: Client): Promise<Client> => {
    t.doing(`The checker connected ${client.name}, which sent a short frame.`)
    const sent = performance.now()
    const how = await exchange(client, FIRST_ANSWER_MS)
    if (how !== 'answered') {
      if (how !== 'other' && how !== 'silence' && mayBeLate(client)) throw new TooBusy()
      unserved(client, how, how === 'silence' ? ANSWERS_NOTHING : undefined, FIRST_ANSWER_MS)
    }
    client.since = sent
    return client
  }

  const looksOpen = async ({ peer }: Client): Promise<boolean> => {
    // Twice: the program has gone on after it accepted the connection, and what it did has arrived.
    for (let i = 0; i < 2; i++) await program.signOfLife()
    return peer.stopped() === undefined
  }

  /** `enters` returns a client that found a place, or undefined. */
  const retried = async (
    name: string,
    hint: string,
    enters: (client: Client) => Promise<boolean>,
  ): Promise<Client> => {
    const started = elapsed()
    let late = 0
    const patient = Math.max(2000, shortest < NEVER_MS ? OVERDUE * shortest : 0)
    for (let tries = 1; tries - late <= 20 || elapsed() - started < patient; tries++) {
      const client = await connect(name)
      if (await enters(client)) return client
      // Not for want of a place, perhaps, but because it was slow itself.
      if (mayBeLate(client) && ++late === 3) throw new TooBusy()
      client.peer.destroy()
      await pause(20)
    }
    return t.fail({
      op: 'listen',
      expected: `that there is a place for ${name}.`,
      got: 'your program closed its connection, each time it tried again.',
      hint,
      lost: true,
    })
  }

  const isServed = async (client: Client): Promise<boolean> => {
    const sent = performance.now()
    const how = await exchange(client)
    if (how === 'end' || how === 'reset') return false
    if (how !== 'answered') unserved(client, how)
    client.since = sent
    return true
  }

  return {
    port,
    limits,
    program,
    connect,
    greet: async name => askFirst(await connect(name)),
    async welcome(name = 'the good client') {
      const since = performance.now()
      return askFirst({ name, peer: await t.sockets.probe(port), since })
    },
    ask,
    isServed,
    async expectAnswers({ peer }, bodies, hint, closed = hint) {
      const expected = Buffer.concat(bodies.map(body => encode(reversed(body))))
      const reading = peer.read(expected.length, NEVER_MS)
      const known = await happens(reading, { ms: AT_ONCE_MS, signOfLife: program.signOfLife })
      if (known) {
        const { bytes, stop } = await reading
        judgeBytes(t, bytes, stop, {
          what: `${count(bodies.length, 'answer')}, with the bytes of each frame in reverse order`,
          bytes: expected,
          op: 'listen',
          hint: (_actual, how) => (how === 'end' || how === 'reset' ? closed : hint),
        })
        return
      }
      t.fail({
        op: 'listen',
        expected: `${count(bodies.length, 'answer')}, ${count(expected.length, 'byte')} in all.`,
        got: `${peer.waiting() === 0 ? 'no bytes' : `${count(peer.waiting(), 'byte')}, then nothing more`}.`,
        hint,
      })
    },
    async stillOpen(clients, hint) {
      for (const client of clients) {
        if (await looksOpen(client)) continue
        if (mayBeLate(client)) throw new TooBusy()
        t.fail({
          op: 'listen',
          expected: `that ${client.name}, which keeps all limits so far, stays connected.`,
          got: 'its connection was closed.',
          hint,
          lost: true,
        })
      }
    },
    newcomer: (name, hint) => retried(name, hint, isServed),
    silentNewcomer: (name, hint) => retried(name, hint, looksOpen),
    async untilClosed(clients, good, { ms, everyMs, step = () => {}, expected, hint }) {
      const done: Closed[] = []
      const waits = clients.map(async client => {
        const { bytes, stop } = await client.peer.readToEnd(NEVER_MS)
        if (stop !== 'silence') done.push({ client, at: performance.now(), bytes })
      })
      const signOfLife = async () => {
        step()
        await ask(good)
      }
      if (await happens(Promise.all(waits), { ms, signOfLife, ...(everyMs && { everyMs }) })) return done
      const open = clients.filter(client => !client.peer.stopped())
      const answered = open.find(({ peer }) => peer.waiting() > 0)
      return t.fail({
        op: 'listen',
        expected,
        got: answered
          ? `${answered.name} is still connected, and got ${count(answered.peer.waiting(), 'byte')}.`
          : `${list(open)} still connected, long after that.`,
        hint: typeof hint === 'string' ? hint : hint(open),
      })
    },
  }
}

const AND = new Intl.ListFormat('en', { type: 'conjunction' })

const list = (clients: readonly Client[]) => {
  const names = clients.map(({ name }) => name)
  const shown = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names
  return `${AND.format(shown)} ${clients.length === 1 ? 'is' : 'are'}`
}

const BECAME: Record<'other' | Stop, string> = {
  other: 'a different answer.',
  enough: 'a frame that is longer than any answer.',
  end: 'its connection was closed.',
  reset: 'its connection was broken.',
  silence: 'no answer.',
}

const HARMLESS =
  'do you close only the connection that breaks a limit? Each connection needs a timer and a decoder of its own, and every whole frame restarts that timer.'

const ANSWERS_NOTHING =
  'do you answer each frame as in exercise 1.2, with the length in front? A frame within the limits gets its answer as soon as it is complete.'

const HINTS: Record<'other' | Stop, string> = {
  other:
    'do you reverse the bytes of each frame, as in exercise 1.2? Does each connection have a decoder of its own?',
  enough: 'do you put the length of the answer in front of it?',
  end: HARMLESS,
  reset: HARMLESS,
  silence:
    'it got answers before: does something keep your program from serving one client while it deals with another?',
}

/** The length alone. */
export const header = (length: number): Buffer => {
  const bytes = Buffer.alloc(HEADER)
  bytes.writeUInt32BE(length)
  return bytes
}

/** One after another, in this order. */
export const connectAll = async (house: House, names: readonly string[]): Promise<Client[]> => {
  const clients: Client[] = []
  for (const name of names) clients.push(await house.connect(name))
  return clients
}

/** "client 1", "client 2", … */
export const numbered = (name: string, n: number) => Array.from({ length: n }, (_, i) => `${name} ${i + 1}`)

export function notEarly(
  t: CheckContext,
  closed: readonly Closed[],
  limit: string,
  ms: number,
  hint = `do you pass ${limit} to the timer unchanged? It is in milliseconds.`,
): void {
  const early = closed.find(({ client, at }) => at - client.since < ms / 2)
  if (!early) return
  const after = Math.round(early.at - early.client.since)
  t.fail({
    op: 'listen',
    expected: `that ${early.client.name} has ${ms} ms (${limit}).`,
    got: `its connection was closed after ${after} ms.`,
    hint,
    lost: true,
  })
}
