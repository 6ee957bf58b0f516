/** The checks of a program that looks for others. */
import type { CheckContext } from '../../../check/kit/check.ts'
import type { DnsMessage, DnsRecord } from '../../../exercise/dns-message.ts'
import { openHouse, type House } from './house.ts'
import { dotted, SERVICE } from './names.ts'
import { MULTICAST_DNS, ZEROCONF } from './recorded.ts'
import { allOf, IN, recordsOf, someInstance, TOP_BIT, word, type Instance } from './records.ts'

const WHOLE =
  'a candidate is an instance of which a message has all four records: PTR, SRV and TXT for the name of the instance, and A for the host in the SRV record.'
export const ONLY = 'is there a candidate only for a new instance, or when the address or id of one changes?'

export const told = (one: Instance): string => JSON.stringify(one.instance)

/** Sends all four records of an instance, as the program should learn them. */
export async function tell(t: CheckContext, house: House, one: Instance, address: string): Promise<void> {
  await house.send({ isResponse: true, answers: allOf(recordsOf(one, address)) })
  t.doing(`The checker sent the four records of ${told(one)} to the group.`)
}

/** An address that a peer can have; nobody connects to it. */
export const someHost = (t: CheckContext): string =>
  `127.${t.random.int(1, 254)}.${t.random.int(0, 255)}.${t.random.int(1, 254)}`

/** Shows the program one more instance, and fails unless the next candidate is that one. */
export async function expectNoCandidate(t: CheckContext, house: House, hint: string): Promise<void> {
  const one = someInstance(t)
  const host = someHost(t)
  await house.send({ isResponse: true, answers: allOf(recordsOf(one, host)) })
  await house.expectCandidate(one, `${host}:${one.port}`, {
    hint: 'does your program still find instances after that?',
    unexpected: hint,
  })
}

export async function real(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  await house.browse()
  const implementations = [
    { name: 'python-zeroconf', ...ZEROCONF },
    { name: 'multicast-dns', ...MULTICAST_DNS, answer: undefined },
  ]
  for (const { name, instance, address, id, announcement, answer } of t.random.shuffle(implementations)) {
    const [, port] = address.split(':')
    const one = { instance, id, port: Number(port), host: '', ttl: 0 }
    await house.group.send(Buffer.from(answer ?? announcement, 'hex'))
    t.doing(`The checker sent ${answer ? 'an answer' : 'an announcement'} that was recorded from ${name}.`)
    await house.expectCandidate(one, address, {
      hint: `${WHOLE} They can be answers and additional records.`,
    })
    if (!answer) continue
    await house.group.send(Buffer.from(announcement, 'hex'))
    t.doing(`The checker sent an answer and then an announcement that were recorded from ${name}.`)
    await expectNoCandidate(t, house, ONLY)
  }
}

export async function finds(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  await house.browse()
  await severalAtOnce(t, house)
  await incomplete(t, house)
  await changes(t, house)
  await claims(t, house)
  await elsewhere(t, house)
}

/** Records of what has nothing to do with it. */
function noise(t: CheckContext): DnsRecord[] {
  const other = recordsOf(someInstance(t))
  const name = [word(t), '_other', '_tcp', 'local']
  return [
    { ...other.ptr, name: ['_other', '_tcp', 'local'], target: name } as DnsRecord,
    { ...other.srv, name },
    { ...other.txt, name },
    other.a,
  ]
}

/** The same name, in other letters. The instance stays as it is: the program tells of it. */
function respelled(t: CheckContext, { ptr, srv, txt, a }: ReturnType<typeof recordsOf>): DnsRecord[] {
  const spelled = (labels: string[]): string[] =>
    labels.map(label => t.random.pick([label, label.toUpperCase(), label.toLowerCase()]))
  const name = ([instance, ...service]: string[]): string[] => [instance!, ...spelled(service)]
  return [
    { ...ptr, name: spelled(ptr.name), ...('target' in ptr && { target: name(ptr.target) }) } as DnsRecord,
    { ...srv, name: name(srv.name), ...('target' in srv && { target: spelled(srv.target) }) } as DnsRecord,
    { ...txt, name: name(txt.name) },
    { ...a, name: spelled(a.name) },
  ]
}

async function severalAtOnce(t: CheckContext, house: House): Promise<void> {
  const { random } = t
  const all = Array.from({ length: 3 }, (_, i) => {
    const one = someInstance(t, i === 0 ? { instance: `${word(t)}. ${word(t, 2)} é` } : {})
    return { one, host: someHost(t) }
  })
  // Two of them are on one host.
  const [, { one: neighbor, host: shared }] = all as [(typeof all)[0], (typeof all)[0]]
  all.push({ one: someInstance(t, { host: neighbor.host }), host: shared })
  const sections: Record<'answers' | 'authorities' | 'additionals', DnsRecord[]> = {
    answers: [],
    authorities: [],
    additionals: [],
  }
  const records = all.flatMap(({ one, host }) => respelled(t, recordsOf(one, host)))
  for (const record of random.shuffle([...records, ...noise(t)])) {
    const withBit = random.int(0, 1) === 1
    sections[random.pick(['answers', 'authorities', 'additionals'] as const)].push({
      ...record,
      class: withBit ? IN | TOP_BIT : IN,
    })
  }
  await house.send({ isResponse: true, ...sections })
  t.doing(
    'The checker sent one message with the records of four instances and others, in all sections and any order.',
  )
  const hint = `${WHOLE} They are in any of the three sections and in any order, with or without the top bit of the class, and names have no case.`
  await house.expectCandidates(
    all.map(({ one, host }) => ({ one, address: `${host}:${one.port}` })),
    { hint },
  )
  await house.send({ isResponse: true, ...sections })
  t.doing('The checker sent the same records of four instances twice.')
  await expectNoCandidate(t, house, ONLY)

  const [{ one, host }] = all as [(typeof all)[0]]
  const shouted = { ...one, instance: one.instance.replace(/[a-z]/g, letter => letter.toUpperCase()) }
  await tell(t, house, shouted, host)
  t.doing(`The checker sent the records of ${told(one)}, and then the same as ${told(shouted)}.`)
  await expectNoCandidate(
    t,
    house,
    'names are the same if they differ only in the case of ASCII letters, and a known instance is told again only if its address or id changes.',
  )
}

