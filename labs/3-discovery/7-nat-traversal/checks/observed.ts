/** What the program makes of its observers' answers, and when it asks again. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { lateUntil } from '../../../check/kit/lateness.ts'
import { TooBusy } from '../../../check/kit/patience.ts'
import type { Nat } from '../../../check/nat/nat.ts'
import type { Program } from '../../../check/engine/program.ts'
import { shortest } from '../../../1-tcp/7-udp/checks/waits.ts'
import type { Observer, ObserverBehavior } from './observers.ts'
import { connect, expectOneSocket, openTown, start, withTries, type Inhabitant, type Town } from './town.ts'

const TRIES = 3
const NAME = 'alice'
const STRANGER = '192.0.2.254:2000'

export const observed: Check = t =>
  withTries(t, async (tryMs, program, another) => {
    const others = await Promise.all([another(), another()])
    await Promise.all([
      someAnswer(t, program, tryMs),
      failsWithout(t, others[0], {
        tryMs,
        who: 'no observer answers',
        observers: [{ deaf: 99 }, { refuses: true }],
      }),
      failsWithout(t, others[1], {
        tryMs,
        who: 'the rendezvous does not answer',
        observers: [{}],
        strangers: true,
      }),
    ])
  })

/** An observer that never answers comes first, then one that loses a request, one that refuses, and honest ones. */
async function someAnswer(t: CheckContext, program: Program, tryMs: number): Promise<void> {
  const behaviors: ObserverBehavior[] = [
    { deaf: 99 },
    ...t.random.shuffle([{ deaf: 1 }, { refuses: true }, { late: true }, {}, {}]),
  ]
  const town = openTown(t, { observers: behaviors })
  const { observers, rendezvous } = town
  const alice = await town.inhabitant(NAME, town.nat({}), program)
  rendezvous.ignore('register', 1)
  const did = `The checker called start with ${observers.length} observers. The first never answers, one loses the first request, one answers each request when the next one comes, and one answers with an error. The rendezvous lost the first registration.`
  t.doing(did)
  const called = performance.now()
  const address = await alice.start({ tries: TRIES, tryMs })
  const took = performance.now() - called
  const lost = observers[behaviors.findIndex(({ deaf }) => deaf === 1)]!
  const truth = town.observers[behaviors.findIndex(one => Object.keys(one).length === 0)]!.asked[0]?.from
  expectAsked(t, town)
  expectOneSocket(t, alice)
  if (lost.asked.length < 2) {
    t.fail({
      op: start.name,
      expected: 'that your program asks again when no answer comes within tryMs.',
      got: `one request to the observer that lost it.`,
      hint: AGAIN,
    })
  }
  const [silent] = observers
  if (silent!.asked.length !== TRIES) {
    t.fail({
      op: start.name,
      expected: `${count(TRIES, 'request')} (tries) to an observer that never answers.`,
      got: `${silent!.asked.length}.`,
      hint: AGAIN,
    })
  }
  expectNoMore(
    t,
    observers.filter((_, i) => !behaviors[i]!.deaf && !behaviors[i]!.refuses),
  )
  if (took < shortest(TRIES, tryMs)) {
    t.fail({
      op: start.name,
      expected: `that each of the ${TRIES} requests to a silent observer has a wait of ${tryMs} ms (tryMs), also the last one.`,
      got: `a result after ${Math.round(took)} ms.`,
      hint: AGAIN,
    })
  }
  const second = silent!.asked[1]!.at
  if (observers.some(({ asked }) => asked[0]!.at > second)) {
    t.fail({
      op: start.name,
      expected: 'that your program asks all observers at once.',
      got: 'a second request to the first observer before the first one to another.',
      hint: `do you wait for one observer before you ask the next? One that is silent then holds up all.`,
    })
  }
  expectIds(
    t,
    observers.flatMap(({ asked }) => asked.map(({ transactionId }) => transactionId)),
  )
  expectAddress(
    t,
    address,
    [truth!],
    alice.nat,
    'the address is what the observers report as XOR-MAPPED-ADDRESS: one that your program cannot know by itself.',
  )
  expectRegistered(t, town, address)
  await failsToConnect(t, town, alice)
  const registrations = rendezvous.messages.filter(({ message }) => message.type === 'register').length
  if (registrations < TRIES) return
  t.fail({
    op: start.name,
    did,
    expected: '2 registrations: the rendezvous answered the second one.',
    got: `${registrations}.`,
    hint: AGAIN,
  })
}

