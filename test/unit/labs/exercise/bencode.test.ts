/** Bencode, beside the examples of BEP 3 and BEP 5, and with what hostile datagrams hold. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { decodeBencode, encodeBencode, type BencodeValue } from '../../../../labs/exercise/bencode.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')
const dictionary = <T extends object>(entries: T): T => Object.assign(Object.create(null) as T, entries)

describe('bencode', () => {
  /** https://www.bittorrent.org/beps/bep_0003.html, "bencoding". */
  const published: [string, BencodeValue][] = [
    ['4:spam', bytes('spam')],
    ['i3e', 3],
    ['i-3e', -3],
    ['i0e', 0],
    ['l4:spam4:eggse', [bytes('spam'), bytes('eggs')]],
    ['d3:cow3:moo4:spam4:eggse', dictionary({ cow: bytes('moo'), spam: bytes('eggs') })],
    ['d4:spaml1:a1:bee', dictionary({ spam: [bytes('a'), bytes('b')] })],
    /** https://www.bittorrent.org/beps/bep_0005.html, "DHT Queries" and "Errors". */
    [
      'd1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe',
      dictionary({
        a: dictionary({ id: bytes('abcdefghij0123456789') }),
        q: bytes('ping'),
        t: bytes('aa'),
        y: bytes('q'),
      }),
    ],
    [
      'd1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee',
      dictionary({ e: [201, bytes('A Generic Error Ocurred')], t: bytes('aa'), y: bytes('e') }),
    ],
  ]

  for (const [text, value] of published) {
    it(`reads and writes ${text}`, () => {
      assert.deepEqual(decodeBencode(bytes(text)), value)
      assert.equal(encodeBencode(value).toString('latin1'), text)
    })
  }

  it('leaves bytes bytes, whatever they are', () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    assert.deepEqual(decodeBencode(encodeBencode(all)), all)
    assert.deepEqual(
      decodeBencode(encodeBencode({ [all.toString('latin1')]: all })),
      dictionary({ [all.toString('latin1')]: all }),
    )
    assert.deepEqual(decodeBencode(encodeBencode('ä€')), Buffer.from('ä€'))
  })

  it('hands out bytes that are not a view of the datagram', () => {
    const datagram = bytes('4:spam')
    const read = decodeBencode(datagram)
    datagram.fill(0)
    assert.deepEqual(read, bytes('spam'))
  })

  it('sorts keys by their bytes, also keys that look like numbers', () => {
    assert.equal(
      encodeBencode({ b: 1, '10': 2, '9': 3, a: 4, '\xff': 5, B: 6 }).toString('latin1'),
      'd2:10i2e1:9i3e1:Bi6e1:ai4e1:bi1e1:\xffi5ee',
    )
  })

  it('leaves out what is undefined', () => {
    assert.equal(encodeBencode({ a: undefined, b: 1 }).toString(), 'd1:bi1ee')
  })

  it('reads keys that are not sorted, and __proto__ as a key like all others', () => {
    assert.deepEqual(decodeBencode(bytes('d1:bi1e1:ai2ee')), dictionary({ b: 1, a: 2 }))
    const read = decodeBencode(bytes('d9:__proto__d1:ai1eee')) as Record<string, unknown>
    assert.deepEqual(Object.keys(read), ['__proto__'])
    assert.equal(read.a, undefined)
  })

  it('reads what it wrote', () => {
    const { value } = fc.letrec<{ value: BencodeValue }>(tie => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.maxSafeInteger(),
        fc.uint8Array({ maxLength: 30 }).map(array => Buffer.from(array)),
        fc.array(tie('value'), { maxLength: 5 }),
        fc
          .dictionary(
            fc.string({ unit: fc.nat(255).map(code => String.fromCharCode(code)), maxLength: 5 }),
            tie('value'),
            { maxKeys: 5 },
          )
          .map(entries => dictionary(entries)),
      ),
    }))
    fc.assert(
      fc.property(value, some => assert.deepEqual(decodeBencode(encodeBencode(some)), some === 0 ? 0 : some)),
    )
  })

  const refused: [string, string, RegExp][] = [
    ['nothing', '', /expected a value in bencode at byte 0, got the end\./],
    ['what is no bencode', 'hello', /expected a value in bencode at byte 0, got "hello"\./],
    ['a list that does not end', 'li1e', /expected a value or "e" in bencode at byte 4, got the end\./],
    ['a string that is cut off', '5:spam', /cut off: a string of 5 bytes at byte 0, of which 4 are there\./],
    [
      'a string that says it has 9,999,999,999 bytes',
      '9999999999:x',
      /cut off: a string of 9999999999 bytes/,
    ],
    [
      'a length of more digits than any',
      `${'9'.repeat(60_000)}:x`,
      /expected a value in bencode at byte 0, got "999999999999"\./,
    ],
    ['a length below zero', '-1:x', /expected a value/],
    ['a length with a zero in front', '04:spam', /expected a value/],
    ['bytes behind the value', 'i1ei2e', /bytes behind the bencoded value: 3, from byte 3 on\./],
    ['a key twice', 'd1:ai1e1:ai2ee', /the key "a" twice in a dictionary, at byte 7\./],
    ['a key that is a number', 'di1ei2ee', /expected a value in bencode at byte 1/],
    ['a key without a value', 'd1:ae', /expected a value in bencode at byte 4/],
    ['an integer with a zero in front', 'i03e', /expected an integer in bencode at byte 0, got "i03e"\./],
    ['zero below zero', 'i-0e', /expected an integer/],
    ['an integer without digits', 'ie', /expected an integer/],
    ['an integer with a fraction', 'i1.5e', /expected an integer/],
    ['an integer beyond 2^53 - 1', 'i9007199254740992e', /expected an integer/],
    [
      'an integer of 60,000 digits',
      `i${'9'.repeat(60_000)}e`,
      /expected an integer that ends with "e" in bencode at byte 1/,
    ],
    ['60,000 lists in each other', 'l'.repeat(60_000), /nested deeper than 100 levels, at byte 101\./],
    ['10,000 dictionaries in each other', 'd1:a'.repeat(10_000), /nested deeper than 100 levels/],
  ]
  for (const [what, text, sentence] of refused) {
    it(`refuses ${what} with one sentence`, () => {
      assert.throws(
        () => decodeBencode(bytes(text)),
        (error: Error) =>
          sentence.test(error.message) && error.message.length < 150 && error.message.endsWith('.'),
      )
    })
  }

  it('refuses every cut of a message, and no message', () => {
    const message = encodeBencode({
      a: { id: Buffer.alloc(20), target: Buffer.alloc(20, 1) },
      q: 'find_node',
      t: Buffer.of(0, 255),
      y: 'q',
    })
    for (let length = 0; length < message.length; length++) {
      assert.throws(() => decodeBencode(message.subarray(0, length)), `${length} bytes`)
    }
    decodeBencode(message)
  })

  const unwritable: [string, unknown, RegExp][] = [
    ['a fraction', 1.5, /^1\.5 cannot be written in bencode/],
    ['an integer beyond 2^53 - 1', 2 ** 53, /^9007199254740992 cannot be written/],
    ['true', true, /^true cannot be written/],
    ['null', { a: null }, /^null cannot be written/],
    ['undefined in a list', [undefined], /^undefined cannot be written/],
    ['a bigint', 1n, /^a value of the type bigint cannot be written/],
    ['a Map', new Map([['a', 1]]), /^this object cannot be written/],
    ['a key beyond a byte', { '€': 1 }, /^the key "€" cannot be written/],
  ]
  for (const [what, value, sentence] of unwritable) {
    it(`does not write ${what}`, () => {
      assert.throws(() => encodeBencode(value as BencodeValue), { name: 'TypeError', message: sentence })
    })
  }

  it('does not write a value that holds itself', () => {
    const list: unknown[] = []
    list.push(list)
    assert.throws(() => encodeBencode(list as BencodeValue), /nested deeper than 100 levels/)
  })
})
