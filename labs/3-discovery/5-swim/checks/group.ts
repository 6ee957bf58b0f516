/** The program as a member of a group whose other members the checker plays. */
import { setImmediate } from 'node:timers/promises'
import type { CheckContext } from '../../../check/kit/check.ts'
import { happens, NEVER_MS } from '../../../check/kit/patience.ts'
import { playUdp, type UdpMember } from '../../../check/population/udp.ts'
import type { Datagram } from '../../../check/peers/datagrams.ts'
import type { Program } from '../../../check/engine/program.ts'
import { LOOPBACK } from '../../../check/peers/hosts.ts'
import { decodeSwim, encodeSwim, type SwimMessage, type SwimUpdate } from '../../../exercise/swim-message.ts'
import type { Values } from '../../../exercise/op.ts'
import { oneLine } from '../../../preview.ts'
import exercise from '../exercise.ts'
import { eventLog, type EventLog } from './event-log.ts'
import { said, shownMessage } from './words.ts'

const { start, members } = exercise.ops

export type Rules = Omit<Values<typeof start.args>, 'host' | 'port' | 'name' | 'seeds'>

/** No timer of the program's fires during a check: it only does what it is told. */
export const STILL: Rules = { periodMs: NEVER_MS, timeoutMs: NEVER_MS / 2, suspicionMs: NEVER_MS }

/** A program that runs, and does not answer for so long, does not answer any more. */
const ANSWER_MS = 1_000
const NAMES = 'ada bob cleo dan eve flo gus hal ida jon kim leo mia ned oli pia quin ron sue tom'.split(' ')

export type Played = UdpMember<{ name: string; incarnation: number }>

/** A datagram of the program's. */
export interface Seen {
  /** Who got it. */
  member: Played
  message: SwimMessage
  /** In ms of performance.now(). */
  at: number
  /** Where it came from. */
  port: number
}

export interface Group {
  program: Program
  rules: Rules
  /** The program's name. */
  name: string
  port: number
  address: string
  members: readonly Played[]
  /** What the program sent, in the order in which it came. */
  seen: readonly Seen[]
  events: EventLog
  /** As an update. */
  update(member: Played, state?: SwimUpdate['state'], incarnation?: number): SwimUpdate
  /** To the program, or to the port that a datagram of its came from: a join may come before the program says where it listens. */
  send(member: Played, message: SwimMessage, to?: number): Promise<void>
  /** A healthy member's reaction: it answers, and refutes what a ping says about it. `silent` members are those that no relay reaches. */
  react(seen: Seen, silent?: readonly Played[]): Promise<void>
  /** Resolves with the first datagram from number `from` on that fits. */
  next(fits: (seen: Seen) => boolean, from?: number): Promise<Seen>
  /** The same; fails when none comes although the program runs. */
  expect(
    fits: (seen: Seen) => boolean,
    options: { from?: number; expected: string; hint: string; ms?: number },
  ): Promise<Seen>
  /**
   * Sends a ping with these updates, and returns its ack. The program has taken them over then, and what it sent to anybody before the ack has been
   * read.
   */
  tell(member: Played, updates?: readonly SwimUpdate[]): Promise<SwimMessage>
  /** What the program knows, by name, from its op members. All events that were due before have come then. */
  table(): Promise<Map<string, SwimUpdate>>
}

export interface GroupOptions {
  /** With the program. */
  size: number
  rules?: Rules
  program?: Program
  /** Whom the program is to join. Left out: it joins nobody, and hears of the others from one of them. */
  seeds?: (members: readonly Played[]) => readonly Played[]
  /** What members do; left out: all are healthy. A check that tells the program what it knows has members that do nothing. */
  receive?: (seen: Seen, group: Group) => void | Promise<void>
}

/** Up to 40 names of people, in random order, made unique so that no other check on this computer has them. */
function someNames(t: CheckContext, count: number): string[] {
  const tag = t.random.bytes(3).toString('hex')
  const names = t.random.shuffle([...NAMES, ...NAMES.map(name => `${name}2`)])
  return names.slice(0, count).map(name => `${name}-${tag}`)
}

