/** A program that manages its connections, and the peers that the checker plays around it. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import type { Program } from '../../../check/engine/program.ts'
import { happens, NEVER_MS } from '../../../check/kit/patience.ts'
import { loopbackHosts } from '../../../check/peers/hosts.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { playTcp, type TcpMember } from '../../../check/population/tcp.ts'
import type { Values } from '../../../exercise/op.ts'
import { HOST } from '../../../1-tcp/shared/listening.ts'
import { expectClosed, untilRead } from '../../../2-protocol/shared/closing.ts'
import exercise from '../exercise.ts'
import { begins, hello, idIn, instead, readHello, someId } from './hello.ts'

const { start, peers } = exercise.ops

export type Options = Omit<Values<typeof start.args>, 'host' | 'port' | 'peers'>
export type Direction = 'inbound' | 'outbound'

/** What is due at once is given up after so many ms, and only if the program runs. */
const AT_ONCE_MS = 1_500

export interface Spec {
  /** Left out: a random one. */
  id?: string
  /** Left out: a group of its own. */
  group?: string
  dead?: boolean
  /** It never closes its side of a connection that the program has closed. */
  lingers?: boolean
  /** What the peer does with a dial of the program's, whose hello has come. Left out: it accepts. */
  does?: (dial: Dial) => void
}

export type Member = TcpMember<{
  name: string
  host: string
  id: string
  group: string
  lingers: boolean
}> & {
  does: (dial: Dial) => void
}

/** A connection that the program made. */
export interface Dial {
  member: Member
  peer: Peer
  /** The first of this member is 1. */
  number: number
  isAccepted: boolean
  /** Neither side has ended it. */
  isOpen: boolean
  /** Sends the hello with the member's id, or another one. */
  accept(id?: string): void
  /** Closes it. */
  close(): void
  /** Breaks it, without an end. */
  break(): void
  /** Resolves with what came after the hello, once the program has ended it. */
  ended: Promise<Buffer>
}

export interface House {
  id: string
  port: number
  program: Program
  members: Member[]
  /** All that the program made, in order. */
  dials: Dial[]
  open(): Dial[]
  /** Resolves when `is`; fails when that does not come although the program runs for so many ms. */
  until(is: () => boolean, late: Late): Promise<void>
  /** Somebody connects to the program, and says hello. */
  comes(id: string, name?: string, host?: string): Promise<Peer>
  /** The program answers with its hello. */
  expectAccepted(peer: Peer, hint: string): Promise<void>
  /** The program closes the connection without a byte. */
  expectRefused(peer: Peer, why: string, hint: string): Promise<void>
  /** The program closes a connection that it had accepted. */
  expectClosed(peer: Peer, why: string, hint: string): Promise<void>
  /** True when the program accepts, false when it refuses. */
  isAccepted(peer: Peer): Promise<boolean>
  /** The program has closed its own connection. */
  expectGivenUp(dial: Dial, why: string, hint: string): Promise<void>
  /** None of these connections is over. */
  expectKept(held: readonly (Peer | Dial)[], hint: string): Promise<void>
  /** The op peers tells of these and of no others. */
  expectPeers(expected: readonly (readonly [string, Direction])[], hint: string): Promise<void>
  /** The program has handled what was sent before. */
  untilRead(): Promise<void>
}

interface Late {
  expected: string
  got: () => string
  hint: string
  ms?: number
}

