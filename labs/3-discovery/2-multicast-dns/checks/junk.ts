/** The check of a program that hears what nobody should say. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { encodeDns } from '../../../exercise/dns-message.ts'
import { expectNoCandidate } from './browsing.ts'
import { openHouse } from './house.ts'
import { pointerTo, SERVICE, writeCompressed, writeInFull } from './names.ts'
import { allOf, question, recordsOf, someInstance } from './records.ts'

const HEADER = 12
/** So many messages before a sign of life: the system keeps only some for a program that is slow. */
const AT_ONCE = 16
const FLAGS = 2
const QUESTIONS = 4
const ANSWERS = 6

const WHOLE =
  'a message that is malformed anywhere says nothing. Do you read all of it, before you believe any of it?'
const GOES_ON =
  'anybody can send anything to a group. Do you catch the error of a malformed message, ignore the message, and go on?'

export async function junk(t: CheckContext): Promise<void> {
  const { random } = t
  const house = await openHouse(t)
  const mine = someInstance(t)
  t.doing('The checker called announce.')
  await house.announce(mine)
  await house.browse()
  const { srv, a } = recordsOf(mine)

  let sent = 0
  const send = async (bytes: Buffer) => {
    await house.group.send(bytes)
    if (++sent % AT_ONCE === 0) await t.program.signOfLife()
  }
  const after = async (what: string, hint: string) => {
    t.doing(
      `The checker sent ${what}. Then it sent the records of an instance, and asked for one of your program's.`,
    )
    await t.program.signOfLife()
    await expectNoCandidate(t, house, hint)
    await house.expectSilence(a, NOTHING)
  }
  const NOTHING = 'a malformed message gets no answer, whatever is in it.'

  const stranger = someInstance(t)
  const message = encodeDns(
    { isResponse: true, answers: allOf(recordsOf(stranger)) },
    random.pick([writeInFull, writeCompressed]),
  )
  const cuts = Array.from({ length: message.length }, (_, length) => message.subarray(0, length))
  for (const cut of cuts) {
    await send(cut)
    t.doing(
      `The checker sent the first ${count(cut.length, 'byte')} of an announcement that has ${message.length}.`,
    )
  }
  await after(
    `the announcement of an instance, which has ${count(message.length, 'byte')}, cut after 0, 1, 2 and so on up to ${message.length - 1} bytes`,
    WHOLE,
  )

  const asking = encodeDns(
    { questions: [question(SERVICE, 'PTR'), question(srv.name, 'SRV')] },
    writeCompressed,
  )
  for (let length = 0; length < asking.length; length++) await send(asking.subarray(0, length))
  await after('a message with two questions, cut at every place', NOTHING)

  for (let i = 0; i < 48; i++) {
    const bytes = random.bytes(random.int(0, 300))
    // Half of them look like a response, or like a question.
    if (bytes.length > HEADER && i % 2 === 0) bytes.writeUInt16BE(i % 4 === 0 ? 0x8400 : 0, FLAGS)
    // The rest may not ask for anything by chance.
    await send(bytes)
    t.doing(`The checker sent ${count(bytes.length, 'random byte')}.`)
  }
  await after('48 messages of random bytes', GOES_ON)

  const more = (what: number) => {
    const bytes = Buffer.from(message)
    bytes.writeUInt16BE(what, ANSWERS)
    return bytes
  }
  const looping = Buffer.concat([message, pointerTo(message.length), Buffer.alloc(10)])
  looping.writeUInt16BE(5, ANSWERS)
  const reserved = Buffer.concat([message, Buffer.of(0x40), Buffer.alloc(80)])
  reserved.writeUInt16BE(5, ANSWERS)
  const manyQuestions = Buffer.from(asking)
  manyQuestions.writeUInt16BE(0xffff, QUESTIONS)
  const ends: [string, Buffer][] = [
    ['that says it has five answers', more(5)],
    ['that says it has 65,535 answers', more(0xffff)],
    ['behind which comes a record whose name is a pointer to itself', looping],
    ['behind which comes a record whose name has a length of 40', reserved],
  ]
  for (const [what, bytes] of random.shuffle(ends)) {
    await send(bytes)
    await after(`an announcement with four records ${what}`, WHOLE)
  }
  await send(manyQuestions)
  await after('a message with two questions that says it has 65,535', NOTHING)
}
