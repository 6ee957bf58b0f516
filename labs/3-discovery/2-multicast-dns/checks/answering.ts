/** The checks of a program that is asked. */
import type { CheckContext } from '../../../check/kit/check.ts'
import type { DnsMessage, DnsQuestion, DnsRecord } from '../../../exercise/dns-message.ts'
import exercise from '../exercise.ts'
import { openHouse, type House } from './house.ts'
import { dotted, SERVICE } from './names.ts'
import { MULTICAST_DNS, ZEROCONF } from './recorded.ts'
import {
  asked,
  IN,
  isAbout,
  nameOf,
  question,
  recordsOf,
  shown,
  someInstance,
  titleOf,
  TOP_BIT,
  word,
  type Records,
} from './records.ts'

const EACH =
  'is a record an answer if the name, the type and the lower 15 bits of the class are those of a question?'
const ALL =
  'a message can have several questions, and a program several instances. Do you go through all of both?'

/** Other letters are as they were. */
const shouted = (labels: readonly string[]): string[] => labels.map(label => label.toUpperCase())

export async function answers(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const both = [someInstance(t, { instance: `${word(t)}. ${word(t, 2)}` }), someInstance(t)]
  for (const one of both) {
    t.doing(`The checker called announce for the instance ${JSON.stringify(one.instance)}.`)
    await house.announce(one)
  }
  const [one, two] = both.map(instance => recordsOf(instance)) as [Records, Records]
  const { ptr, srv, txt, a } = one

  interface Case {
    questions: DnsQuestion[]
    expected: DnsRecord[]
    hint: string
    /** They come along. */
    more?: DnsRecord[]
  }
  const other = (records: Records): DnsRecord[] => [records.srv, records.txt, records.a]
  const instances = { expected: [ptr, two.ptr], more: [...other(one), ...other(two)] }
  const single: Case[] = [
    { questions: [question(SERVICE, 'PTR')], ...instances, hint: ALL },
    {
      questions: [question(SERVICE, 'PTR', IN | TOP_BIT)],
      ...instances,
      hint: 'do you compare the class with 1? The top bit of it asks for a unicast answer. Ignore it.',
    },
    {
      questions: [question(SERVICE, 'ANY')],
      ...instances,
      hint: 'the type ANY asks for records of all types.',
    },
    { questions: [question(nameOf(both[0]!), 'SRV')], expected: [srv], hint: EACH },
    { questions: [question(nameOf(both[0]!), 'TXT')], expected: [txt], hint: EACH },
    { questions: [question(a.name, 'A')], expected: [a], hint: EACH },
    {
      questions: [question(nameOf(both[0]!), 'ANY')],
      expected: [srv, txt],
      hint: 'the type ANY asks for records of all types.',
    },
    {
      questions: [question(shouted(SERVICE), 'PTR')],
      ...instances,
      hint: 'names are the same if they differ only in the case of ASCII letters.',
    },
    {
      questions: [question(shouted(a.name), 'A')],
      expected: [a],
      hint: 'names are the same if they differ only in the case of ASCII letters.',
    },
  ]
  const several: Case[] = [
    {
      questions: [question(nameOf(both[0]!), 'SRV'), question(two.a.name, 'A')],
      expected: [srv, two.a],
      hint: ALL,
    },
    {
      questions: [
        question(['_other', '_tcp', 'local'], 'PTR'),
        question(nameOf(both[1]!), 'TXT'),
        question(SERVICE, 'SRV'),
        question(a.name, 'A', IN | TOP_BIT),
      ],
      expected: [two.txt, a],
      hint: ALL,
    },
  ]
  for (const { questions, expected, hint, more = [] } of [
    // The plain question, then the one with the top bit: another case has that, too, and a hint for something else.
    ...single.slice(0, 2),
    ...t.random.shuffle([...single.slice(2), ...several]),
  ]) {
    await house.ask(...questions)
    t.doing(
      `Your program announces two instances. The checker asked for ${questions.map(asked).join(', and for ')}.`,
    )
    expectMore(t, more, await house.expectAnswers(expected, { hint }))
  }
  for (const [who, { question: bytes }] of Object.entries({ ZEROCONF, MULTICAST_DNS })) {
    await house.group.send(Buffer.from(bytes, 'hex'))
    t.doing(
      `The checker sent a question for the PTR records, as ${who === 'ZEROCONF' ? 'python-zeroconf' : 'multicast-dns'} asks it.`,
    )
    expectMore(t, instances.more, await house.expectAnswers(instances.expected, { hint: ALL }))
  }
}

