/** What clients see: a history of reads, writes and compare-and-sets that one register could have given. */
import {
  linearizability,
  register,
  type Operation,
  type RegisterInput,
  type RegisterOutput,
} from '../../../check/cluster/linearizability.ts'
import type { Call } from '../../../check/cluster/trace.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import type { Random } from '../../../check/kit/random.ts'
import { openGroup, type Group } from './cluster.ts'
import { asMessage } from './messages.ts'

const TIMERS = { electionMs: 100, heartbeatMs: 20 }
const CLIENTS = 3
/** Answers between two faults. */
const EACH = 12
/** A client that waits longer asks another node. Its command may be applied later. */
const PATIENCE_MS = 250
/** What is not answered by then may never be: it was left at a node that has lost its office. */
const REST_MS = 1_000

export async function linearizable(t: CheckContext): Promise<void> {
  const group = await openGroup(t, 3, TIMERS)
  const ids = group.nodes.map(({ id }) => id)
  await group.leader('a node becomes leader')
  t.doing(
    `${CLIENTS} clients read, wrote and compared and set a register on three nodes, while the checker killed and cut off leaders.`,
  )

  const turns: Turns = { over: false, resting: false, busy: new Set() }
  const failed: unknown[] = []
  const clients = Array.from({ length: CLIENTS }, (_, i) =>
    client(group, t.random.split(`client ${i}`), ids, i, turns).catch((error: unknown) => failed.push(error)),
  )
  const answered = () => group.trace.calls('submit').filter(({ result }) => result !== undefined).length
  const more = async () => {
    const before = answered()
    await group.until(
      `clients get ${EACH} more answers`,
      () => failed.length > 0 || answered() >= before + EACH,
      {
        ms: group.longMs,
        hint: 'two of three nodes are up and connected: can they elect a leader, and commit?',
        got: () => `${answered() - before} answers.`,
      },
    )
    if (failed.length > 0) throw failed[0]
  }
  const leader = () => group.leader('a node leads')

  await more()
  const killed = await leader()
  await group.node(killed).kill()
  await more()
  await group.node(killed).restart()
  const alone = await leader()
  const split = group.split([[alone], ids.filter(id => id !== alone)])
  await more()
  split.heal()
  await more()
  // When all nodes know everything as committed, the next leader has nothing to catch up on: what it has not applied shows.
  turns.resting = true
  const underWay = () => group.trace.calls('submit').some(({ answeredAt }) => answeredAt === undefined)
  for (let ms = 0; ms < REST_MS && (turns.busy.size > 0 || underWay()); ms += 4) await pause(4)
  await group.everywhere(await group.decide('read'), ids)
  await group.node(await leader()).kill()
  turns.resting = false
  await more()
  turns.over = true
  await Promise.all(clients)
  judge(t, group)
}

/** When the clients go on. */
interface Turns {
  over: boolean
  /** They begin nothing new. */
  resting: boolean
  /** The numbers of those that wait for an answer. */
  busy: Set<number>
}

async function client(
  group: Group,
  random: Random,
  ids: readonly string[],
  number: number,
  turns: Turns,
): Promise<void> {
  let target = random.pick(ids)
  // What another node has missed shows before anything is written there, so the first answer of a node is that of a read.
  let isNew = true
  for (let i = 0; !turns.over; i++) {
    while (turns.resting) await pause(4)
    const value = `${number}x${i}`
    const known = group.trace.calls('submit').findLast(({ result }) => result !== undefined)
    const expected = known ? valueAfter(known) : '0'
    const command = isNew
      ? 'read'
      : random.pick(['read', 'read', `write ${value}`, `cas ${expected} ${value}`])
    if (group.node(target).state === 'up') {
      turns.busy.add(number)
      const call = group.submit(target, command)
      const until = performance.now() + PATIENCE_MS
      // An operation takes as long as it takes; in between the client does nothing.
      while (call.answeredAt === undefined && performance.now() < until && !turns.over) await pause(4)
      turns.busy.delete(number)
      if (call.result) {
        isNew = false
        continue
      }
    }
    isNew = true
    await pause(random.int(2, 12))
    target = group.leaders()[0]?.node ?? random.pick(ids)
    if (random.int(0, 3) === 0) target = random.pick(ids)
  }
}

const valueAfter = ({ args, result }: Call): string => {
  const [name, first, second] = (args as { command: string }).command.split(' ')
  const said = (result as { result: string }).result
  return name === 'read' ? said : name === 'write' ? first! : said === 'ok' ? second! : '0'
}

function judge(t: CheckContext, group: Group): void {
  /** Commands that some leader sent on. Others cannot have taken effect. */
  const sent = new Set(
    group.trace.messages('append-entries').flatMap(({ value }) => {
      const message = asMessage(value)
      return message?.type === 'append-entries' ? message.entries.map(({ command }) => command) : []
    }),
  )
  const history: (Operation<RegisterInput<string>, RegisterOutput<string>> & { call: Call })[] = []
  for (const call of group.trace.calls('submit')) {
    const { command } = call.args as { command: string }
    const said = (call.result as { result: string } | undefined)?.result
    const input = inputOf(command)
    if (said === undefined && (input.op === 'read' || !sent.has(command))) continue
    history.push({
      call,
      input,
      output: said === undefined ? undefined : input.op === 'read' ? { value: said } : { ok: said === 'ok' },
      calledAt: call.at,
      answeredAt: said === undefined ? Infinity : call.answeredAt!,
    })
  }
  const judged = linearizability(register<string>('0'), history)
  if (judged.verdict === 'unknown')
    t.inconclusive('the history has too many commands without an answer to judge it.')
  if (judged.verdict === 'linearizable') return
  const text = (one: Operation<unknown, unknown>) => {
    const { call } = one as (typeof history)[number]
    const said = (call.result as { result: string } | undefined)?.result
    return `${call.node}: "${(call.args as { command: string }).command}" ${said === undefined ? 'without an answer' : `said "${said}"`}, from ${call.at.toFixed(0)} to ${call.answeredAt?.toFixed(0) ?? '…'} ms`
  }
  t.fail({
    expected:
      'a history that one register could have given: each command takes effect at one moment between its call and its answer.',
    got: `${history.length} commands that fit no such order. After those that fit, none of these can come next.`,
    hint: 'do reads go through the log like writes? Is a command answered only when it is committed, and applied once?',
    trail: [
      ...judged.longest.slice(-6).map(one => `fits: ${text(one)}`),
      ...judged.stuck.map(one => `not next: ${text(one)}`),
    ],
    spoke: true,
  })
}

function inputOf(command: string): RegisterInput<string> {
  const [name, first = '', second = ''] = command.split(' ')
  return name === 'read'
    ? { op: 'read' }
    : name === 'write'
      ? { op: 'write', value: first }
      : { op: 'cas', expected: first, value: second }
}