/** They all have answered in time, the first request or, late, with the second one. */
function expectNoMore(t: CheckContext, observers: readonly Observer[]): void {
  const more = observers.find(({ asked }) => asked.length >= TRIES)
  if (!more) return
  t.fail({
    op: start.name,
    expected:
      'no more requests to an observer that has answered, even if it answered an earlier request than your last one.',
    got: `${count(more.asked.length, 'request')} to it.`,
    hint: `${AGAIN} Do you know the answer to each request that you sent, and stop when it comes?`,
  })
}

async function failsToConnect(t: CheckContext, { rendezvous }: Town, { program }: Inhabitant): Promise<void> {
  rendezvous.ignore('connect', 99)
  t.doing('The checker called connect, and the rendezvous did not answer.')
  const { result } = await t.ask(connect, { peer: 'bob' }, { program, ms: 60_000 })
  const asked = rendezvous.messages.filter(({ message }) => message.type === 'connect').length
  if (!result && asked === TRIES) return
  t.fail({
    op: connect.name,
    expected: `an error after ${count(TRIES, 'request')} (tries).`,
    got: result ? `${JSON.stringify(result)}.` : `an error after ${count(asked, 'request')}.`,
    hint: AGAIN,
  })
}

const AGAIN = 'to ask is to send up to tries times, each with a wait of tryMs, until the answer comes.'

function expectAsked(t: CheckContext, { observers }: Town): void {
  const missing = observers.findIndex(({ asked }) => asked.length === 0)
  if (missing < 0) return
  t.fail({
    op: start.name,
    expected: 'a Binding request to each observer.',
    got: `none to observer ${missing + 1}.`,
    hint: 'do you ask all observers in the list?',
  })
}

/** 12 bytes each: five random ones have the same byte in one place about once in 350 million times. */
function expectIds(t: CheckContext, all: readonly string[]): void {
  const ids = [...new Set(all)].map(id => Buffer.from(id, 'hex'))
  const [first] = ids as [Buffer]
  const fixed = ids.length < 5 || [...first.keys()].some(i => ids.every(id => id[i] === first[i]))
  if (!fixed) return
  t.fail({
    op: start.name,
    expected: 'that each request that goes to another observer has a transaction ID of 12 random bytes.',
    got: `${count(ids.length, 'ID')} to 6 observers, such as ${ids
      .slice(0, 2)
      .map(id => id.toString('hex'))
      .join(' and ')}.`,
    hint: 'do you draw randomBytes(12) for each observer? Who knows or guesses an ID can answer in the name of another.',
  })
}

function expectAddress(
  t: CheckContext,
  address: string,
  right: readonly string[],
  nat: Nat,
  hint: string,
): void {
  if (right.includes(address)) return
  t.fail({
    op: start.name,
    expected: `the address ${right.join(' or ')}, which your NAT (${nat.host}) uses for you.`,
    got: `${address}.`,
    hint,
  })
}

function expectRegistered(t: CheckContext, { rendezvous }: Town, address: string): void {
  const registrations = rendezvous.messages.filter(({ message }) => message.type === 'register')
  const registered = rendezvous.registered.get(NAME)
  const hint =
    'do you send {"type":"register","name":…,"address":…} to the rendezvous, again and again until it answers {"type":"registered"}, and does start return only then?'
  if (!registered) {
    t.fail({
      op: start.name,
      expected: `that start returns when the rendezvous has registered ${NAME}.`,
      got: `a result after ${count(registrations.length, 'registration')}, the first of which got lost.`,
      hint,
    })
  }
  if (registered.address === address) return
  t.fail({
    op: start.name,
    expected: `a registration with the address ${address}, which start returned.`,
    got: `${registered.address}.`,
    hint,
  })
}

