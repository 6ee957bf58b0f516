/** The checks of readName. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { CheckFailure } from '../../../check/kit/finding.ts'
import { oneLine } from '../../../preview.ts'
import exercise from '../exercise.ts'
import { END, labelBytes, pointerTo, SERVICE, writeInFull } from './names.ts'
import { MULTICAST_DNS, ZEROCONF } from './recorded.ts'
import { word } from './records.ts'

const { readName } = exercise.ops

const HEADER = 12
const MAX_NAME = 255
/** A program that runs answers sooner. One that hangs also fills its memory. */
const ANSWER_MS = 3_000

const shown = (value: unknown): string => oneLine(JSON.stringify(value), 100)

interface Asked {
  message: Buffer
  offset: number
  /** As in "a name with a pointer". */
  what: string
}

/** The bytes at the offset, for a sentence. */
const at = ({ message, offset }: Asked): string => {
  const bytes = message.subarray(offset, offset + 16).toString('hex')
  return `${bytes || 'the end of the message'}${offset + 16 < message.length ? '…' : ''}`
}

const calls = (asked: Asked): string =>
  `The checker called readName for a message of ${asked.message.length} bytes, at offset ${asked.offset}: ${asked.what} (${at(asked)}).`

/** What the call comes to. One that does not end, or ends the program, is told by what it was about. */
async function ends<T>(call: Promise<T>, asked: Asked, hint: string): Promise<T> {
  try {
    return await call
  } catch (error) {
    if (error instanceof CheckFailure) {
      const { finding } = error
      finding.did = calls(asked)
      // An error that the program answered may have a hint of its own, as that of a starter has.
      if (finding.answered === undefined || finding.hint === undefined) finding.hint = hint
    }
    throw error
  }
}

async function expectName(
  t: CheckContext,
  asked: Asked & { labels: readonly string[]; end: number },
  hint = HINT,
): Promise<void> {
  const { message, offset, labels, end } = asked
  t.doing(calls(asked))
  const got = await ends(t.call(readName, { message, offset }, { ms: ANSWER_MS }), asked, hint)
  if (shown(got.labels) !== shown(labels) || got.labels.length !== labels.length) {
    t.fail({
      op: readName.name,
      expected: `the labels ${shown(labels)}.`,
      got: `${shown(got.labels)}.`,
      hint:
        got.labels.join('.') === labels.join('.') && got.labels.length > labels.length
          ? 'a label can contain dots. Do you keep labels apart?'
          : got.labels.join('.').toLowerCase() === labels.join('.').toLowerCase()
            ? 'a name is read as it is. Only comparing ignores the case.'
            : hint,
    })
  }
  if (got.end === end) return
  t.fail({
    op: readName.name,
    expected: `the end ${end}, where what follows the name begins.`,
    got: `${got.end}.`,
    hint: 'what follows a name begins behind its 0 or, if it has a pointer, behind the first pointer, wherever that leads.',
  })
}

const HINT =
  'does the loop add labels until it comes to a 0, and go on at the offset of a pointer, which has 14 bits?'

export async function names(t: CheckContext): Promise<void> {
  const offset = HEADER
  for (const { announcement, instance } of [ZEROCONF, MULTICAST_DNS]) {
    const message = Buffer.from(announcement, 'hex')
    await expectName(t, { message, offset, what: 'a recorded name', labels: SERVICE, end: 32 })
    const name = { message, offset: 42, labels: [instance, ...SERVICE] }
    const end = announcement === ZEROCONF.announcement ? 57 : 80
    await expectName(t, { ...name, what: 'a recorded name', end })
  }
  await randomNames(t)
  await longNames(t)
}

