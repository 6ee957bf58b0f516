/** A command that somebody may have: nobody gets it a second time. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { openClient, type Client } from './clients.ts'

const SUBMIT_MS = 250
const TRIES = 8
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
