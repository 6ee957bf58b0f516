/** Five nodes, clients at all of them, a stranger, and a schedule of faults that follows from the seed. */
import { entryText, type Call } from '../../../check/cluster/trace.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { CheckFailure } from '../../../check/kit/finding.ts'
import type { Random } from '../../../check/kit/random.ts'
import exercise from '../exercise.ts'
import { saysOf } from './clients.ts'
import { wrongIn, type Command } from './history.ts'
import { openNetwork, type Network } from './network.ts'
import { createStory, type Telling } from './story.ts'
import { harass, noLies } from './stranger.ts'

const TIMERS = { electionMs: 120, heartbeatMs: 25 }
/** In electionMs: the longest that a node tries to hand a command over. */
const SUBMITS = 5
/** In electionMs: what the text promises. */
const RECOVERS = 20
/** In electionMs: a right program recovers in so long a time, if no node is late in it. */
const QUIET = 15
/** Where the machine was late, nodes get the same time again, so often. */
const ROUNDS = 8
const CLIENTS = 4
/** Commands at the end, until one is answered with a result. */
const LAST_TRIES = 15
/** A client that waits longer goes on with another node. In electionMs. */
const PATIENCE = 1.5

export async function survives(t: CheckContext): Promise<void> {
  const network = await openNetwork(t, TIMERS, { submits: SUBMITS })
  network.always(noLies)
  await network.connected('every node connects to every other one')
  const story = createStory(network)
  const stranger = harass(t, network)
  t.report(() => story.report(stranger.sent))
  let over = false
  const failed: unknown[] = []
  const clients = Array.from({ length: CLIENTS }, (_, i) =>
    client(network, t.random.split(`client ${i}`), i, () => over).catch((error: unknown) =>
      failed.push(error),
    ),
  )
  t.doing(
    `Five nodes found each other. ${CLIENTS} clients gave commands to all of them, a stranger sent them lies, and nothing failed yet.`,
  )
  await recovers(t, network, story, 'the start', network.ids, failed)
  for (const fault of t.random.shuffle([kill, pauses, split, slow, moves]))
    await fault(t, network, story, failed)
  over = true
  stranger.stop()
  await Promise.all(clients)
  if (failed.length > 0) throw failed[0]

  t.doing(
    'The checker ended all faults, and compared what all nodes have applied with what clients were told.',
  )
  await network.everywhere(await unlessLate(t, network, round => lastIndex(t, network, round)), network.ids)
  judge(t, network)
  t.figures(story.figures())
}

/** A command that one of these is given from now on is answered in time. */
async function recovers(
  t: CheckContext,
  network: Network,
  story: Telling,
  after: string,
  among: readonly string[],
  failed: readonly unknown[],
): Promise<void> {
  const from = network.trace.entries.length
  let first: Call | undefined
  const stop = network.trace.onEntry(entry => {
    if (entry.kind !== 'answer' || first) return
    const { index, node, result } = entry.call
    if (index >= from && result !== undefined && among.includes(node)) first = entry.call
  })
  const began = story.now()
  const limit = RECOVERS * network.timers.electionMs
  const answered = () =>
    network.until(
      `a client gets an answer within ${RECOVERS} × electionMs after ${after}: ${among.join(', ')} are up and connected, which is a majority`,
      () => failed.length > 0 || first !== undefined,
      {
        ms: limit,
        hint: 'do they elect a leader, and does each of them hand commands to it, once it knows it? Does a command that is refused get another try?',
        got: () => 'no answer.',
      },
    )
  await unlessLate(t, network, answered, among)
  stop()
  if (failed.length > 0) throw failed[0]
  story.recovered(after, first!.answeredAt! - began)
}

/** What is due gets more time where nodes may have missed a leader only because the machine was late; inconclusive where it is late all the time. */
async function unlessLate<T>(
  t: CheckContext,
  network: Network,
  due: (round: number) => Promise<T>,
  among = network.ids,
): Promise<T> {
  const { electionMs } = network.timers
  const lateness = network.watchLateness(among)
  try {
    for (let round = 1; ; round++) {
      try {
        return await due(round)
      } catch (error) {
        // A node that is late by half an election time-out may miss a leader that is there.
        if (!(error instanceof CheckFailure) || lateness.quiet(electionMs / 2) >= QUIET * electionMs)
          throw error
        if (round >= ROUNDS)
          t.inconclusive(
            'this machine is so busy that nodes may have missed a leader that was there, so how long they took proves nothing.',
          )
      }
    }
  } finally {
    lateness.stop()
  }
}

type Fault = (t: CheckContext, network: Network, story: Telling, failed: readonly unknown[]) => Promise<void>

const without = (network: Network, ...gone: readonly string[]) => network.ids.filter(id => !gone.includes(id))

const kill: Fault = async (t, network, story, failed) => {
  const leader = await network.leader('a node leads')
  t.doing(`The checker killed the leader ${leader}.`)
  await network.node(leader).kill()
  const back = story.is('down', [leader], `${leader}, which led, is killed`)
  await recovers(t, network, story, `${leader} was killed`, without(network, leader), failed)
  t.doing(`The checker started ${leader} again, which had been killed.`)
  await network.node(leader).restart()
  back(`${leader} is started again`)
  await network.connected(`${leader} and the others connect to each other again`)
}

