/** What headers say: their hash, target and work. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { encodeHeader } from '../../../exercise/header-messages.ts'
import type { Values } from '../../../exercise/op.ts'
import exercise from '../exercise.ts'
import { COMPACT, LATER, MAINNET } from './headers.ts'
import { hashOf, shown, targetOf, workOf } from './mint.ts'

const { inspect } = exercise.ops

interface Case {
  what: string
  header: Buffer
  target: bigint | null
}

export async function published(t: CheckContext): Promise<void> {
  const real = [...MAINNET, ...Object.values(LATER)].map((hex, i): Case => {
    const header = Buffer.from(hex, 'hex')
    const what =
      i < MAINNET.length ? `block ${i} of Bitcoin's main network` : "a later block of Bitcoin's main network"
    return { what, header, target: targetOf(header.readUInt32LE(72)) ?? null }
  })
  for (const one of t.random.shuffle(real)) await judge(t, one)

  const edges = [
    // The largest target, and what is just too much.
    [0x2100ffff, 'a target of 256 bits'],
    [0x22000100, 'a target of 257 bits'],
    [0x21010000, 'a target of 257 bits'],
    [0x20ffffff, 'negative'],
    [0x01010000, 'the target 1'],
    ...Array.from({ length: 8 }, () => [
      (t.random.int(0x04, 0x20) << 24) | t.random.int(1, 0xff_ffff),
      'random bits',
    ]),
  ] as [number, string][]
  const cases = [
    ...COMPACT.map(([bits, hex, what]) => ({ bits, what, target: hex === null ? null : BigInt(`0x${hex}`) })),
    ...edges.map(([bits, what]) => ({ bits: bits >>> 0, what, target: targetOf(bits >>> 0) ?? null })),
  ]
  // A target of hundreds of digits is no answer that can be read: what is just too much comes first.
  const isHuge = ({ bits }: { bits: number }) => bits >>> 24 > 0x23
  const shuffled = t.random.shuffle(cases)
  for (const { bits, what, target } of [
    ...shuffled.filter(one => !isHuge(one)),
    ...shuffled.filter(isHuge),
  ]) {
    const header = encodeHeader({
      version: 4,
      previous: t.random.bytes(32),
      merkleRoot: t.random.bytes(32),
      time: t.random.int(1, 0xffff_ffff),
      bits,
      nonce: t.random.int(0, 0xffff_ffff),
    })
    await judge(t, { what: `a header with the bits ${hex8(bits)} (${what})`, header, target })
  }
}

const hex8 = (bits: number) => bits.toString(16).padStart(8, '0')

async function judge(t: CheckContext, { what, header, target }: Case): Promise<void> {
  t.doing(`The checker called inspect with ${what}: ${header.toString('hex')}.`)
  const is = await t.call(inspect, { header })
  const hash = hashOf(header)
  if (is.hash !== shown(hash))
    t.fail({
      op: 'inspect',
      expected: `the hash ${shown(hash)}.`,
      got: `${is.hash}.`,
      ...hashHint(is, header),
    })
  if (is.target !== target)
    t.fail({
      op: 'inspect',
      expected:
        target === null
          ? 'null as the target: these bits stand for none.'
          : `the target 0x${target.toString(16)}.`,
      got: is.target === null ? 'null.' : `0x${is.target.toString(16)}.`,
      hint: targetHint(header.readUInt32LE(72), target, is.target),
    })
  const work = target === null ? 0n : workOf(target)
  if (is.work === work) return
  t.fail({
    op: 'inspect',
    expected: `the work ${work}.`,
    got: `${is.work}.`,
    hint:
      target === null
        ? 'without a target, the work is 0.'
        : 'it is 2²⁵⁶ divided by target + 1, rounded down. Do you use bigints all the way? A number has 53 bits.',
  })
}

function hashHint(is: Values<typeof inspect.result>, header: Buffer): { hint: string } {
  const hash = hashOf(header)
  if (is.hash === hash.toString('hex'))
    return { hint: 'people write a hash the other way round: the last byte first.' }
  return { hint: 'the hash is SHA-256 of the SHA-256 of the 80 bytes, then reversed, and in lower-case hex.' }
}

function targetHint(bits: number, expected: bigint | null, got: bigint | null): string {
  const exponent = bits >>> 24
  if (expected === null) {
    if (bits & 0x0080_0000)
      return 'the bit 00800000 is a sign. With it, the number is negative, and no target.'
    if (exponent <= 3 && got !== 0n)
      return 'with an exponent of 3 or less, the mantissa is shifted to the right, and what falls off is lost. Here, 0 is left, and that is none.'
    if (exponent > 0x20) return 'a target of more than 256 bits is none.'
    return 'the target 0 is none: no hash is below it.'
  }
  if (got === null) return 'these bits do stand for a target. The mantissa has 23 bits, from 0 to 7fffff.'
  if (exponent <= 3)
    return 'with an exponent of 3 or less, the mantissa is shifted to the right, and what falls off is lost.'
  return 'the first byte of bits is the exponent e, the other three are the mantissa m: the target is m × 256^(e − 3). A number holds integers up to 2^53 only.'
}
