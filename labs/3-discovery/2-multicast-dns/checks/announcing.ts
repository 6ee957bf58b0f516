/** The check of what announce sends. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import exercise from '../exercise.ts'
import { openHouse, type Heard, type House } from './house.ts'
import { dotted, SERVICE } from './names.ts'
import { allOf, hex16, question, recordsOf, shown, someInstance, word, type Instance } from './records.ts'

const { announce } = exercise.ops

export async function announces(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const first = someInstance(t, {
    instance: `${word(t)} ${word(t, 1)}. Ü`,
    id: `${word(t, 6)}=${word(t, 4)}==`,
  })
  t.doing(`The checker called announce for the instance ${JSON.stringify(first.instance)}.`)
  await expectAnnouncement(t, house, first)
  await house.expectSilence(
    recordsOf(first).srv,
    'announce sends its records once. What comes after that is only the answer to a question, with the records that it asks for by name and type.',
  )

  // 63 bytes, in fewer characters; as long a host.
  const longest = someInstance(t, { instance: `${'é'.repeat(20)}${word(t, 23)}`, host: word(t, 63) })
  t.doing(
    `The checker called announce for the instance ${JSON.stringify(longest.instance)}, whose label has 63 bytes.`,
  )
  await expectAnnouncement(t, house, longest)

  const tooLong = [
    { what: 'an instance of 64 bytes', some: { instance: word(t, 64) } },
    {
      what: 'an instance of 43 characters, which are 64 bytes',
      some: { instance: `${'é'.repeat(21)}${word(t, 22)}` },
    },
    { what: 'a host of 64 bytes', some: { host: word(t, 64) } },
  ]
  for (const { what, some } of t.random.shuffle(tooLong)) {
    t.doing(`The checker called announce for ${what}.`)
    const one = someInstance(t, some)
    house.gives(one.instance)
    house.gives(one.host)
    const { result } = await t.ask(announce, { group: house.group.address, ...one })
    const hint =
      'a label has 1 to 63 bytes, and a letter can have more than one. Do you count bytes, before you send anything?'
    if (result)
      t.fail({ op: announce.name, expected: 'an error: the label is too long.', got: 'a result.', hint })
    await house.expectSilence(recordsOf(first).a, hint)
  }
  await house.ask(question(SERVICE, 'PTR'))
  t.doing(
    'The checker called announce for two instances, and for three with a label that is too long. Then it asked for the PTR records.',
  )
  await house.expectAnswers(
    [first, longest].map(one => recordsOf(one).ptr),
    { hint: FAILED, unexpected: FAILED },
  )
  // An error that nothing caught may end the program only then.
  await house.expectSilence(recordsOf(first).txt, FAILED)
}

const FAILED =
  'an instance whose label is too long is not announced. Do you keep it, so that the records of it cannot be written in each answer from then on?'

async function expectAnnouncement(t: CheckContext, house: House, one: Instance): Promise<void> {
  house.gives(one.instance)
  house.gives(one.host)
  await t.call(announce, { group: house.group.address, ...one })
  await house.expectAnswers(allOf(recordsOf(one)), {
    hint: 'does announce send a response with the four records of the instance as answers, all in one message?',
    judge: message => judgeMessage(t, message),
  })
}

function judgeMessage(t: CheckContext, { repeated, answers, bytes }: Heard): void {
  if (answers.length < 4) {
    t.fail({
      op: announce.name,
      expected: 'all four records as answers of one message.',
      got: `${count(answers.length, 'answer')}.`,
      hint: 'others get to know an instance by a message that has all of its records.',
    })
  }
  const flags = bytes.readUInt16BE(2)
  if (flags !== 0x8400) {
    t.fail({
      op: announce.name,
      expected: 'the flags 8400: a response with authority.',
      got: `${hex16(flags)}.`,
      hint: 'in multicast DNS, every response is one with authority (RFC 6762, 18.4).',
    })
  }
  if (!repeated) return
  const { labels, offset, first } = repeated
  t.fail({
    op: announce.name,
    expected: `at offset ${offset} a pointer to ${first}, because ${shown(dotted(labels))} is already there.`,
    got: `${count(labels.length, 'label')} once more: ${shown(dotted(labels))}.`,
    hint: 'do you remember where each name begins in the message, and where the rest of it begins behind each of its labels? That also goes for the names in PTR and SRV records.',
  })
}
