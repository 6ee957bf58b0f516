/** Strangers that say all that members say: nothing of it counts, but a genuine record. */
import { encodeJsonFrame } from '../../../../network/links/json-frames.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { NEVER_MS } from '../../../check/kit/patience.ts'
import exercise from '../exercise.ts'
import { openClient } from './clients.ts'
import { short, STRANGER, type House } from './house.ts'
import { someKey } from './members.ts'

const HUGE = 1e9
const ELECTIONS = { electionMs: 60, heartbeatMs: 20 }
/** Elections in which only strangers vote. */
const ROUNDS = 3
const INVENTED = 500
const OUTSIDE = 'do you look at who has sent a message before it goes to Raft, or anywhere else?'

/** What a stranger says to unseat a leader, or to become one. */
const raftLies = (id: string, term: number): object[] => [
  { type: 'request-vote', term, candidateId: id, lastLogIndex: 99, lastLogTerm: term },
  { type: 'vote', term, voteGranted: true },
  {
    type: 'append-entries',
    term,
    leaderId: id,
    prevLogIndex: 0,
    prevLogTerm: 0,
    entries: [{ term, command: 'write lie' }],
    leaderCommit: 1,
  },
  { type: 'appended', term, success: true, matchIndex: 99 },
]

export async function hostile(t: CheckContext): Promise<void> {
  const client = await openClient(t)
  const { house } = client
  const term = t.random.int(2, 90)
  const n2 = house.peer('n2')
  await client.leads('n2', term)

  const names = [STRANGER, 'n6', 'N2', 'n2 ', '']
  t.doing(
    `n2 led term ${term}. Five strangers, which are not members, sent n1 messages of Raft, in this term and in greater ones.`,
  )
  for (const name of names) {
    const peer = await t.sockets.connect(house.port, STRANGER)
    const lies = [term, term + 1, HUGE].flatMap(each => t.random.shuffle(raftLies(name, each)))
    void peer.write(Buffer.concat([{ from: name }, ...lies].map(encodeJsonFrame)))
    for (let i = 0; i < 2; i++) await house.program.signOfLife()
  }
  await client.leads('n2', term).catch((error: unknown) => {
    const answer = n2.received.findLast(({ type }) => type === 'appended')
    if (answer && Number(answer.term) > term)
      house.fail({
        expected: `that n1 stays in term ${term}, in which n2 leads.`,
        got: `an appended with term ${String(answer.term)}.`,
        hint: OUTSIDE,
      })
    throw error
  })
  const [applied] = house.program.told.waiting(exercise.events.committed.name)
  if (applied)
    house.fail({
      expected: 'that n1 commits nothing that a stranger said.',
      got: `the event committed ${short(applied.data)}.`,
      hint: OUTSIDE,
    })
  const command = `write ${t.random.int(1, 1e9)}`
  const answer = client.submit(command)
  const id = await client.expectHanded(n2, command, 'n2 leads, whatever a stranger says')
  n2.send({ type: 'submitted', id, outcome: 'done', index: 1, result: 'ok' })
  await client.expectAnswer(answer, command, { index: 1, result: 'ok' }, OUTSIDE)

  await invents(t, house)

  t.doing('n1 was started again. Nobody led, no member voted for it, and four strangers did, in every term.')
  await house.restart({ ...ELECTIONS, submitMs: NEVER_MS })
  const voters = await Promise.all(
    ['m1', 'm2', 'm3', STRANGER].map(async from => {
      const voter = await t.sockets.connect(house.port, from)
      void voter.write(encodeJsonFrame({ from }))
      return voter
    }),
  )
  for (let i = 0; i < ROUNDS; i++) {
    const request = await n2.next({
      what: 'a request-vote, because there is no leader',
      type: 'request-vote',
      ms: 4_000,
      hint: 'is Raft started, and does it send on your links?',
    })
    for (const voter of voters)
      void voter.write(encodeJsonFrame({ type: 'vote', term: request.term, voteGranted: true }))
    for (let j = 0; j < 2; j++) await house.program.signOfLife()
    const [led] = house.program.told.waiting(exercise.events.leader.name)
    if (led)
      house.fail({
        expected: 'that n1 does not lead: no other member has voted for it.',
        got: `the event leader ${short(led.data)}.`,
        hint: OUTSIDE,
      })
  }
}

/** Records and broadcasts without end: none of it is passed on, so none of it need be kept. */
async function invents(t: CheckContext, house: House): Promise<void> {
  const { members, stranger } = house
  const key = someKey(t.random)
  const before = house.others.map(id => house.peer(id).received.length)
  t.doing(`A stranger sent n1 ${INVENTED} records of members that do not exist, and as many broadcasts.`)
  await stranger.dial(house.port)
  for (let i = 0; i < INVENTED; i++)
    stranger.send(members.record(`m${i}`, stranger.address, i + 1, key), {
      type: 'flood',
      id: `lie ${i}`,
      payload: '00',
    })
  await stranger.settled()
  await house.expectNothingForged('after a stranger invented members', 'do you keep records of members only?')
  house.others.forEach((id, i) => {
    const extra = house.peer(id).received.slice(before[i])
    if (extra.length === 0) return
    house.fail({
      expected: `that n1 sends ${id} nothing because of what a stranger says.`,
      got: `${extra.length} messages, the first of them ${short(extra[0])}.`,
      hint: OUTSIDE,
    })
  })
  const [told] = house.program.told.waiting(exercise.events.delivered.name)
  if (told)
    house.fail({
      expected: 'no event delivered for what a stranger says.',
      got: `${short(told.data)}.`,
      hint: OUTSIDE,
    })
}