/** Names behind each other, each of which may go on in one before it. */
async function randomNames(t: CheckContext): Promise<void> {
  const { random } = t
  const parts: Buffer[] = [random.bytes(HEADER)]
  let length = HEADER
  const known: { offset: number; labels: string[] }[] = []
  const asked: { offset: number; labels: string[]; end: number; what: string }[] = []
  const add = (bytes: Buffer) => {
    parts.push(bytes)
    length += bytes.length
  }
  const one = (jumps: boolean) => {
    const target = jumps ? random.pick(known) : undefined
    const own = Array.from({ length: random.int(jumps ? 0 : 1, 3) }, () => someLabel(t))
    // A name has at most 255 bytes.
    while (lengthOf([...own, ...(target?.labels ?? [])]) > MAX_NAME) own.pop()
    const labels = [...own, ...(target?.labels ?? [])]
    const offset = length
    const places = own.map((label, i) => {
      const place = { offset: length, labels: labels.slice(i) }
      add(labelBytes(label))
      return place
    })
    add(target ? pointerTo(target.offset) : END)
    known.push(...places)
    asked.push({ offset, labels, end: length, what: target ? 'a name with a pointer' : 'a name' })
    // What follows is no part of the name.
    add(random.bytes(random.int(1, 10)))
  }
  one(false)
  for (let i = 0; i < 3; i++) one(true)
  add(random.bytes(300))
  one(false)
  for (let i = 0; i < 4; i++) one(true)
  // Beyond 4,096, all six bits of a pointer's first byte may be needed.
  add(random.bytes(5_000))
  one(false)
  for (let i = 0; i < 3; i++) one(true)
  known.splice(0, known.length - 4)
  one(true)
  const message = Buffer.concat(parts)
  for (const name of random.shuffle(asked)) await expectName(t, { message, ...name })
}

const lengthOf = (labels: readonly string[]): number => writeInFull([...labels], 0, new Map()).length

function someLabel(t: CheckContext): string {
  const { random } = t
  const text = word(t, random.int(1, 12))
  return random.pick([text, `${text}.${word(t, 2)}`, `${text} é${word(t, 1)}`, `${word(t, 60)}日`])
}

async function longNames(t: CheckContext): Promise<void> {
  const header = t.random.bytes(HEADER)
  const long = [word(t, 63), word(t, 63), word(t, 63), word(t, 61)]
  const inFull = Buffer.concat([header, writeInFull(long, HEADER, new Map())])
  const what = 'a name of 255 bytes, which is the most that is allowed'
  await expectName(
    t,
    { message: inFull, offset: HEADER, what, labels: long, end: inFull.length },
    'a name has at most 255 bytes: its labels, each with its length, and the 0.',
  )
  const { message, offset, labels } = chain(t, 127)
  await expectName(
    t,
    { message, offset, what: 'a name of 127 labels, with a pointer behind each', labels, end: offset + 4 },
    'a valid name can have a pointer behind each of its labels, and has up to 127 of them. Is there another limit for jumps?',
  )
}

/** Names of one label each that go on in the one before. */
function chain(t: CheckContext, count: number): { message: Buffer; offset: number; labels: string[] } {
  const labels = Array.from({ length: count }, () => word(t, 1))
  const parts = [t.random.bytes(HEADER)]
  let [offset, length] = [0, HEADER]
  for (const [i, label] of labels.toReversed().entries()) {
    const bytes = Buffer.concat([labelBytes(label), i === 0 ? END : pointerTo(offset)])
    offset = length
    length += bytes.length
    parts.push(bytes)
  }
  return { message: Buffer.concat(parts), offset, labels }
}

const BACKWARD =
  'a pointer must lead to before the place where the name, or the part of it to which the last jump led, begins. Then every name ends.'