/** Fails unless these came along. */
function expectMore(t: CheckContext, more: readonly DnsRecord[], heard: readonly DnsRecord[]): void {
  const missing = more.find(record => !heard.some(one => isAbout(record, one)))
  if (!missing) return
  t.fail({
    op: 'announce',
    expected: `with the PTR record, ${titleOf(missing)} as an additional record.`,
    got: 'an answer without it.',
    hint: 'others ask for the PTR records to learn everything about the instances. Add the other three records.',
  })
}

const NOTHING = 'do you answer only questions for your own records, by their name, type and class?'

export async function silent(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  // Half of one TTL is a number of seconds, half of the other is not.
  const half = t.random.int(500, 2_000)
  const one = someInstance(t, { instance: `${word(t, 3)}.${word(t, 5)} Ä`, ttl: 2 * half })
  const other = someInstance(t, { ttl: 2 * half + 1 })
  t.doing(`The checker called announce for the instance ${JSON.stringify(one.instance)}.`)
  await house.announce(one)
  const { ptr, a } = recordsOf(one)
  const others = recordsOf(other)
  const name = nameOf(one)
  const [first, ...rest] = name as [string, ...string[]]
  const unlike = [first.replace('Ä', 'ä'), ...rest]

  const asks = (
    what: string,
    questions: DnsQuestion[],
    hint = NOTHING,
  ): { what: string; message: Partial<DnsMessage>; hint: string } => ({
    what: `asked for ${what}`,
    message: { questions },
    hint,
  })
  const cases = [
    asks('the PTR records of another service', [question(['_other', '_udp', 'local'], 'PTR')]),
    asks('the PTR records of _udp.local', [question(['_udp', 'local'], 'PTR')]),
    asks(`the SRV record of ${other.instance}, which it does not know`, [question(nameOf(other), 'SRV')]),
    asks('the SRV records of the service', [question(SERVICE, 'SRV')]),
    asks(`the A record of ${shown(dotted(name))}`, [question(name, 'A')]),
    asks(`the TXT record of ${one.host}.local`, [question(a.name, 'TXT')]),
    asks(
      'the PTR records, with the class 3',
      [question(SERVICE, 'PTR', 3)],
      'the lower 15 bits of the class are 1.',
    ),
    asks(
      `the SRV record of ${shown([...first.split('.'), ...rest].join('.'))}, with ${name.length + 1} labels`,
      [question([...first.split('.'), ...rest], 'SRV')],
      'do you join labels with dots? A label can contain dots, and a name with the same dots and other labels is another name.',
    ),
    asks(
      `the SRV record of ${shown(dotted(unlike))}`,
      [question(unlike, 'SRV')],
      'only ASCII letters have no case: names with Ä and ä are two names. Does your way to lower case change other letters, too?',
    ),
    {
      what: 'sent a response with that question in it',
      message: { isResponse: true, questions: [question(SERVICE, 'PTR')] },
      hint: 'do you look whether a message is a response? Only questions get answers. Two programs that answer responses never stop.',
    },
    {
      what: 'sent a response with the records of another instance',
      message: { isResponse: true, answers: [others.ptr, others.srv, others.txt, others.a] },
      hint: 'only questions get answers.',
    },
    ...known(t, ptr),
  ]
  for (const { what, message, hint } of t.random.shuffle(cases)) {
    await house.send(message)
    t.doing(`The checker ${what}. Then it asked for the A record of ${one.host}.local.`)
    await house.expectSilence(a, hint)
  }
  await almostKnown(t, house, ptr, [others.ptr])

  const elsewhere = await openHouse(t, ON_ONE_PORT ? house : undefined)
  t.doing(
    'The checker called announce for an instance in one group, and for another instance in another group.',
  )
  await elsewhere.announce(other)
  const groups = [
    { where: house, records: recordsOf(one) },
    { where: elsewhere, records: others },
  ] as const
  for (const [here, there] of t.random.shuffle([groups, groups.toReversed()])) {
    const { where, records } = here!

    await where.ask(question(SERVICE, 'PTR'))
    t.doing(
      'Your program announces one instance in one group, and another one in another group. The checker asked for the PTR records in one of them.',
    )
    const hint = 'groups are independent of each other. Does each have its own instances?'
    await where.expectAnswers([records.ptr], { hint, unexpected: hint })
    await where.expectSilence(records.a, hint)
    t.doing(
      `Your program announces one instance in one group, and another one in another group${ON_ONE_PORT ? ' on the same port' : ''}. The checker asked for the PTR records in one of them, and then for the A record in the other.`,
    )
    await there!.where.expectSilence(there!.records.a, ON_ONE_PORT ? BOUND_TO_ALL : hint)
  }
  await almostKnown(t, elsewhere, others.ptr, [ptr])
}