async function incomplete(t: CheckContext, house: House): Promise<void> {
  const without = (drop: 'ptr' | 'srv' | 'txt' | 'a'): DnsRecord[] => {
    const records = recordsOf(someInstance(t))
    return allOf(records).filter(record => record !== records[drop])
  }
  // Each is another instance: a program that keeps the records of earlier messages may make a whole of several.
  const [named, moved] = [recordsOf(someInstance(t)), recordsOf(someInstance(t))]
  const cases: [what: string, answers: DnsRecord[]][] = [
    ['without a PTR record', without('ptr')],
    ['without an SRV record', without('srv')],
    ['without a TXT record', without('txt')],
    ['without an A record', without('a')],
    [
      'whose TXT record has no id',
      [named.ptr, named.srv, { ...named.txt, entries: { name: 'x' } } as DnsRecord, named.a],
    ],
    [
      'with the A record of another host',
      [moved.ptr, moved.srv, moved.txt, { ...moved.a, name: [word(t), 'local'] }],
    ],
  ]
  for (const [what, answers] of t.random.shuffle(cases)) {
    await house.send({ isResponse: true, answers })
    t.doing(`The checker sent the records of an instance ${what}.`)
    await expectNoCandidate(t, house, WHOLE)
  }
  const message: Partial<DnsMessage> = {
    questions: [{ name: [...SERVICE], type: 'PTR', class: IN }],
    answers: allOf(recordsOf(someInstance(t))),
  }
  await house.send(message)
  t.doing(
    `The checker asked for the PTR records of ${dotted(SERVICE)}, and sent an instance that it knows with the question.`,
  )
  await expectNoCandidate(
    t,
    house,
    'the records in a question are what its sender believes to know already. Only responses count.',
  )
}

async function changes(t: CheckContext, house: House): Promise<void> {
  const first = someInstance(t)
  let host = someHost(t)
  const hint = 'an instance whose address or id has changed is told again.'
  await tell(t, house, first, host)
  await house.expectCandidate(first, `${host}:${first.port}`, { hint: WHOLE })
  const otherPort = { ...first, port: first.port === 65_535 ? 1_024 : first.port + 1 }
  const otherId = { ...otherPort, id: word(t, 12) }
  for (const [what, one, moves] of [
    ['port', otherPort, false],
    ['id', otherId, false],
    ['address', otherId, true],
  ] as const) {
    if (moves) host = someHost(t)
    await tell(t, house, one, host)
    t.doing(`The checker sent the records of ${told(one)} again, with another ${what}.`)
    await house.expectCandidate(one, `${host}:${one.port}`, { hint })
  }
}

/** The events do not name the group, so an instance in two groups is told twice. */
async function elsewhere(t: CheckContext, house: House): Promise<void> {
  const other = await openHouse(t)
  t.doing('The checker called browse for another group.')
  await other.browse()
  const one = someInstance(t)
  const hosts = new Map([house, other].map(group => [group, someHost(t)]))
  const hint = 'groups are independent of each other. Does each have its own candidates?'
  for (const [group, host] of hosts) {
    await tell(t, group, one, host)
    t.doing(
      `Your program browses two groups. The checker sent the four records of ${told(one)} to ${group === house ? 'one of them' : 'both of them, each with another address'}.`,
    )
    await group.expectCandidate(one, `${host}:${one.port}`, { hint })
  }
  await tell(t, house, one, hosts.get(house)!)
  t.doing(
    `Your program browses two groups, and found ${told(one)} in both, at another address in each. The checker sent the same records to the first group again.`,
  )
  await expectNoCandidate(t, house, hint)
}

/** Anybody can say that he has any id. */
async function claims(t: CheckContext, house: House): Promise<void> {
  const mine = someInstance(t)
  t.doing(`The checker called announce for the instance ${told(mine)}.`)
  await house.announce(mine)
  const hint =
    'an id is a claim. Instances with the same id are different candidates, and only their names tell them apart; also if it is your own id.'
  const honest = someInstance(t)
  for (const one of [honest, someInstance(t, { id: honest.id }), someInstance(t, { id: mine.id })]) {
    const host = someHost(t)
    await tell(t, house, one, host)
    t.doing(
      `The checker sent the records of ${told(one)}${one === honest ? '' : `, with the id of ${one.id === mine.id ? 'an instance of your program' : told(honest)}`}.`,
    )
    await house.expectCandidate(one, `${host}:${one.port}`, { hint })
  }
  await expectNoCandidate(t, house, hint)
}
