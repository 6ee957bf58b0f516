/** A program in a group of its own, and what the checker hears from it there. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { happens } from '../../../check/kit/patience.ts'
import { joinGroup, type MulticastGroup } from '../../../check/peers/multicast.ts'
import { glance } from '../../../check/transcript/hexdump.ts'
import {
  decodeDns,
  encodeDns,
  type DnsMessage,
  type DnsQuestion,
  type DnsRecord,
} from '../../../exercise/dns-message.ts'
import exercise from '../exercise.ts'
import { isSame, MalformedName, SERVICE, strictReader, writeCompressed, writeInFull } from './names.ts'
import { allOf, differenceOf, isAbout, question, recordsOf, titleOf, type Instance } from './records.ts'

const { announce, browse } = exercise.ops
const { events } = exercise

/** Most messages are there long before anybody asks the program for a sign of life. */
const SOON_MS = 250
const PATIENT_MS = 1_500
/** Of a question that a check is not about, until the next one: it never comes. */
export const HOUR_MS = 3_600_000

export interface Heard extends DnsMessage {
  bytes: Buffer
  repeated: ReturnType<ReturnType<typeof strictReader>['repeated']>
}

export interface House {
  group: MulticastGroup
  /** From now on, what has this text in it is the program's. */
  gives(text: string): void
  /** Sends what the checker has to say, its names at random in full or with pointers. Left out: no such records. */
  send(message: Partial<DnsMessage>): Promise<void>
  ask(...questions: DnsQuestion[]): Promise<void>
  /** Calls announce, and reads the announcement. */
  announce(one: Instance): Promise<void>
  /** The program announces it no more. */
  withdrawn(one: Instance): void
  /** Calls browse, and reads the first question, and the program's own answer to it. */
  browse(queryMs?: number): Promise<void>
  /** The next message of the program's. Fails when none comes, or it is malformed. */
  next(due: { op: string; expected: string; hint: string }): Promise<Heard>
  /**
   * Fails unless the program answers with these records and no others, in one message or several. `mayAsk` says whether a question may come between.
   * Returns all records that came.
   */
  expectAnswers(
    expected: readonly DnsRecord[],
    words: {
      hint: string
      unexpected?: string
      judge?: (message: Heard) => void
      mayAsk?: (question: Heard) => boolean
    },
  ): Promise<DnsRecord[]>
  /** Fails when the program has answered something: the next that comes is its answer to a question of the checker's for `record`. */
  expectSilence(record: DnsRecord, hint: string): Promise<void>
  /** Whether a question of the program's has come. All that came is read then. */
  hasAsked(): Promise<boolean>
  /** The next event candidate must be about this instance, and about no other. */
  expectCandidate(one: Instance, address: string, words: { hint: string; unexpected?: string }): Promise<void>
  /** The same for several, in any order. */
  expectCandidates(
    all: readonly { one: Instance; address: string }[],
    words: { hint: string; unexpected?: string },
  ): Promise<void>
  /** The next event lost must be about this instance. */
  expectLost(one: Pick<Instance, 'instance'>, words: { hint: string; ms: number }): Promise<void>
}