const pauses: Fault = async (t, network, story, failed) => {
  // Windows has no such signal.
  if (process.platform === 'win32') return
  const leader = await network.leader('a node leads')
  t.doing(`The checker paused the leader ${leader}.`)
  await network.node(leader).pause()
  const back = story.is('paused', [leader], `${leader}, which led, is paused`)
  await recovers(t, network, story, `${leader} was paused`, without(network, leader), failed)
  t.doing(`${leader}, which was paused, went on, and did not know that it does not lead any more.`)
  network.node(leader).resume()
  back(`${leader} goes on`)
  await recovers(t, network, story, `${leader} went on`, network.ids, failed)
}

const split: Fault = async (t, network, story, failed) => {
  const leader = await network.leader('a node leads')
  const few = [leader, t.random.pick(without(network, leader))]
  const most = without(network, ...few)
  const how = t.random.pick(['hold', 'break'] as const)
  t.doing(`The checker cut off the leader ${leader} and ${few[1]} from ${most.join(', ')}.`)
  const cut = network.split([few, most], how)
  const back = story.is('cut off', few, `${few.join(' and ')} are cut off from ${most.join(', ')}`)
  await recovers(t, network, story, `${few.join(' and ')} were cut off`, most, failed)
  if (cut.blocked() === 0) t.inconclusive('nothing was sent across the split, so it proves nothing.')
  t.doing(`The split between ${few.join(', ')} and ${most.join(', ')} ended.`)
  cut.heal()
  back('the split ends')
  await network.connected('every node connects to every other one after the split')
  await recovers(t, network, story, 'the split ended', network.ids, failed)
}

const slow: Fault = async (t, network, story, failed) => {
  const random = t.random.split('slow')
  t.doing('The checker delayed each message by 5 to 25 ms.')
  network.delay(() => random.int(5, 25))
  const back = story.is('slow', network.ids, 'messages take 5 to 25 ms')
  await recovers(t, network, story, 'messages became slow', network.ids, failed)
  network.delay(() => 0)
  back('messages are fast again')
}

const moves: Fault = async (t, network, story, failed) => {
  const leader = await network.leader('a node leads')
  const mover = t.random.pick(without(network, leader))
  t.doing(`The checker killed ${mover}, and started it again at another address.`)
  await network.node(mover).kill()
  const back = story.is('down', [mover], `${mover} is killed`)
  await network.move(mover)
  await network.node(mover).restart()
  back(`${mover} is started again, at another address`)
  await network.connected(`${mover} and the others connect to each other, although it has moved`)
  await recovers(t, network, story, `${mover} moved`, network.ids, failed)
}

/** One command after another, at whatever node. */
async function client(network: Network, random: Random, number: number, over: () => boolean): Promise<void> {
  const { timers } = network
  /** What this client last read or wrote: a guess of what the register is. */
  let expected = '0'
  for (let i = 0; !over(); i++) {
    const value = `${number}x${i}`
    const command = random.pick(['read', `write ${value}`, `write ${value}`, `cas ${expected} ${value}`])
    const node = random.pick(network.ids)
    if (network.node(node).state === 'up') {
      const call = network.submit(node, command)
      const until = performance.now() + PATIENCE * timers.electionMs
      // Whoever waits too long goes on elsewhere, and gets the answer all the same.
      while (call.answeredAt === undefined && performance.now() < until && !over()) await pause(4)
      const said = (call.result as { result: string } | undefined)?.result
      if (said !== undefined && said !== 'no') expected = command === 'read' ? said : value
    }
    await pause(random.int(10, 40))
  }
}

/** The index of a last command, which some node takes. */
async function lastIndex(t: CheckContext, network: Network, round: number): Promise<number> {
  for (let i = 0; i < LAST_TRIES; i++) {
    const node = network.ids[i % network.ids.length]!
    const call = network.submit(node, `write last${round}x${i}`)
    await network.until(`${node} answers its client`, () => call.answeredAt !== undefined, {
      ms: network.longMs + network.timers.submitMs,
      hint: 'is each submit answered when submitMs is over, with an error at least?',
    })
    if (call.result) return (call.result as { index: number }).index
    await pause(network.timers.heartbeatMs)
  }
  t.fail({
    expected: 'that a command is answered when all faults have ended and all nodes are connected.',
    got: `${LAST_TRIES} errors, one after another.`,
    hint: 'does a node find the new leader after a fault?',
    spoke: true,
  })
}

function judge(t: CheckContext, network: Network): void {
  const { trace } = network
  const log = new Map<number, [string]>()
  for (const { data } of trace.events(exercise.events.committed)) log.set(data.index, [data.command])
  const calls = trace.calls('submit')
  const wrong = wrongIn(calls.map(commandOf), log)
  if (!wrong) return
  const { expected, got, hint, command } = wrong
  const call = calls.find(({ node, at }) => node === command.node && at === command.calledAt)!
  t.fail({ expected, got, hint, spoke: true, trail: trail(network, call) })
}

function commandOf({ node, args, at, answeredAt, result, error }: Call): Command {
  return {
    node,
    command: (args as { command: string }).command,
    calledAt: at,
    answeredAt,
    result: result as Command['result'],
    says: error === undefined || answeredAt === undefined ? undefined : (saysOf(error) ?? 'neither'),
  }
}

function trail({ trace }: Network, call: Call): string[] {
  const { command } = call.args as { command: string }
  return trace.entries
    .filter(entry => {
      if (entry === call || (entry.kind === 'answer' && entry.call === call)) return true
      if (entry.kind === 'event') return (entry.data as { command?: unknown }).command === command
      return entry.kind === 'message' && (entry.value as { command?: unknown }).command === command
    })
    .slice(0, 14)
    .map(entry => `${entry.at.toFixed(0).padStart(6)} ms  ${entryText(entry)}`)
}
