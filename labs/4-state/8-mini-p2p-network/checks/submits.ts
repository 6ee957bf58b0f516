/** Commands at any node: handed over to the leader, tried again where nothing has happened, answered with what became of them. */
import type { PlayedNode } from '../../../check/cluster/played-node.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { heartbeat, makeLeader, openClient, type Client } from './clients.ts'
import exercise from '../exercise.ts'
import { short, type House } from './house.ts'

const QUICK = { electionMs: 60, heartbeatMs: 20 }
const HANDS = 'does a node that does not lead send the command to raft.knownLeader()?'

/** With the id of a command, and no answer to it. */
const MALFORMED: readonly object[] = [
  { outcome: 'done' },
  { outcome: 'done', index: '12', result: 'no' },
  { outcome: 'done', index: 12 },
  { outcome: 'perhaps' },
  {},
]

export async function submits(t: CheckContext): Promise<void> {
  const client = await openClient(t, { heartbeatMs: QUICK.heartbeatMs }, ['n2', 'n3', 'n4'])
  const { house } = client
  const [n2, n3] = [house.peer('n2'), house.peer('n3')]
  const value = () => `write ${t.random.int(1, 1e9)}`
  let term = t.random.int(1, 50)

  const [early, second] = [value(), value()]
  t.doing('n1 was given a command while nobody leads. Then n2 led, and n1 was given another one.')
  const waiting = client.submit(early)
  for (let i = 0; i < 3; i++) await house.program.signOfLife()
  if (client.handed(early).length > 0)
    house.fail({
      expected: 'that n1 hands over nothing while it knows no leader.',
      got: `a submit to ${client.handed(early)[0]}.`,
      hint: HANDS,
    })
  await client.leads('n2', term)
  const firstId = await client.expectHanded(n2, early, 'do you try again while there is no leader?')
  const other = client.submit(second)
  const secondId = await client.expectHanded(n2, second, HANDS)
  t.doing('n2 sent messages with the id of the second command that are malformed, and no answers.')
  for (const malformed of t.random.shuffle(MALFORMED))
    n2.send({ type: 'submitted', id: secondId, ...malformed })
  await house.say(n2)
  if (client.handed(second).length > 1)
    house.fail({
      expected: 'that n1 ignores malformed messages, and still waits for the answer.',
      got: `"${second}" once more, although n2 has it.`,
      hint: 'only the outcome "refused" says that nobody has the command: do you look at all of an answer before you use it?',
    })
  t.doing(
    'n2 answered the second command first. In between, a stranger and n3, which do not have the first one, said that it was done.',
  )
  await house.stranger.dial(house.port)
  for (const other of [house.stranger, n3])
    await house.say(other, { type: 'submitted', id: firstId, outcome: 'done', index: 66, result: 'lie' })
  n2.send({ type: 'submitted', id: secondId, outcome: 'done', index: 12, result: 'no' })
  await client.expectAnswer(
    other,
    second,
    { index: 12, result: 'no' },
    'is each answer given to the client whose command has its id?',
  )
  await house.say(n2, { type: 'submitted', id: firstId, outcome: 'done', index: 11, result: 'ok' })
  await client.expectAnswer(
    waiting,
    early,
    { index: 11, result: 'ok' },
    'do answers count only if the member that has the command sends them?',
  )

  t.doing('n1 was given the same command by two clients at once.')
  const twins = [client.submit('read'), client.submit('read')]
  const ids = [await client.expectHanded(n2, 'read', HANDS), await client.expectHanded(n2, 'read', HANDS)]
  if (ids[0] === ids[1])
    house.fail({
      expected: 'an id of its own for each command: its answer has nothing else.',
      got: `the id ${short(ids[0])} twice.`,
      hint: 'two clients may give the same command, and each waits for its own answer.',
    })
  for (const id of ids)
    await house.say(n2, { type: 'submitted', id, outcome: 'done', index: 20, result: 'no' })
  for (const twin of twins)
    await client.expectAnswer(
      twin,
      'read',
      { index: 20, result: 'no' },
      'is each answer given to the client whose command has its id?',
    )

  const moved = value()
  t.doing('n2 refused a command, because it does not lead any more. Then n3 led the next term.')
  const again = client.submit(moved)
  const refusedId = await client.expectHanded(n2, moved, HANDS)
  await client.leads('n3', ++term)
  await house.say(n2, { type: 'submitted', id: refusedId, outcome: 'refused' })
  const movedId = await client.expectHanded(
    n3,
    moved,
    'nobody has a command that was refused: do you try again, with the leader that you know by then?',
  )
  n3.send({ type: 'submitted', id: movedId, outcome: 'done', index: 13, result: 'ok' })
  await client.expectAnswer(
    again,
    moved,
    { index: 13, result: 'ok' },
    'does the answer after a second try reach the client, too?',
  )

  const unsent = value()
  t.doing(
    'n5 connected to n1, and led the next term. n1 was not connected to n5 yet when it was given a command. Then n2 brought the record of n5.',
  )
  const n5 = house.peer('n5')
  await n5.dial(house.port)
  await house.say(n5, heartbeat('n5', ++term))
  const sentLater = client.submit(unsent)
  for (let i = 0; i < 3; i++) await house.program.signOfLife()
  await house.say(n2, house.record('n5'))
  await n5.dialed(1, 'do you dial the member that a genuine, new record is about, with links.addPeer?')
  const unsentId = await client.expectHanded(
    n5,
    unsent,
    'while there is no connection to the leader, links.send returns false, and nobody has the command: do you look at that, and try again?',
  )
  await house.say(n5, { type: 'submitted', id: unsentId, outcome: 'done', index: 14, result: 'ok' })
  await client.expectAnswer(
    sentLater,
    unsent,
    { index: 14, result: 'ok' },
    'does the answer after a second try reach the client, too?',
  )

  t.doing('n2 handed n1, which does not lead, a command.')
  await expectAnswered(
    house,
    n2,
    { outcome: 'refused' },
    value(),
    'a node that does not lead answers "refused", and does nothing',
  )
  await afterTime(t, client)
  await asLeader(t, client)
  await withoutMajority(t, client)
}

