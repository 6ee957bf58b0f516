/** Writes the message of a failed check, in the order that CURRICULUM asks for: did, expected, got, perhaps, seed. */
import { asReadIn } from '../../exercise/in-node.ts'
import { oneLine } from '../../preview.ts'
import { count, number, type Finding } from '../kit/finding.ts'
import { hexRow } from '../../../network/events/hexdump.ts'
import { firstDifference, hexdump } from '../transcript/hexdump.ts'
import { lastWords, PRINTED } from './last-words.ts'

export interface Circumstances {
  /** What the learner writes: names of Node's API are for TypeScript only. */
  language: 'typescript' | 'other'
  did: string
  seed: number
  /** Lines of the transcript. */
  wire: readonly string[]
  /** The end of what the program printed; empty when it printed nothing. */
  output: string
}

export function failureMessage(found: Finding, { did, seed, wire, output, language }: Circumstances): string {
  const say = (text: string) => asReadIn(language, text)
  const finding = {
    ...found,
    did: say(found.did ?? did),
    expected: say(found.expected),
    got: say(found.got),
    ...(found.hint !== undefined && { hint: say(found.hint) }),
  }
  return [
    finding.did,
    `Expected: ${oneLine(finding.expected)}`,
    `Got: ${oneLine(finding.got)}`,
    ...(finding.bytes ? difference(finding.bytes.expected, finding.bytes.actual) : []),
    ...(finding.hint === undefined ? [] : [`Perhaps: ${finding.hint}`]),
    ...(finding.trail?.length
      ? block('What led to it:', shortTrail(finding.trail))
      : block('On the wire:', wire)),
    ...block(PRINTED, lastWords(unsaid(output, finding.got))),
    seedLine(seed),
  ].join('\n')
}

export function inconclusiveMessage(why: string, { did, seed, wire, language }: Circumstances): string {
  return [
    asReadIn(language, did),
    `Nothing is proven: ${oneLine(why)}`,
    ...block('On the wire:', wire),
    seedLine(seed),
  ].join('\n')
}

/** Of such a message, what the checker did, expected and got: what stands before the parts that are lists. */
export function inShort(message: string): string {
  const lines = message.split('\n')
  const end = lines.findIndex((line, i) => i > 0 && !/^(Expected|Got|Nothing is proven): /.test(line))
  return (end < 0 ? lines : lines.slice(0, end)).join('\n')
}

const seedLine = (seed: number) => `Seed: ${seed} (the same seed sends the same bytes again)`

const block = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : [title, ...lines.map(line => `  ${line}`)]

/** Lines that a message shows of what led to a failure: the first and the last. */
const TRAIL_HEAD = 6
const TRAIL_TAIL = 18

function shortTrail(lines: readonly string[]): string[] {
  const missing = lines.length - TRAIL_HEAD - TRAIL_TAIL
  if (missing <= 1) return [...lines]
  return [
    ...lines.slice(0, TRAIL_HEAD),
    `        … ${count(missing, 'line')} left out …`,
    ...lines.slice(-TRAIL_TAIL),
  ]
}

/** Without the sentence of our runner that was just given as what was got. */
const unsaid = (output: string, got: string): string =>
  output
    .split('\n')
    .filter(
      line => !(line.startsWith(RUNNER) && got.endsWith(line.trimEnd().slice(RUNNER.length).slice(-20))),
    )
    .join('\n')

const RUNNER = 'P2P Lab: '

/** The row of the first difference from both sides, with a mark under it. */
function difference(expected: Uint8Array, actual: Uint8Array): string[] {
  const at = firstDifference(expected, actual)
  // Nothing against something is said in words already.
  if (at === undefined || actual.length === 0) return []
  const row = Math.floor(at / 16) * 16
  const column = at - row
  const mark = ' '.repeat(10 + 10 + column * 3 + (column >= 8 ? 1 : 0)) + '^^'
  return [
    `  The first difference is at byte ${number(at)}, counted from 0:`,
    `  expected  ${row < expected.length ? hexRow(expected, row) : 'nothing more'}`,
    `  got       ${row < actual.length ? hexRow(actual, row) : 'nothing more'}`,
    `  ${mark}`,
  ]
}

/** Both sides as hexdump text around the first difference, for a side-by-side view. */
export function hexDiff({ expected, actual }: NonNullable<Finding['bytes']>): {
  expected: string
  actual: string
} {
  const at = firstDifference(expected, actual) ?? 0
  return { expected: hexdump(expected, at), actual: hexdump(actual, at) }
}