export async function malformed(t: CheckContext): Promise<void> {
  const { random } = t
  const header = random.bytes(HEADER)
  const label = labelBytes(word(t, 5))
  const good = Buffer.concat([label, END])
  const refuse = async (
    what: string,
    hint: string,
    body: readonly Uint8Array[],
    offset = HEADER,
  ): Promise<void> => {
    const message = Buffer.concat([header, ...body])
    const asked = { message, offset, what }
    t.doing(calls(asked))
    const { result } = await ends(t.ask(readName, { message, offset }, { ms: ANSWER_MS }), asked, hint)
    if (result)
      t.fail({
        op: readName.name,
        expected: 'an error: the name is malformed.',
        got: `the labels ${shown(result.labels)}, and the end ${result.end}.`,
        hint,
      })
  }
  const still = async () => {
    const message = Buffer.concat([header, good])
    const labels = [label.toString('utf8', 1)]
    await expectName(t, { message, offset: HEADER, what: 'a name', labels, end: message.length })
  }
  await still()

  const name = HEADER + good.length
  await refuse('a pointer to itself', BACKWARD, [pointerTo(HEADER)])
  await refuse('two pointers to each other', BACKWARD, [pointerTo(HEADER + 2), pointerTo(HEADER)], HEADER + 2)
  await refuse('a pointer to a place behind it', BACKWARD, [pointerTo(HEADER + 2), good])
  await refuse('a pointer to the first label of its own name', BACKWARD, [label, pointerTo(HEADER)])
  await refuse('a pointer to the second label of its own name', BACKWARD, [
    label,
    label,
    pointerTo(HEADER + label.length),
  ])
  await refuse(
    'a pointer to a name that ends with a pointer to its own beginning',
    BACKWARD,
    [label, pointerTo(HEADER), pointerTo(HEADER)],
    HEADER + label.length + 2,
  )
  await refuse(
    'a pointer to a name that ends with a pointer to where the reading began',
    BACKWARD,
    [label, pointerTo(HEADER + label.length + 2), label, pointerTo(HEADER)],
    HEADER + label.length + 2,
  )
  await refuse(
    'a pointer to two pointers that lead to each other',
    BACKWARD,
    [pointerTo(HEADER + 2), pointerTo(HEADER), label, pointerTo(HEADER)],
    HEADER + 4,
  )
  // Its bytes are a name, too: such a pointer makes no loop.
  const twofold = labelBytes(`${word(t, 1)}\u0001${word(t, 1)}\0`)
  const inside = pointerTo(HEADER + 2)
  await refuse('a pointer into the first label of its own name', BACKWARD, [twofold, inside])
  await refuse(
    'a pointer to a name that ends with a pointer into its own first label',
    BACKWARD,
    [twofold, inside, label, pointerTo(HEADER)],
    HEADER + twofold.length + 2,
  )

  const CUT =
    'does your program look whether the bytes are there before it reads them? Behind the end of the message there is nothing, and no 0 either.'
  await refuse('there is no byte at this offset', CUT, [])
  await refuse('a label without what follows it', CUT, [label])
  await refuse('a label that is cut', CUT, [label.subarray(0, random.int(1, label.length - 1))])
  await refuse('a pointer that is cut', CUT, [good, label, Buffer.of(0xc0)], name)
  const beyond = HEADER + 1_000
  await refuse('an offset behind the end of the message', CUT, [good], beyond)

  for (const first of [0x40, 0x80, random.int(0x41, 0x7f), random.int(0x81, 0xbf)]) {
    await refuse(
      `a length of ${first.toString(16)}`,
      'a length from 40 to bf is neither that of a label, which has at most 63 bytes, nor a pointer, which begins with two bits 1.',
      [Buffer.of(first), random.bytes(0xbf), END],
    )
  }

  const LONG =
    'a name has at most 255 bytes: its labels, each with its length, and the 0. Those behind a pointer count, too.'
  const [most, more] = [[word(t, 63), word(t, 63), word(t, 63)], word(t, 62)]
  await refuse('a name of 256 bytes', LONG, [writeInFull([...most, more], HEADER, new Map())])
  const tooLong = chain(t, 128)
  await refuse(
    'a name of 128 labels, with a pointer behind each: 257 bytes',
    LONG,
    [tooLong.message.subarray(HEADER)],
    tooLong.offset,
  )
  await pointers(t, header, good)
  await still()
}

/** Valid, but no name needs it: the program may refuse it, and must not break. python-zeroconf's recursion did (its pull request 1719). */
async function pointers(t: CheckContext, header: Buffer, good: Buffer): Promise<void> {
  const COUNT = 4_000
  const first = HEADER + good.length
  const chained = Array.from({ length: COUNT }, (_, i) => pointerTo(i === 0 ? HEADER : first + 2 * (i - 1)))
  const message = Buffer.concat([header, good, ...chained])
  const offset = first + 2 * (COUNT - 1)
  const what = 'a chain of 4,000 pointers, each to the one before'
  t.doing(calls({ message, offset, what }))
  const hint =
    'does readName call itself for each pointer? Use a loop, or a limit. A program that anybody can break with one message is soon broken.'
  await ends(t.ask(readName, { message, offset }, { ms: ANSWER_MS }), { message, offset, what }, hint)
}