/** n1 answers a command of this member's. Resolves when it has. */
async function expectAnswered(
  house: House,
  from: PlayedNode,
  wanted: Readonly<Record<string, unknown>>,
  command: string,
  hint: string,
  meanwhile: () => Promise<void> = async () => {},
): Promise<void> {
  const id = `c${command.slice(6)}`
  await house.say(from, { type: 'submit', id, command })
  await meanwhile()
  const answer = await from.next({ what: `an answer to the command of ${from.id}`, type: 'submitted', hint })
  const fits = answer.id === id && Object.entries(wanted).every(([key, value]) => answer[key] === value)
  if (fits) return
  house.fail({
    expected: `${JSON.stringify({ type: 'submitted', id, ...wanted })} to ${from.id}.`,
    got: `${short(answer)}.`,
    hint,
  })
}

/** Nobody leads, or nobody takes it: certainly not applied. */
async function afterTime(t: CheckContext, client: Client): Promise<void> {
  const { house } = client
  const command = `write ${t.random.int(1, 1e9)}`
  t.doing('n1 was started again with a submitMs of 150 ms, and given a command while nobody leads.')
  await house.restart({ submitMs: 150 })
  await client.expectAnswer(
    client.submit(command),
    command,
    'refused',
    'nobody has taken the command when submitMs is over: the client can be sure that it is not applied',
  )
}