async function failsWithout(
  t: CheckContext,
  program: Program,
  {
    tryMs,
    who,
    observers,
    strangers = false,
  }: { tryMs: number; who: string; observers: ObserverBehavior[]; strangers?: boolean },
): Promise<void> {
  const town = openTown(t, { observers })
  const { world, rendezvous } = town
  rendezvous.ignore('register', 99)
  const bytes = Buffer.from(JSON.stringify({ type: 'registered' }))
  rendezvous.onMessage = (_, to) => {
    if (strangers) for (const from of [STRANGER, rendezvous.neighbor]) world.send({ from, to, bytes })
  }
  const nat = town.nat({ filtering: 'Endpoint-Independent' })
  const alice: Inhabitant = await town.inhabitant(NAME, nat, program)
  const asked = t.ask(start, alice.args({ tries: 2, tryMs }), { program, ms: 60_000 })
  const lag = strangers ? lateUntil(asked, program.signOfLife) : 0
  const { result } = await asked
  if (!result) {
    // It was late, so it may have given up before it read what the strangers said.
    if (strangers && (rendezvous.messages.length === 0 || (await lag) > tryMs / 2)) throw new TooBusy()
    return
  }
  t.fail({
    op: start.name,
    did: `The checker called start where ${who}${strangers ? ', but strangers say that you are registered' : ''}.`,
    expected: `an error: ${who}.`,
    got: `${JSON.stringify(result)}.`,
    hint: strangers
      ? 'do you give up after tries requests, and throw an Error? Only the rendezvous can register you: look at the host and the port that an answer comes from.'
      : 'do you give up after tries requests, and throw an Error?',
  })
}

export const rewrittenAddress: Check = t =>
  withTries(t, async (tryMs, program) => {
    const town = openTown(t)
    const nat = town.nat({ rewritesPayloads: true })
    const alice = await town.inhabitant(NAME, nat, program)
    let rewrites = 0
    town.world.watch(({ to, bytes }) => {
      if (
        to.startsWith(`${nat.host}:`) &&
        Buffer.from(bytes).includes(Buffer.from(nat.host.split('.').map(Number)))
      )
        rewrites++
    })
    t.doing(
      `The checker called start behind a NAT that rewrites its own address, ${nat.host}, wherever it stands in a payload.`,
    )
    const address = await alice.start({ tries: TRIES, tryMs })
    if (rewrites === 0) t.inconclusive('nothing came in that the NAT had to rewrite.')
    expectAddress(
      t,
      address,
      [town.observers[0]!.asked[0]!.from],
      nat,
      'do you read XOR-MAPPED-ADDRESS? Some middleboxes rewrite whatever looks like their address, and MAPPED-ADDRESS does. XOR hides it from them.',
    )
  })

interface Lie {
  mapping: 'Endpoint-Independent' | 'Address and Port-Dependent'
  observers: ObserverBehavior[]
  what: string
}

/** Nobody: TEST-NET addresses of the liars' choice, which no NAT has. */
const VICTIMS = ['198.18.0.7', '198.18.0.9']

export const lyingObserver: Check = t =>
  withTries(t, async (tryMs, program, another) => {
    const lies: Lie[] = [
      {
        mapping: 'Endpoint-Independent',
        // The copies come while an answer is still waited for, so that whoever counts them has counted them all.
        observers: t.random.shuffle([
          {},
          { late: true },
          { lie: `${VICTIMS[0]}:${t.random.int(2000, 9000)}`, times: 3 },
        ]),
        what: 'One of 3 observers says, three times, the address of somebody else',
      },
      {
        mapping: 'Endpoint-Independent',
        // Whoever takes one by its place, the first or the last, takes a lie.
        observers: [{ lie: ':7' }, {}, {}, {}, { lie: ':7' }],
        what: 'Two of 5 observers say the same wrong port',
      },
      {
        // Each honest one sees another port: no two addresses are the same.
        mapping: 'Address and Port-Dependent',
        observers: [{ lie: VICTIMS[0]! }, {}, {}, {}, { lie: VICTIMS[1]! }],
        what: 'Two of 5 observers say the address of somebody else, and the NAT uses another port for each observer',
      },
    ]
    const programs = [program, ...(await Promise.all([another(), another()]))]
    t.doing('The checker called start where some observers lie.')
    await Promise.all(lies.map((lie, i) => outvotes(t, programs[i]!, lie, tryMs)))
  })

async function outvotes(t: CheckContext, program: Program, lie: Lie, tryMs: number): Promise<void> {
  const { mapping, observers, what } = lie
  const town = openTown(t, { observers })
  const nat = town.nat({ mapping })
  const alice = await town.inhabitant(NAME, nat, program)
  const address = await alice.start({ tries: TRIES, tryMs })
  expectAsked(t, town)
  const honest = town.observers.filter((_, i) => observers[i]!.lie === undefined)
  const right = [...new Set(honest.map(({ asked }) => asked[0]!.from))]
  if (right.includes(address)) return
  t.fail({
    op: start.name,
    did: `The checker called start. ${what}.`,
    expected: `${right.join(' or ')}, as the honest observers report.`,
    got: `${address}.`,
    hint: 'each observer has one vote, however often it answers. First take the host that most report, then of the addresses with this host the one that most report. A liar could lead your peers to a victim.',
  })
}