export async function openGroup(
  t: CheckContext,
  { size, rules = STILL, program = t.program, seeds, receive }: GroupOptions,
): Promise<Group> {
  const [name, ...others] = someNames(t, size) as [string, ...string[]]
  const seen: Seen[] = []
  const waiting = new Set<{ fits: (seen: Seen) => boolean; resolve: (seen: Seen) => void }>()
  const own = { port: 0 }
  const isOurs = (datagram: Datagram) =>
    datagram.port === own.port || decodeSwim(datagram.bytes)?.from === name

  const failMalformed = ({ name: to }: Played, { bytes }: Datagram): never =>
    t.fail({
      expected:
        'datagrams with a ping, ping-req, ack, join or members in JSON, with all fields that the text shows.',
      got: `a datagram to ${to} that is not such a message: ${oneLine(bytes.toString(), 300)}`,
      hint: 'do you send each message with all of its fields, and nothing before or after the JSON?',
    })

  const played = await playUdp(t, {
    members: others.map(other => ({ name: other, incarnation: t.random.int(0, 9) })),
    isOurs,
    async receive(member, datagram) {
      const message = decodeSwim(datagram.bytes)
      if (!message) return failMalformed(member, datagram)
      if (message.from !== name) {
        t.fail({
          expected: `that \`from\` is the name that start was given, ${name}.`,
          got: said(message.from),
          hint: 'does each message say who sent it, with the name of your program?',
        })
      }
      const one: Seen = { member, message, at: performance.now(), port: datagram.port }
      seen.push(one)
      for (const waiter of waiting) if (waiter.fits(one)) waiter.resolve(one)
      await (receive ? receive(one, group) : group.react(one))
    },
  })

  const group: Group = {
    program,
    rules,
    name,
    port: 0,
    address: '',
    members: played,
    seen,
    events: eventLog(t, program),
    update: ({ name: node, address, incarnation: own }, state = 'alive', incarnation = own) => ({
      node,
      address,
      state,
      incarnation,
    }),
    send: (member, message, to = group.port) => member.send(encodeSwim(message), to),
    async react({ member, message, port: from }, silent = []) {
      const reply = (answer: SwimMessage) => group.send(member, answer, from)
      const about = message.updates.find(({ node }) => node === member.name)
      const slandered =
        message.type === 'ping' && about && about.state !== 'alive' && about.incarnation >= member.incarnation
      if (slandered) member.incarnation = about.incarnation + 1
      const common = { from: member.name, updates: slandered ? [group.update(member)] : [] }
      if (message.type === 'ping' && message.target === member.name)
        return reply({ type: 'ack', seq: message.seq, ...common })
      if (message.type === 'ping-req' && !silent.some(one => one.name === message.target))
        return reply({ type: 'ack', seq: message.seq, ...common })
      if (message.type === 'join')
        return reply({ type: 'members', from: member.name, updates: played.map(one => group.update(one)) })
    },
    next(fits, from = 0) {
      const found = seen.slice(from).find(fits)
      if (found) return Promise.resolve(found)
      return new Promise(resolve => {
        const waiter = {
          fits,
          resolve(one: Seen) {
            waiting.delete(waiter)
            resolve(one)
          },
        }
        waiting.add(waiter)
      })
    },
    async expect(fits, { from = 0, expected, hint, ms = ANSWER_MS }) {
      const coming = group.next(fits, from)
      if (await happens(coming, { ms, signOfLife: () => program.signOfLife() })) return coming
      const last = seen.slice(from).at(-1)
      return t.fail({
        expected,
        got: last
          ? `only other datagrams, the last one to ${last.member.name}: ${shownMessage(last.message)}`
          : NOTHING,
        hint,
      })
    },
    async tell(member, updates = []) {
      const seq = t.random.int(1, 2 ** 31)
      const from = seen.length
      await group.send(member, { type: 'ping', seq, from: member.name, target: name, updates: [...updates] })
      const { message } = await group.expect(
        one => one.member === member && one.message.type === 'ack' && one.message.seq === seq,
        { from, expected: `an ack to the ping, with its seq ${seq}.`, hint: ANSWERS },
      )
      // While datagrams keep coming on one socket, Node reads none of the others.
      for (let turns = 0; turns < 2; turns++) await setImmediate()
      return message
    },
    async table() {
      const { members: all } = await t.call(members, {}, { program })
      return new Map(all.map(update => [update.node, update]))
    },
  }

  const addresses = (seeds?.(played) ?? []).map(({ address }) => address)
  t.doing(`The checker called start${seeds ? ` with ${addresses.length} seeds` : ' without seeds'}.`)
  const bound = await t.call(
    start,
    { name, host: LOOPBACK, port: 0, seeds: addresses, ...rules },
    { program },
  )
  own.port = bound.port
  Object.assign(group, { port: bound.port, address: `${LOOPBACK}:${bound.port}` })
  return group
}

const NOTHING = 'no datagram, although your program runs.'

export const ANSWERS =
  'do you answer a ping that has your name as its target with an ack that has the same seq, at once, and to the address and port that it came from?'

/** So many updates a member tells at once. */
export const MOST_UPDATES = 6

/** One of the members tells the program of all, up to six in each ping. */
export async function introduce(t: CheckContext, group: Group, members = group.members): Promise<void> {
  const [first] = members
  t.doing(`A member of a group of ${group.members.length + 1} told your program of the others, in pings.`)
  for (let i = 0; i < members.length; i += MOST_UPDATES)
    await group.tell(
      first!,
      members.slice(i, i + MOST_UPDATES).map(member => group.update(member)),
    )
}

/** Asks for acks until there is nothing more that the program passes on. Returns the updates of each. */
export async function drain(
  t: CheckContext,
  group: Group,
  { members = group.members, most = 60 }: { members?: readonly Played[]; most?: number } = {},
): Promise<SwimUpdate[][]> {
  const all: SwimUpdate[][] = []
  for (let i = 0; i < most; i++) {
    const { updates } = await group.tell(members[i % members.length]!)
    if (updates.length === 0) return all
    all.push(updates)
  }
  return t.fail({
    expected: 'that your program stops passing on an update after so many datagrams as the text says.',
    got: `updates in all of ${most} acks, although nothing new happened.`,
    hint: 'do you count how often you sent each update, and drop it then?',
  })
}