async function asLeader(t: CheckContext, client: Client): Promise<void> {
  const { house } = client
  t.doing('n1 was started again, and n2 and n3 voted for it.')
  await house.restart({ ...QUICK, submitMs: 60_000 })
  for (const id of house.others) {
    await house.peer(id).dial(house.port)
  }
  const stop = follow(house, ['n2', 'n3'])
  try {
    const term = await makeLeader(house)
    const [n4, n5] = [house.peer('n4'), house.peer('n5')]
    // Nobody knows this type: it is not Raft's, whatever its fields are called.
    await house.say(n4, { type: 'greeting', term: term + 1_000, leaderId: 'n4', entries: [] })
    t.doing(
      'n1 led, n4 sent a message of an unknown type with a greater term, and n1 was given a command by n4, one by its own client, and one by a stranger.',
    )
    const forged = `write ${t.random.int(1, 1e9)}`
    await house.stranger.dial(house.port)
    await house.say(house.stranger, { type: 'submit', id: 'x', command: forged })
    for (const id of house.others) await house.peer(id).settled()
    if (house.peer('n2').received.some(({ entries }) => JSON.stringify(entries)?.includes(forged)))
      house.fail({
        expected: 'that n1 takes commands from members and from its own client only.',
        got: `an append-entries with "${forged}", which a stranger handed it.`,
        hint: 'do you look at who has sent a message before you look at what it says?',
      })
    await expectAnswered(
      house,
      n4,
      { outcome: 'done', index: 1, result: 'ok' },
      'write 5',
      'the leader gives the command to Raft, and answers when it is applied. Raft gets its four messages, and no other.',
    )
    await client.expectAnswer(
      client.submit('read'),
      'read',
      { index: 2, result: '5' },
      "does a leader give its own clients' commands to Raft?",
    )
    t.doing(
      'n1 led, and n2 and n3 stored nothing more. n5 handed n1 a command, and then n4 led a later term.',
    )
    stop()
    const next = `write ${t.random.int(1, 1e9)}`
    await expectAnswered(
      house,
      n5,
      { outcome: 'unknown' },
      next,
      'a leader that steps down does not know what becomes of the command: answer "unknown"',
      () => client.leads('n4', term + t.random.int(5, 50)),
    )
  } finally {
    stop()
  }
  const { address } = house.stranger
  if (house.stranger.dials > 0)
    house.fail({
      expected: 'no connection to a stranger.',
      got: `one to ${address}.`,
      hint: 'do you dial members only?',
    })
}

/** Short, because the check waits for its end. */
const SHORT_MS = 150

/** n1 leads, and nobody stores anything before its own client has its answer. */
async function withoutMajority(t: CheckContext, client: Client): Promise<void> {
  const { house } = client
  const { committed } = exercise.events
  const [n2, n3] = [house.peer('n2'), house.peer('n3')]
  t.doing(`n1 was started again with a submitMs of ${SHORT_MS} ms, and n2 and n3 voted for it.`)
  await house.restart({ ...QUICK, submitMs: SHORT_MS })
  for (const peer of [n2, n3]) await peer.dial(house.port)
  await makeLeader(house)
  const [theirs, own] = [1, 2].map(() => `write ${t.random.int(1, 1e9)}`) as [string, string]
  t.doing('n1 led, but n2 and n3 stored nothing. n1 was given a command by n2, then one by its own client.')
  const id = `c${theirs.slice(6)}`
  await house.say(n2, { type: 'submit', id, command: theirs })
  await client.expectAnswer(
    client.submit(own),
    own,
    'unknown',
    'submitMs binds a node that leads, too: its own client does not wait for a majority without end',
  )
  t.doing(
    'n1 led, and answered its own client, because submitMs was over. Only then, n2 and n3 stored its log with the command of n2.',
  )
  const stop = follow(house, ['n2', 'n3'])
  try {
    for (;;) {
      const { command } = await t.event(committed, {
        program: house.program,
        about: `for "${theirs}", which n2 and n3 have stored`,
        hint: 'does a command go to Raft, whoever gave it?',
      })
      if (command === theirs) break
    }
  } finally {
    stop()
  }
  const what = 'an answer to the command of n2'
  const first = await n2.next({ what, type: 'submitted', is: answer => answer.id === id })
  await n2.settled()
  const second = n2.waiting().find(answer => answer.type === 'submitted' && answer.id === id)
  if (!second) return
  house.fail({
    expected: `one answer to the command of n2, either when submitMs is over or when it is applied.`,
    got: `${short(first)}, and then ${short(second)}.`,
    hint: 'a node that has answered "unknown" says nothing more: the other one does not wait any more',
  })
}

const EVERY_MS = 3

/** These store all that n1 sends as leader from now on, until the function that it returns is called. */
function follow(house: House, ids: readonly string[]): () => void {
  const at = new Map(ids.map(id => [id, house.peer(id).received.length]))
  const timer = setInterval(() => {
    for (const id of ids) {
      const peer = house.peer(id)
      for (const message of peer.received.slice(at.get(id))) {
        if (message.type !== 'append-entries') continue
        const matchIndex = Number(message.prevLogIndex) + (message.entries as unknown[]).length
        peer.send({ type: 'appended', term: message.term, success: true, matchIndex })
      }
      at.set(id, peer.received.length)
    }
  }, EVERY_MS)
  return () => clearInterval(timer)
}
