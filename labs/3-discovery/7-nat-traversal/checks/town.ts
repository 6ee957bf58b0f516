/** The program behind a NAT, and what there is in the world: observers, the rendezvous, and peers behind NATs of their own. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { happens, withTime } from '../../../check/kit/patience.ts'
import type { Program } from '../../../check/engine/program.ts'
import { openGateway, type Gateway } from '../../../check/nat/gateway.ts'
import { createNat, type Nat, type NatOptions } from '../../../check/nat/nat.ts'
import { createWorld, type World } from '../../../check/nat/world.ts'
import { parseEvent, type EventKind, type Fields, type Values } from '../../../exercise/op.ts'
import { preview } from '../../../preview.ts'
import { unlessLate } from '../../../check/kit/lateness.ts'
import exercise from '../exercise.ts'
import { playObserver, type Observer, type ObserverBehavior } from './observers.ts'
import { playPeer, type PlayedPeer } from './peer.ts'
import { playRendezvous, type Rendezvous } from './rendezvous.ts'
import type { Path } from './simulate.ts'

export const { start, connect, send } = exercise.ops
export const { events } = exercise

/** Times that a check is not about: nothing is tried again, and nothing kept alive, before it is over. */
export const NEVER_MS = 1_000_000_000
/** `connect` and `start` answer after the checker's part. */
const answerMs = ({ tries, tryMs }: Times): number => 8_000 + 2 * tries * tryMs
export const AT_ONCE_MS = 1_500
/** What part of the patience's time is one try: the checks have to wait for many. */
const TRY_PART = 4

/**
 * Runs `attempt` with a time for one try. A failure counts only where the machine was not so late that it may be the cause of it; else there is
 * another attempt with twice the time, and a fresh program. `another` is one more, whose being late counts, too.
 */
export const withTries = (
  t: CheckContext,
  attempt: (tryMs: number, program: Program, another: () => Promise<Program>) => Promise<void>,
): Promise<void> =>
  withTime(t, async (ms, program) => {
    const tryMs = ms / TRY_PART
    const programs = [program]
    const another = async () => {
      const one = await t.another()
      programs.push(one)
      return one
    }
    const signsOfLife = () => Promise.all(programs.map(one => one.signOfLife()))
    await unlessLate(tryMs / 2, signsOfLife, () => attempt(tryMs, program, another))
  })

export interface TownOptions {
  /** Of the program. Left out: Endpoint-Independent mapping and Address and Port-Dependent filtering, as most have. */
  nat?: Partial<NatOptions>
  observers?: readonly ObserverBehavior[]
}

export interface Town {
  world: World
  observers: Observer[]
  rendezvous: Rendezvous
  /** An honest one that no program is told of. */
  quiet: Observer
  nat(options: Partial<NatOptions>, host?: string): Nat
  /** A peer behind a NAT with these behaviors, which has registered. */
  peer(name: string, options: Partial<NatOptions>): PlayedPeer
  /** A program behind this NAT, which is not started yet. */
  inhabitant(name: string, nat: Nat, program: Program, inside?: number): Promise<Inhabitant>
}

export interface Times {
  tries: number
  tryMs: number
  keepAliveMs?: number
}

/** A program in the town. */
export interface Inhabitant {
  name: string
  program: Program
  nat: Nat
  gateway: Gateway
  /** The arguments of `start`. */
  args(times: Times): Values<typeof start.args>
  /** Calls `start`, and fails when the address is none of those that its NAT uses. Returns it. */
  start(times: Times): Promise<string>
  connect(peer: string): Promise<Path>
  /** All events of this kind that it has told. Several parts of a check look for theirs at once, so none is taken. */
  told<D extends Fields>(kind: EventKind<D>): Values<D>[]
  /** Waits for the event connected about the peer. */
  connected(peer: string, did?: string, hint?: string): Promise<Path>
  /** Waits for the event with this data of the peer, which is like no other. */
  message(peer: string, bytes: Buffer, did: string, hint: string): Promise<void>
}

/** Documentation addresses (RFC 5737), which nobody has. */
const INFRASTRUCTURE = '192.0.2.'
const HOMES = ['198.51.100.', '203.0.113.']
const STUN_PORT = 3478