/** Elsewhere, no socket hears the groups of others, however it is bound. */
const ON_ONE_PORT = process.platform === 'linux'
const BOUND_TO_ALL =
  'groups are independent of each other, also on one port. On Linux, a socket that is bound to all addresses hears every group that the machine has joined. Do you bind it to the address of the group?'

const KNOWN =
  'the answers in a question are those that are known already. Is your PTR record among them, with at least half of your ttl?'

/** Questions to which the answer is known already. */
function known(t: CheckContext, ptr: DnsRecord) {
  const questions = [question(SERVICE, 'PTR')]
  const half = ptr.ttl / 2
  return [ptr.ttl, half, t.random.int(half, ptr.ttl)].map(ttl => ({
    what: `asked for the PTR records, and sent with the question that it knows yours, for ${ttl} more seconds of ${ptr.ttl}`,
    message: { questions, answers: [{ ...ptr, name: shouted(ptr.name), ttl }] },
    hint: KNOWN,
  }))
}

/** Questions whose known answers are no reason to be silent. */
async function almostKnown(
  t: CheckContext,
  house: House,
  ptr: DnsRecord,
  others: readonly DnsRecord[],
): Promise<void> {
  const questions = [question(SERVICE, 'PTR')]
  const ttl = Math.ceil(ptr.ttl / 2) - 1
  const cases = [
    { what: `knows yours, for only ${ttl} more seconds of ${ptr.ttl}`, answers: [{ ...ptr, ttl }] },
    { what: 'knows the PTR record of another instance', answers: [...others] },
    {
      what: 'knows a PTR record of another service that names your instance',
      answers: [{ ...ptr, name: ['_other', '_udp', 'local'] }],
    },
  ]
  for (const { what, answers } of cases) {
    await house.send({ questions, answers })
    t.doing(`The checker asked for the PTR records, and sent with the question that it ${what}.`)
    await house.expectAnswers([ptr], {
      hint: `${KNOWN} Here, it is not: the name, the type and the instance that it names count, and its TTL.`,
    })
  }
}

/** Fails unless nobody answers for the instance any more, and the program does for `other`. */
export async function expectWithdrawn(
  t: CheckContext,
  house: House,
  gone: Records,
  other: Records,
): Promise<void> {
  const hint = 'does withdraw stop the answers for this instance, and only for this one?'
  await house.ask(question(gone.srv.name, 'SRV'), question(gone.a.name, 'ANY'), question(SERVICE, 'PTR'))
  t.doing('After withdraw, the checker asked for the records of both instances.')
  await house.expectAnswers([other.ptr], { hint, unexpected: hint })
  // An answer for the other one may have come behind it.
  await house.expectSilence(other.a, hint)
}

export const { withdraw } = exercise.ops