/** The peers in `specs` are those that the program knows. Times that are left out are longer than any check. */
export async function openHouse(
  t: CheckContext,
  specs: readonly Spec[],
  { program = t.program, ...some }: Partial<Options> & { program?: Program; known?: boolean } = {},
): Promise<House> {
  const options: Options = {
    id: someId(t.random),
    target: 0,
    max: 100,
    maxPerGroup: 100,
    protectedIds: [],
    backoffMs: NEVER_MS,
    maxBackoffMs: NEVER_MS,
    helloMs: NEVER_MS,
    ...some,
  }
  const { id } = options
  const { hosts } = await loopbackHosts(t.random, specs.length)
  const dials: Dial[] = []
  const watching = new Set<() => void>()
  const changed = () => {
    for (const look of watching) look()
  }
  const serve = async (member: Member, peer: Peer): Promise<void> => {
    const dial = await begun(member, peer)
    if (dials.some(other => other.isOpen && other.member === member)) twice(t, member)
    dials.push(dial)
    void dial.ended.then(changed)
    member.does(dial)
    changed()
  }
  const members = (await playTcp(t, {
    members: specs.map((spec, i) => ({
      name: `peer ${i + 1}`,
      host: hosts[i]!,
      id: spec.id ?? someId(t.random),
      group: spec.group ?? `group ${i + 1}`,
      dead: spec.dead ?? false,
      lingers: spec.lingers ?? false,
      does: spec.does ?? (dial => dial.accept()),
    })),
    begins: begins(id),
    serve: (member, peer) => serve(member as Member, peer),
  })) as Member[]
  t.doing(`The checker called start with ${shown(members.length, some)}.`)
  const known = members.map(({ id, address, group }) => ({ id, address, group }))
  const { port } = await t.call(start, { host: HOST, port: 0, peers: known, ...options }, { program })

  const judge = async (peer: Peer) => {
    const reading = readHello(peer, NEVER_MS)
    return (await happens(reading, { ms: AT_ONCE_MS, signOfLife: program.signOfLife })) ? reading : undefined
  }
  const ours = (read: Awaited<ReturnType<typeof judge>>) => read?.body !== undefined && idIn(read.body) === id

  const house: House = {
    id,
    port,
    program,
    members,
    dials,
    open: () => dials.filter(({ isOpen }) => isOpen),
    untilRead: () => untilRead(t, program),
    async until(is, { expected, got, hint, ms = AT_ONCE_MS }) {
      let look = () => {}
      const due = new Promise<void>(resolve => {
        look = () => {
          if (is()) resolve()
        }
        watching.add(look)
        look()
      })
      const happened = await happens(due, { ms, signOfLife: program.signOfLife })
      watching.delete(look)
      if (happened) return
      await expectHellos(t, members)
      t.fail({ op: 'start', expected, got: got(), hint })
    },
    async comes(own, name = 'a peer', host = HOST) {
      const peer = await t.sockets.connect(port, name, host === HOST ? {} : { from: host })
      await peer.write(hello(own))
      return peer
    },
    async expectAccepted(peer, hint) {
      const read = await judge(peer)
      if (ours(read)) return
      const ended = read?.body === undefined && read !== undefined
      t.fail({
        op: 'start',
        expected: `the hello of your program, with its own id, on the connection of ${peer.name}: that accepts it.`,
        got: `${read === undefined ? 'nothing, although your program runs' : instead(read)}.`,
        hint,
        lost: ended,
      })
    },
    expectRefused: (peer, why, hint) =>
      expectClosed(t, peer, {
        op: 'start',
        expected: `that your program refuses the connection of ${peer.name}, by closing it without a byte: ${why}.`,
        hint,
        silent: hint,
        program,
      }),
    expectClosed: (peer, why, hint) =>
      expectClosed(t, peer, {
        op: 'start',
        expected: `that your program closes the connection of ${peer.name}: ${why}.`,
        hint,
        program,
      }),
    async isAccepted(peer) {
      const read = await judge(peer)
      if (ours(read)) return true
      if (read && !read.body && read.partial.length === 0 && read.stop !== 'silence') return false
      return t.fail({
        op: 'start',
        expected: `that your program accepts the connection of ${peer.name} with its hello, or closes it.`,
        got: `${read === undefined ? 'neither, although your program runs' : instead(read)}.`,
        hint: 'do you answer the hello of an inbound connection, one way or the other?',
      })
    },
    async expectGivenUp({ member, ended }, why, hint) {
      if (!(await happens(ended, { ms: AT_ONCE_MS, signOfLife: program.signOfLife }))) {
        t.fail({
          op: 'start',
          expected: `that your program closes its connection to ${member.name}: ${why}.`,
          got: 'it is still open, although your program runs.',
          hint,
        })
      }
    },
    async expectKept(held, hint) {
      await untilRead(t, program)
      for (const one of held) {
        const [name, over] =
          'member' in one ? [one.member.name, !one.isOpen] : [one.name, one.stopped() !== undefined]
        if (!over) continue
        t.fail({
          op: 'start',
          expected: `that your program keeps the connection with ${name}.`,
          got: 'your program closed it.',
          hint,
          lost: true,
        })
      }
    },
    async expectPeers(expected, hint) {
      const told = (list: readonly (readonly [string, Direction])[]) =>
        list.length === 0
          ? 'nobody'
          : list
              .map(([one, way]) => `${nameOf(one)} (${way})`)
              .sort()
              .join(', ')
      const nameOf = (one: string) => members.find(member => member.id === one)?.name ?? one
      const wanted = told(expected)
      let got: string | undefined
      const until = performance.now() + AT_ONCE_MS
      for (let turn = 0; turn < 10 || performance.now() < until; turn++) {
        const { peers: found } = await t.call(peers, {}, { program })
        got = told(found.map(({ id: one, direction }) => [one, direction]))
        if (got === wanted) return
        await pause(20)
      }
      t.fail({ op: 'peers', expected: `that peers tells of ${wanted}.`, got: `${got}.`, hint })
    },
  }
  return house
}

async function begun(member: Member, peer: Peer): Promise<Dial> {
  await readHello(peer)
  const dial: Dial = {
    member,
    peer,
    number: member.connections,
    isAccepted: false,
    isOpen: true,
    accept(id = member.id) {
      dial.isAccepted = true
      void peer.write(hello(id))
    },
    close() {
      dial.isOpen = false
      peer.destroy()
    },
    break() {
      dial.isOpen = false
      peer.reset()
    },
    ended: peer.readToEnd(NEVER_MS).then(({ bytes }) => {
      dial.isOpen = false
      if (!member.lingers) peer.destroy()
      return bytes
    }),
  }
  return dial
}

function twice(t: CheckContext, member: Member): never {
  return t.fail({
    op: 'start',
    expected: `one connection to ${member.name} at most.`,
    got: `your program dialed it although it has a connection to it, or a dial under way.`,
    hint: 'does a peer have its slot from the moment when you begin to dial it?',
  })
}

/** Nothing came that was taken for the program's: perhaps its hello is wrong. */
async function expectHellos(t: CheckContext, members: readonly Member[]): Promise<void> {
  for (const { server, name } of members) {
    for (const peer of server.takeSuspects()) {
      const read = await readHello(peer, 200)
      const got = instead(read)
      if (got === 'nothing' || (!read.body && read.partial.length === 0)) continue
      t.fail({
        op: 'start',
        expected: `a hello with the id of your program as the first frame to ${name}.`,
        got: `${got}.`,
        hint: 'a dialer sends its hello first: a frame of exercise 1.2 with {"type":"hello","id":"…"} and its own id.',
      })
    }
  }
}

/** What a check is about, for a sentence. */
function shown(count: number, some: Partial<Options>): string {
  const words = Object.entries(some)
    .filter(([key, value]) => key !== 'id' && key !== 'protectedIds' && value !== NEVER_MS)
    .map(([key, value]) => `a ${key} of ${String(value)}`)
  return [`${count} known peers`, ...words].join(', ')
}