export function openTown(t: CheckContext, { observers = [{}, {}, {}] }: TownOptions = {}): Town {
  const { random } = t
  const world = createWorld()
  const numbers = random.shuffle(Array.from({ length: 250 }, (_, i) => i + 2))
  const homes = random.shuffle(numbers.flatMap(number => HOMES.map(home => `${home}${number}`)))
  const infrastructure = () => `${INFRASTRUCTURE}${numbers.pop()}`
  const rendezvous = playRendezvous(world, `${infrastructure()}:${random.int(2000, 9000)}`, random)
  const quiet = playObserver(world, `${infrastructure()}:${STUN_PORT}`, 'an observer of the peers')
  const town: Town = {
    world,
    rendezvous,
    quiet,
    observers: observers.map((behavior, i) =>
      playObserver(world, `${infrastructure()}:${STUN_PORT}`, `observer ${i + 1}`, behavior),
    ),
    nat: (options, host = homes.pop()!) =>
      createNat(
        host,
        {
          mapping: 'Endpoint-Independent',
          filtering: 'Address and Port-Dependent',
          ...options,
        },
        random.split(host),
      ),
    peer: (name, options) =>
      playPeer(world, town.nat(options), {
        name,
        observer: quiet.address,
        rendezvous,
        random: random.split(name),
      }),
    async inhabitant(name, nat, program, inside = 1) {
      const gateway = await openGateway(t, world, nat, { inside, name: `the gateway of ${name}` })
      return inhabit(t, town, { name, nat, program, gateway })
    },
  }
  return town
}

function inhabit(
  t: CheckContext,
  { observers, rendezvous }: Town,
  { name, nat, program, gateway }: Pick<Inhabitant, 'name' | 'nat' | 'program' | 'gateway'>,
): Inhabitant {
  let given: Times = { tries: 1, tryMs: 0 }
  const inhabitant: Inhabitant = {
    name,
    nat,
    program,
    gateway,
    told: kind =>
      program.told.waiting(kind.name).map(({ data }) => {
        const { values, misfit } = parseEvent(kind, data)
        return misfit ? t.fail(misfit) : values
      }),
    args: ({ tries, tryMs, keepAliveMs = NEVER_MS }) => ({
      gateway: gateway.address,
      name,
      observers: observers.map(({ address }) => address),
      rendezvous: rendezvous.address,
      tries,
      tryMs,
      keepAliveMs,
    }),
    start: async times => {
      given = times
      return (await t.call(start, inhabitant.args(times), { program, ms: answerMs(times) })).address
    },
    connect: async peer => (await t.call(connect, { peer }, { program, ms: answerMs(given) })).path,
    async connected(
      peer,
      did,
      hint = "do you call emit('connected', …) on both sides, whoever called connect?",
    ) {
      const found = () => inhabitant.told(events.connected).find(data => data.peer === peer)
      await expectDone(
        t,
        inhabitant,
        () => found() !== undefined,
        {
          did,
          expected: `the event connected for ${peer}.`,
          got: () => `${inhabitant.told(events.connected).length} such events, none of them for ${peer}.`,
          hint: () => hint,
        },
        AT_ONCE_MS + 2 * given.tries * given.tryMs,
      )
      return found()!.path
    },
    async message(peer, bytes, did, hint) {
      const told = () => inhabitant.told(events.message)
      await expectDone(t, inhabitant, () => told().some(one => one.bytes.equals(bytes)), {
        did,
        expected: `the event message with the data of ${peer}, ${bytes.toString('hex')}.`,
        got: () => {
          const last = told().at(-1)
          return last ? `${last.bytes.toString('hex')} of ${last.peer}.` : 'no event message.'
        },
        hint: () => hint,
      })
      const teller = told().find(one => one.bytes.equals(bytes))!.peer
      if (teller === peer) return
      t.fail({
        did,
        expected: `the event message with the peer ${peer}.`,
        got: `${preview(teller)}.`,
        hint: 'whose data it is follows from its session, and from nothing else.',
      })
    },
  }
  return inhabitant
}

/** Fails when the program does not do it, although it runs. `done` is asked again whenever something arrives, and now and then. */
export async function expectDone(
  t: CheckContext,
  { program }: Pick<Inhabitant, 'program'>,
  done: () => boolean,
  {
    did,
    ...finding
  }: { op?: string; did?: string | undefined; expected: string; got: () => string; hint: () => string },
  ms = AT_ONCE_MS,
): Promise<void> {
  let over = false
  const seen = async () => {
    while (!over && !done()) await new Promise(resolve => setTimeout(resolve, 5))
  }
  if (await happens(seen(), { ms, signOfLife: program.signOfLife }).finally(() => (over = true))) return
  t.fail({ ...finding, ...(did !== undefined && { did }), got: finding.got(), hint: finding.hint() })
}

/** Fails when the program sends from several sockets. */
export function expectOneSocket(t: CheckContext, { gateway }: Inhabitant, did?: string): void {
  if (gateway.sockets() <= 1) return
  t.fail({
    op: start.name,
    ...(did !== undefined && { did }),
    expected: 'that all datagrams come from one socket.',
    got: `${gateway.sockets()} sockets.`,
    hint: 'do you call openBehindNat once? Each socket has a mapping of its own, so what an observer reports about one says nothing about another.',
  })
}
