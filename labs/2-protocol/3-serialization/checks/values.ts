/** Good values, both ways. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode } from '../../../check/kit/finding.ts'
import type { Random } from '../../../check/kit/random.ts'
import { parseDiagnostic, type CborValue } from '../../../exercise/diagnostic.ts'
import { encodeCbor, encodeMap, head } from './cbor.ts'
import { expectDecoded, expectEncoded, expectRefused } from './expect.ts'
import { BOTH_WAYS, DECODE_ONLY } from './vectors.ts'

const fromHex = (hex: string) => Buffer.from(hex, 'hex')

const KINDS =
  'the first three bits are the kind, the other five the number or where it stands: do you write both?'
const INDEFINITE =
  'an item with the additional information 31 goes on until a byte ff: do you read strings, arrays and maps of indefinite length?'

export async function published(t: CheckContext): Promise<void> {
  for (const [hex, text] of BOTH_WAYS) {
    const value = parseDiagnostic(text)
    await expectEncoded(t, value, fromHex(hex), text.startsWith('-') ? NEGATIVE : KINDS)
    await expectDecoded(t, fromHex(hex), value, text.startsWith('-') ? NEGATIVE : KINDS)
  }
  for (const [hex, text] of DECODE_ONLY)
    await expectDecoded(t, fromHex(hex), parseDiagnostic(text), INDEFINITE)
}

const NEGATIVE =
  'a negative integer n is written as the number -1 - n, so that -1 is 0 and no value has two forms.'

const SHORTEST =
  'is the head as short as it can be? Below 24 the number is in the first byte, then it takes 1, 2, 4 or 8 bytes more.'

export async function shortest(t: CheckContext): Promise<void> {
  const edges = [
    0n,
    23n,
    24n,
    0xffn,
    0x100n,
    0xffffn,
    0x1_0000n,
    0xffff_ffffn,
    0x1_0000_0000n,
    (1n << 53n) + 1n,
    (1n << 63n) + 1n,
  ]
  for (const edge of edges) {
    for (const value of [edge, -1n - edge]) {
      await expectEncoded(t, value, encodeCbor(value), value < 0n ? NEGATIVE : SHORTEST)
      await expectDecoded(t, encodeCbor(value), value, NUMBERS)
    }
  }
  for (const length of [23, 24, 255, 256, 65_536]) {
    const bytes = t.random.bytes(length)
    await expectEncoded(t, bytes, encodeCbor(bytes), SHORTEST)
    const text = 'x'.repeat(length)
    await expectEncoded(t, text, encodeCbor(text), SHORTEST)
  }
  // A reader takes longer heads as well: section 4.2.1 is about writers.
  for (const width of [1, 2, 4, 8] as const) {
    const number = BigInt(t.random.int(0, 23))
    await expectDecoded(t, head(0, number, width), number, LONGER)
    await expectDecoded(t, head(1, number, width), -1n - number, LONGER)
    const two = (kind: number, ...bytes: number[]) =>
      Buffer.concat([head(kind, kind === 5 ? 1n : 2n, width), Buffer.from(bytes)])
    await expectDecoded(t, two(2, 1, 2), Buffer.of(1, 2), LONGER)
    await expectDecoded(t, two(3, 0x68, 0x69), 'hi', LONGER)
    await expectDecoded(t, two(4, 1, 2), [1n, 2n], LONGER)
    await expectDecoded(t, two(5, 1, 2), new Map([[1n, 2n]]), LONGER)
  }
}

const NUMBERS = `does the integer pass through a floating-point number${inNode(', as a Number is')}? It holds every integer only up to 2^53.`
const LONGER =
  'deterministic encoding is a rule for those that write. Decode takes heads that are longer than needed, too.'

/** Keys whose order differs by the rule: by bytes, by length first, by characters of JavaScript, as they came. */
const KEYS: readonly CborValue[] = [
  10n,
  100n,
  -1n,
  'z',
  'aa',
  [100n],
  [-1n],
  false,
  // U+FF5E sorts before U+1F600 by bytes, and behind it by the UTF-16 code units of JavaScript.
  '\uff5e',
  '\u{1f600}',
  Buffer.of(0, 1, 2, 3),
]

export async function order(t: CheckContext): Promise<void> {
  // RFC 8949, section 4.2.1: the first eight, in this order.
  const example = KEYS.slice(0, 8).map(key => [key, null] as const)
  const hint =
    'are the keys in the order of the bytes that they are encoded as? Not by length first, which was the rule of RFC 7049, and not as the language sorts text.'
  await expectEncoded(
    t,
    new Map(example),
    encodeMap(
      example.map(([key]) => [encodeCbor(key), Buffer.of(0xf6)]),
      false,
    ),
    hint,
  )
  for (let i = 0; i < 5; i++) {
    const map = new Map(t.random.shuffle(KEYS).map(key => [key, BigInt(t.random.int(0, 1000))] as const))
    await expectEncoded(t, map, encodeCbor(map), hint)
  }
  const nested = [
    new Map([
      [
        new Map([
          ['b', 1n],
          ['a', 2n],
        ] as const),
        new Map([
          ['aa', 1n],
          ['b', 2n],
        ] as const),
      ] as const,
    ]),
  ]
  await expectEncoded(t, nested, encodeCbor(nested), hint)
  // A reader takes any order.
  const unsorted = encodeMap(
    [
      [encodeCbor('b'), Buffer.of(1)],
      [encodeCbor('a'), Buffer.of(2)],
    ],
    false,
  )
  await expectDecoded(
    t,
    unsorted,
    new Map([
      ['a', 2n],
      ['b', 1n],
    ]),
    'sorting the keys is a rule for those that write. Decode takes them in any order.',
  )
}

