/** What a peer may send that is no value, or costs more than it should. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode } from '../../../check/kit/finding.ts'
import { memoryJudge } from '../../../check/kit/memory-judge.ts'
import type { CborValue } from '../../../exercise/diagnostic.ts'
import { encodeCbor, head } from './cbor.ts'
import { expectDecoded, expectRefused } from './expect.ts'
import { LOOK_ALIKES, OTHER_KINDS } from './vectors.ts'

const fromHex = (hex: string) => Buffer.from(hex, 'hex')

export async function refused(t: CheckContext): Promise<void> {
  const value: CborValue = [
    new Map<CborValue, CborValue>([['a', [1n, 'two', t.random.bytes(3)]]]),
    -70_000n,
    true,
  ]
  const whole = encodeCbor(value)
  await expectDecoded(t, whole, value, 'do you decode the items of arrays and maps in their order?')
  for (let length = 0; length < whole.length; length++) {
    await expectRefused(t, whole.subarray(0, length), {
      what: `${length} of ${whole.length} bytes of a value`,
      hint: 'do you compare each length with the number of bytes that are left?',
    })
  }
  await expectRefused(t, Buffer.concat([whole, t.random.bytes(1)]), {
    what: 'a byte follows the value',
    hint: 'do you look whether anything is left behind the value?',
  })
  const malformed = {
    '1c': 'reserved',
    ff: 'a break outside of everything',
    '82ff01': 'a break in an array of known length',
    '8201ff': 'a break in an array of known length',
    a201f5ff: 'a break in a map of known length',
    bf01ff: 'a key without a value',
    '1f': 'an integer of indefinite length',
    '5f6161ff': 'a text in a byte string',
    '7f4161ff': 'a byte string in a text',
    '5f5f4101ffff': 'an indefinite piece in an indefinite byte string',
    '9f01': 'an array without its break',
    bf01f5: 'a map without its break',
  }
  for (const [hex, what] of Object.entries(malformed))
    await expectRefused(t, fromHex(hex), {
      what,
      hint: 'see "What decode refuses" in the text of the exercise.',
    })
  for (const hex of [...OTHER_KINDS, ...LOOK_ALIKES])
    await expectRefused(t, fromHex(hex), {
      what: 'a tag, a float or a simple value other than false, true and null',
      hint: 'this exercise leaves tags, floats and other simple values out: decode refuses them instead of guessing. Of the heads that begin with the bits 111, only f4, f5 and f6 are left.',
    })
}

/** The exercise's text: so many arrays and maps may be inside each other. */
const DEPTH = 64

export async function depth(t: CheckContext): Promise<void> {
  const wrap = (value: CborValue, i: number): CborValue => (i % 2 ? [value] : new Map([[0n, value]]))
  const nested = (levels: number, within = wrap, innermost: CborValue = 1n): CborValue => {
    let value = innermost
    for (let i = 0; i < levels; i++) value = within(value, i)
    return value
  }
  const hint = `${DEPTH} arrays and maps inside each other are allowed, one more is not.`
  const shapes = [
    [nested, '', hint],
    [
      (levels: number) => nested(levels - 1, wrap, []),
      ', and the innermost is empty',
      `${hint} An array or a map counts, whatever is in it: look at the depth before you look for its items.`,
    ],
    [
      (levels: number) => nested(levels, value => new Map([[value, true]])),
      ', each as a key',
      `${hint} Do keys count as well?`,
    ],
  ] as const
  for (const [shape, how, hint] of shapes) {
    await expectDecoded(t, encodeCbor(shape(DEPTH)), shape(DEPTH), hint)
    await expectRefused(t, encodeCbor(shape(DEPTH + 1)), {
      what: `${DEPTH + 1} arrays and maps inside each other${how}`,
      hint,
    })
  }
  const bombs = [
    Buffer.alloc(100_000, 0x81),
    Buffer.alloc(100_000, 0x9f),
    Buffer.concat(Array<Buffer>(50_000).fill(Buffer.of(0xa1, 0x00))),
  ]
  for (const bomb of bombs)
    await expectRefused(t, bomb, {
      what: 'tens of thousands of arrays or maps inside each other',
      hint: 'do you count how deep you are, and stop?',
    })
  await expectDecoded(
    t,
    encodeCbor(nested(3)),
    nested(3),
    'does your program go on after it has refused a value?',
  )
}

export async function lengths(t: CheckContext): Promise<void> {
  const good: CborValue = ['still here', 1n]
  const goOn = () =>
    expectDecoded(t, encodeCbor(good), good, 'does your program go on after it has refused a value?')
  for (let i = 0; i < 3; i++) await goOn()
  const judgeMemory = await memoryJudge(t, {
    op: 'decode',
    hint: `do you allocate as many bytes or items as a length says${inNode(' (Buffer.alloc(length), new Array(length))')}? Nine bytes from a stranger would then cost you gigabytes. Compare the length with the bytes that are left.`,
  })
  for (const kind of [2, 3, 4, 5]) {
    for (const length of [
      2n ** 64n - 1n,
      2n ** 63n,
      2n ** 53n,
      2n ** 32n - 1n,
      BigInt(t.random.int(2 ** 29, 2 ** 31)),
      // So many items fit into the memory of most systems: the program gets it, and with 8 bytes for each it shows.
      BigInt(t.random.int(2 ** 26, 2 ** 27)),
    ]) {
      const bytes = Buffer.concat([head(kind, length), t.random.bytes(kind > 3 ? 0 : 5)])
      await expectRefused(t, bytes, {
        what: `${['', '', 'a byte string', 'a text', 'an array', 'a map'][kind]} of ${length} that is not there`,
        hint: 'do you compare a length with the bytes that are left before you use it?',
      })
      await judgeMemory()
    }
  }
  await goOn()
  if (await judgeMemory()) return
  t.inconclusive('this system does not say how much memory your program has.')
}