/** `beside`: its group is another one on the same port. */
export async function openHouse(t: CheckContext, beside?: House): Promise<House> {
  const given = new Set<string>(['_p2plab'])
  const isOurs = (bytes: Buffer) => {
    const text = bytes.toString('latin1').toLowerCase()
    return [...given].some(one => text.includes(one))
  }
  const group = await joinGroup(t, beside ? 'the other group' : 'the group', isOurs, {
    ...(beside && { beside: beside.group }),
  })

  const announced = new Set<Instance>()

  const hear = async (): Promise<Buffer | undefined> => {
    const soon = await group.next(SOON_MS)
    if (soon) return soon
    let found: Buffer | undefined
    const come = group.next(10 * PATIENT_MS).then(bytes => {
      found = bytes
      return bytes ?? new Promise(() => {})
    })
    await happens(come, { ms: PATIENT_MS, signOfLife: t.program.signOfLife })
    return found
  }

  const house: House = {
    group,
    gives: text => void given.add(Buffer.from(text).toString('latin1').toLowerCase()),
    send: message => group.send(encodeDns(message, t.random.int(0, 1) === 0 ? writeInFull : writeCompressed)),
    ask: (...questions) => house.send({ questions }),
    async announce(one) {
      house.gives(one.instance)
      house.gives(one.host)
      await t.call(announce, { group: group.address, ...one })
      await house.expectAnswers(allOf(recordsOf(one)), {
        hint: 'does announce send a response with the four records of the instance as answers?',
      })
      announced.add(one)
    },
    withdrawn: one => void announced.delete(one),
    async browse(queryMs = HOUR_MS) {
      await t.call(browse, { group: group.address, queryMs })
      t.doing('The checker called browse.')
      await expectQuestion(t, house, 'does browse ask at once?')
      if (announced.size === 0) return
      await house.expectAnswers(
        [...announced].map(one => recordsOf(one).ptr),
        { hint: SELF },
      )
    },
    async next({ op, expected, hint }) {
      const bytes = await hear()
      if (!bytes) {
        const [first] = group.strangers
        return t.fail({
          op,
          expected,
          got: first
            ? `only ${count(first.length, 'byte')} that name nothing of your program's: ${glance(first, 16)}.`
            : 'nothing.',
          hint,
        })
      }
      return decode(t, bytes, op)
    },
    async expectAnswers(expected, { hint, unexpected, judge, mayAsk }) {
      const missing = new Set(expected)
      const heard: DnsRecord[] = []
      const want = [...expected].map(titleOf).join(', ')
      while (missing.size > 0) {
        const message = await house.next({
          op: announce.name,
          expected: `that your program sends to the group: ${[...missing].map(titleOf).join(', ')}.`,
          hint,
        })
        if (!message.isResponse) {
          if (mayAsk?.(message)) continue
          t.fail({
            op: announce.name,
            expected: `a response with ${want}.`,
            got: 'a question.',
            hint,
          })
        }
        for (const record of message.answers) {
          const about = expected.find(one => isAbout(one, record))
          if (!about) {
            t.fail({
              op: announce.name,
              expected: `as answers: ${want}.`,
              got: `${titleOf(record)} among the answers.`,
              hint: unexpected ?? 'is every answer a record that a question asks for, by name and type?',
            })
          }
          const difference = differenceOf(about, record)
          if (difference) t.fail({ op: announce.name, ...difference })
          missing.delete(about)
        }
        if (message.answers.length === 0) {
          t.fail({
            op: announce.name,
            expected: `as answers: ${want}.`,
            got: 'a response without answers.',
            hint: 'the records that a question asks for are answers; only what you add is in the additional section.',
          })
        }
        judge?.(message)
        heard.push(...message.answers, ...message.authorities, ...message.additionals)
      }
      return heard
    },
    async expectSilence(record, hint) {
      if (record.type === 'other') return
      await house.ask(question(record.name, record.type))
      await house.expectAnswers([record], {
        hint: 'does your program still answer questions after that?',
        unexpected: hint,
      })
    },
    async hasAsked() {
      let found = false
      while (group.waiting() > 0) {
        const bytes = await group.next(SOON_MS)
        if (bytes) found ||= !decode(t, bytes, browse.name).isResponse
      }
      return found
    },
    expectCandidate: (one, address, words) => house.expectCandidates([{ one, address }], words),
    async expectCandidates(all, { hint, unexpected }) {
      const missing = [...all]
      while (missing.length > 0) {
        const names = missing.map(({ one }) => JSON.stringify(one.instance)).join(', ')
        const got = await t.event(events.candidate, { about: `for ${names}`, hint })
        const at = missing.findIndex(({ one }) => one.instance === got.instance)
        if (at < 0) {
          t.fail({
            expected: `the event candidate for ${names}.`,
            got: `one for ${JSON.stringify(got.instance)}, at ${got.address} with the id ${JSON.stringify(got.id)}.`,
            hint: unexpected ?? hint,
          })
        }
        const [{ one, address }] = missing.splice(at, 1) as [(typeof all)[0]]
        if (got.address === address && got.id === one.id) continue
        t.fail({
          expected: `for ${JSON.stringify(one.instance)}, the address ${address} and the id ${JSON.stringify(one.id)}.`,
          got: `the address ${got.address} and the id ${JSON.stringify(got.id)}.`,
          hint:
            got.id === one.id
              ? 'the address is that of the A record of the host in the SRV record, with the port of the SRV record.'
              : 'the id is in the TXT record with the name of the instance, behind the first "=".',
        })
      }
    },
    async expectLost({ instance }, { hint, ms }) {
      const got = await t.event(events.lost, { about: `for ${instance}`, hint, ms })
      if (got.instance === instance) return
      t.fail({
        expected: `the event lost for ${JSON.stringify(instance)}.`,
        got: `one for ${JSON.stringify(got.instance)}.`,
        hint,
      })
    },
  }
  return house
}

export const SELF =
  'what you send comes back to you, your questions, too. Answer them as all others, because others hear the answer.'

/** The next message must be a question for the PTR records of the service. */
export async function expectQuestion(t: CheckContext, house: House, hint: string): Promise<void> {
  judgeQuestion(t, await house.next({ op: browse.name, expected: ASKS, hint }))
}

const ASKS = 'a question for the PTR records of _p2plab._udp.local, sent to the group.'

/** Fails unless the message is that question. */
export function judgeQuestion(t: CheckContext, { isResponse, questions }: Heard): void {
  const expected = ASKS
  const [first] = questions
  if (!isResponse && questions.length === 1 && first!.type === 'PTR' && isSame(first!.name, SERVICE)) {
    if ((first!.class & 0x7fff) === 1) return
    t.fail({ op: browse.name, expected, got: 'one with another class than 1.', hint: 'the class is 1.' })
  }
  t.fail({
    op: browse.name,
    expected,
    got: isResponse
      ? 'a response.'
      : questions.length === 0
        ? 'a message without questions.'
        : `a question for ${questions.map(titleOf).join(', ')}.`,
    hint: 'a question has the name of the service as three labels, the type PTR and the class 1, and the message is not a response.',
  })
}

function decode(t: CheckContext, bytes: Buffer, op: string): Heard {
  const reader = strictReader()
  try {
    return { ...decodeDns(bytes, reader.readName), bytes, repeated: reader.repeated() }
  } catch (error) {
    const isName = error instanceof MalformedName
    return t.fail({
      op,
      expected: 'a well-formed message of multicast DNS.',
      got: `${count(bytes.length, 'byte')} in which ${isName ? (error as Error).message : `something is wrong: ${(error as Error).message.replace(/\.$/, '')}`}.`,
      hint: isName
        ? 'is each label behind its length in bytes, is there a 0 at the end or a pointer, and is the offset in a pointer that of a label which is already in this message?'
        : 'do the counts in the header and the lengths of the data fit what follows them?',
    })
  }
}