export async function text(t: CheckContext): Promise<void> {
  const texts = [
    '\ufeffwith a mark',
    '\0',
    'e\u0301 \u00e9',
    '\u{1f600}'.repeat(t.random.int(2, 9)),
    '\u6c34'.repeat(24),
  ]
  for (const value of texts) {
    await expectEncoded(
      t,
      value,
      encodeCbor(value),
      'is the length of a text the number of its UTF-8 bytes, not of its characters? And is nothing in it changed?',
    )
    await expectDecoded(
      t,
      encodeCbor(value),
      value,
      value.startsWith('\ufeff')
        ? `is a byte order mark at the start lost? It is a character of the text like any other.${inNode(' TextDecoder drops it unless ignoreBOM is true.')}`
        : 'do you decode the bytes of the whole text as UTF-8 at once?',
    )
  }
  for (const bytes of ['61ff', '62c328', '61e6', '64f0908541', '63eda080', '62c080']) {
    await expectRefused(t, fromHex(bytes), {
      what: 'the text is not valid UTF-8',
      hint: `do you refuse invalid UTF-8? Replaced by U+FFFD, the text would be another one.${inNode(' TextDecoder refuses it where fatal is true.')}`,
    })
  }
  await expectRefused(t, fromHex('7f61e662b0b4ff'), {
    what: 'in a text of indefinite length, a character is cut between two pieces',
    hint: 'each piece of a text has to be valid UTF-8 by itself (RFC 8949, section 3.2.3).',
  })
}

export async function keys(t: CheckContext): Promise<void> {
  for (const name of ['__proto__', 'constructor', 'length', '']) {
    const map = new Map<CborValue, CborValue>([
      [name, 1n],
      ['a', new Map([[name, 'x']])],
    ])
    const hint = `are the entries of a map in a Map, and not properties of an object? The key "${name}" is a key like any other.`
    await expectEncoded(t, map, encodeCbor(map), hint)
    await expectDecoded(t, encodeCbor(map), map, hint)
  }
  const two = (key: Buffer, again = key) =>
    encodeMap(
      [
        [key, Buffer.of(1)],
        [again, Buffer.of(2)],
      ],
      false,
    )
  const hint =
    'do you look for keys that are there twice? Which of the two values counts would depend on who reads.'
  for (const key of [1n, 'a', Buffer.of(1, 2), [1n, [2n]], new Map([[1n, 2n]])] as CborValue[])
    await expectRefused(t, two(encodeCbor(key)), { what: 'a map with the same key twice', hint })
  await expectRefused(t, two(head(0, 1n), head(0, 1n, 2)), {
    what: 'a map with the same key twice, once with a longer head than needed',
    hint,
  })
  for (const [one, other] of [
    ['6161', '7f6161ff'],
    // The same map in two orders.
    ['a201020304', 'a203040102'],
    ['8101', '9f1801ff'],
  ] as const)
    await expectRefused(t, two(fromHex(one), fromHex(other)), {
      what: 'a map with the same key twice, written in two ways',
      hint: `${hint} Keys are the same if their deterministic encodings are the same bytes.`,
    })
  await expectRefused(t, fromHex('a3616101616202616103'), {
    what: 'a map with the same key twice, and another one in between',
    hint: `${hint} They need not be neighbors.`,
  })
  const different = new Map<CborValue, CborValue>([
    [1n, 'an integer'],
    ['1', 'a text'],
    [Buffer.from('1'), 'bytes'],
    [true, 'a simple value'],
    [0n, 'an integer'],
    [false, 'a simple value'],
    [null, 'a simple value'],
    ['null', 'a text'],
  ])
  const kinds =
    '1, "1", h\'31\' and true are four different keys. Does the language take some of them for the same one?'
  await expectEncoded(t, different, encodeCbor(different), kinds)
  await expectDecoded(t, encodeCbor(different), different, kinds)
}

/** A value with all kinds in it, not deeper than `depth`. */
function anyValue(random: Random, depth: number): CborValue {
  const kind = random.int(0, depth > 0 ? 6 : 4)
  const few = () => Array.from({ length: random.int(0, 4) })
  if (kind === 0) return random.bytes(8).readBigInt64BE() >> BigInt(random.int(0, 60))
  if (kind === 1) return random.bytes(random.int(0, 30))
  if (kind === 2)
    return few()
      .map(() => random.pick(['a', '\u00fc', '\u6c34', '\u{1f600}', '"', '\\', '\n']))
      .join('')
  if (kind === 3) return random.pick([true, false, null])
  if (kind === 4) return BigInt(random.int(-30, 30))
  if (kind === 5) return few().map(() => anyValue(random, depth - 1))
  return new Map(
    few().map((_, i) => [random.pick([BigInt(i), `key ${i}`, Buffer.of(i)]), anyValue(random, depth - 1)]),
  )
}

export async function roundTrip(t: CheckContext): Promise<void> {
  for (let i = 0; i < 40; i++) {
    const value = [anyValue(t.random, 4), anyValue(t.random, 4)]
    const bytes = encodeCbor(value)
    await expectEncoded(t, value, bytes, 'does encode handle values inside of values?')
    await expectDecoded(t, bytes, value, 'does decode go on behind each value at the right place?')
  }
}
