/** A command that somebody may have: nobody gets it a second time. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { lateUntil } from '../../../check/kit/lateness.ts'
import { happens } from '../../../check/kit/patience.ts'
import { openClient, type Client } from './clients.ts'

const SUBMIT_MS = 250
const TRIES = 8
/** Of the commands whose order counts. */
const LONGEST_MS = 4_000
const QUARTER = 4
const TWICE =
  'whoever was sent the command may apply it, also later: is there a way on which it is sent again?'

export async function unknown(t: CheckContext): Promise<void> {
  const client = await openClient(t, { submitMs: SUBMIT_MS, heartbeatMs: 10 })
  const { house } = client
  const [n2, n3] = [house.peer('n2'), house.peer('n3')]
  const value = () => `write ${t.random.int(1, 1e9)}`
  let term = t.random.int(1, 50)
  const expectOnce = async (command: string, after: string) => {
    for (const id of house.others) await house.peer(id).settled()
    const to = client.handed(command)
    if (to.length === 1) return
    house.fail({
      expected: `that n1 hands over "${command}" once, ${after}.`,
      got: `it was sent to ${to.join(' and ')}.`,
      hint: TWICE,
    })
  }

  await client.leads('n2', term)
  const silent = value()
  t.doing(
    `n2 led and was handed a command, with submitMs ${SUBMIT_MS}. It said nothing, and n3 led the next term.`,
  )
  const first = client.submit(silent)
  await client.expectHanded(
    n2,
    silent,
    'does a node that does not lead send the command to raft.knownLeader()?',
  )
  await client.leads('n3', ++term)
  await client.expectAnswer(
    first,
    silent,
    'unknown',
    'n2 has the command, and nobody knows whether it is applied',
  )
  await expectOnce(silent, 'although n2 does not answer, and n3 leads')

  const told = value()
  t.doing('n3 led, was handed a command, and answered that its outcome is unknown.')
  const second = client.submit(told)
  const id = await client.expectHanded(n3, told, 'does the next command go to the leader of the newest term?')
  await house.say(n3, { type: 'submitted', id, outcome: 'unknown' })
  await client.expectAnswer(
    second,
    told,
    'unknown',
    '"unknown" is not "refused": the command may be in the log',
  )
  await expectOnce(told, 'although n3 does not know what became of it')

  const broken = value()
  t.doing(
    'n3 led, was handed a command, and broke the connection. Then n1 was connected to it again, and n2 led the next term.',
  )
  const third = client.submit(broken)
  await client.expectHanded(n3, broken, 'does a command that is unknown keep the next one from being sent?')
  const dials = n3.dials
  n3.resetDials()
  for (let i = 0; n3.dials === dials && i < 400; i++) await n3.settled()
  await client.leads('n2', ++term)
  await client.expectAnswer(
    third,
    broken,
    'unknown',
    'what was sent before the connection broke may have arrived',
  )
  await expectOnce(broken, 'although the connection broke after it was sent')

  for (let i = 0; !(await answered(t, client, value())); i++)
    if (i === TRIES)
      t.inconclusive(
        `this machine is so busy that n2 could not answer within ${SUBMIT_MS} ms, however often it tried.`,
      )
  await oneTime(t, client, ++term)
}

/** A command that is refused has no more time than before. */
async function oneTime(t: CheckContext, client: Client, firstTerm: number): Promise<void> {
  for (let submitMs = SUBMIT_MS, term = firstTerm; submitMs <= LONGEST_MS; submitMs *= 2, term++)
    if (await endsInTurn(t, client, submitMs, term)) return
  t.inconclusive(
    `this machine is so busy that it was late by more than ${LONGEST_MS / QUARTER} ms while two commands waited.`,
  )
}

/**
 * n2 is handed two commands, refuses the first one late, and then says nothing: the first one is over before the second one. Fails when it is not;
 * false when only the machine may be to blame. Both are timed by the program, so it does not matter how fast it is.
 */
async function endsInTurn(t: CheckContext, client: Client, submitMs: number, term: number): Promise<boolean> {
  const { house } = client
  const n2 = house.peer('n2')
  await house.restart({ submitMs })
  await n2.dial(house.port)
  await client.leads('n2', term)
  const apart = Math.ceil(submitMs / QUARTER)
  t.doing(
    `n2 led, with submitMs ${submitMs}, and was handed a command, and another one ${apart} ms later. After ${apart} ms more, it refused the first one, which it was handed again. It did not answer any more.`,
  )
  const [first, second] = [1, 2].map(i => `write ${i}x${t.random.int(1, 1e9)}`) as [string, string]
  const ended: string[] = []
  const give = async (command: string) => {
    const answer = client.submit(command)
    await answer
    ended.push(command)
    return answer
  }
  const handed = (command: string) =>
    n2.next({
      what: `the command "${command}" in a message of type submit`,
      type: 'submit',
      is: message => message.command === command,
      hint: 'does the next command go to the leader that n1 knows?',
    })
  const one = give(first)
  const { id } = await handed(first)
  await pause(apart)
  const other = give(second)
  const both = Promise.all([one, other])
  const signOfLife = () => house.program.signOfLife()
  const lag = lateUntil(both, signOfLife)
  await handed(second)
  await pause(apart)
  n2.send({ type: 'submitted', id, outcome: 'refused' })
  await happens(both, { ms: 3 * submitMs, signOfLife })
  // Otherwise its time was over before n1 heard of the refusal.
  if (client.handed(first).length < 2) return false
  await client.expectAnswer(one, first, 'unknown', 'n2 has the command again, and has not answered')
  await client.expectAnswer(other, second, 'unknown', 'n2 has the command, and has not answered')
  if (ended[0] === first) return true
  if ((await lag) >= apart) return false
  return house.fail({
    expected: `that the client of "${first}" is answered before that of "${second}", because its submitMs began ${apart} ms earlier.`,
    got: `the answer to "${second}" first.`,
    hint: 'submitMs is for all attempts together: does each attempt wait only for what is left of it?',
  })
}

/** n2 leads, and answers. Whether it did so in time: a machine may stand still. */
async function answered(t: CheckContext, { house, ...client }: Client, command: string): Promise<boolean> {
  const n2 = house.peer('n2')
  t.doing('n2 led, and was handed one more command, which it answered.')
  const began = performance.now()
  const answer = client.submit(command)
  const id = await client.expectHanded(
    n2,
    command,
    'does the next command go to the leader of the newest term?',
  )
  await house.say(n2, { type: 'submitted', id, outcome: 'done', index: 4, result: 'ok' })
  if (performance.now() - began >= SUBMIT_MS) return false
  await client.expectAnswer(
    answer,
    command,
    { index: 4, result: 'ok' },
    'do commands that are over stand in the way of the next one?',
  )
  return true
}
