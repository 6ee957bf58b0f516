import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'accepts-duplicate-keys': {
    caughtBy: 'keys',
    says: 'do you look for keys that are there twice',
    why: 'The last value of a key that is there twice counts.',
    naive: true,
    edits: [["  if (seen.size < items.length / 2) throw new Error('a key that is there twice')\n", '']],
  },
  'accepts-trailing-bytes': {
    caughtBy: 'refused',
    says: 'do you look whether anything is left behind the value',
    why: 'What follows the value is ignored.',
    naive: true,
    edits: [["  if (end < bytes.length) throw new Error('bytes follow the value')\n", '']],
  },
  'allocates-for-a-length': {
    caughtBy: 'lengths',
    says: 'do you allocate as many bytes or items as a length says',
    why: 'A buffer of the announced length is allocated before anyone looks whether so many bytes are there.',
    edits: [
      [
        "    if (last > bytes.length) throw new Error('the bytes end too early')\n    return { value: decode(bytes.subarray(end, last)), end: last }",
        "    const part = Buffer.alloc(Number(number))\n    if (last > bytes.length) throw new Error('the bytes end too early')\n    bytes.copy(part, 0, end, last)\n    return { value: decode(part), end: last }",
      ],
    ],
  },
  'allows-one-level-more': {
    caughtBy: 'depth',
    says: 'one more is not',
    why: 'The depth is compared with the limit one level too late.',
    edits: [['if (depth === MAX_DEPTH) throw', 'if (depth > MAX_DEPTH) throw']],
  },
  'compares-keys-as-a-map-does': {
    caughtBy: 'keys',
    says: 'do you look for keys that are there twice',
    why: 'Two byte strings with the same bytes are two keys, because they are two objects.',
    edits: [["    seen.add(encodeValue(key).toString('hex'))", '    seen.add(key as string)']],
  },
  'compares-keys-as-text': {
    caughtBy: 'keys',
    says: 'are four different keys',
    why: 'Keys become text before they are compared, so that 1 and "1" are the same.',
    edits: [["seen.add(encodeValue(key).toString('hex'))", 'seen.add(String(key))']],
  },
  'compares-keys-in-notation': {
    caughtBy: 'keys',
    says: 'Keys are the same if their deterministic encodings are the same bytes',
    why: 'The entries of a key that is a map are compared in the order in which they came.',
    naive: true,
    edits: [["seen.add(encodeValue(key).toString('hex'))", 'seen.add(formatDiagnostic(key))']],
  },
  'counts-characters': {
    caughtBy: 'published',
    says: 'do you write both',
    why: 'The length of a text is the number of its UTF-16 code units.',
    edits: [['head(TEXT, BigInt(bytes.length))', 'head(TEXT, BigInt(value.length))']],
  },
  'counts-entries-in-five-bits': {
    caughtBy: 'update',
    says: 'does the head of the map say how many entries it has now',
    why: 'The number of entries is always written into the first byte.',
    naive: true,
    edits: [
      [
        'head(MAP, BigInt(entries.size)), ...entries.values()',
        'Buffer.of((MAP << 5) | entries.size), ...entries.values()',
      ],
    ],
  },
  'counts-levels-anew-in-keys': {
    caughtBy: 'depth',
    says: 'Do keys count as well',
    why: 'A key is decoded as if nothing were around it.',
    naive: true,
    edits: [
      [
        'decodeItem(bytes, at, depth + 1)',
        'decodeItem(bytes, at, kind === MAP && items.length % 2 === 0 ? 0 : depth + 1)',
      ],
    ],
  },
  'decodes-to-objects': {
    caughtBy: 'keys',
    says: 'are the entries of a map in a Map',
    why: 'Maps become objects on the way, where the key __proto__ is no property.',
    edits: [
      [
        '  return map\n}',
        "  if (![...map.keys()].every(key => typeof key === 'string')) return map\n  const object: Record<string, CborValue> = {}\n  for (const [key, value] of map) object[key as string] = value\n  return new Map(Object.entries(object))\n}",
      ],
    ],
  },
  'drops-a-byte-order-mark': {
    caughtBy: 'text',
    says: 'is a byte order mark at the start lost',
    why: 'TextDecoder drops a byte order mark unless it is told not to.',
    naive: true,
    edits: [['fatal: true, ignoreBOM: true', 'fatal: true']],
  },
  'ends-at-any-break': {
    caughtBy: 'refused',
    says: 'What decode refuses',
    why: 'A break also ends an array or a map of known length.',
    naive: true,
    edits: [
      [
        '  for (let i = 0n; i < count; i++) at = step(at)\n',
        '  for (let i = 0n; i < count; i++) {\n    if (bytes[at] === BREAK) return at + 1\n    at = step(at)\n  }\n',
      ],
    ],
  },
  'finds-keys-by-their-bytes': {
    caughtBy: 'update',
    says: 'A key is the same whatever its head',
    why: 'A key in the record with a longer head than needed is another key, so it is there twice then.',
    edits: [
      [
        "const name = encodeValue(key.value).toString('hex')",
        "const name = bytes.toString('hex', at, key.end)",
      ],
    ],
  },
  'forgets-minus-one': {
    caughtBy: 'published',
    says: 'a negative integer n is written as the number -1 - n',
    why: 'A negative integer is written as its absolute value.',
    edits: [
      ['head(NEGATIVE, -1n - value)', 'head(NEGATIVE, -value)'],
      ['return { value: -1n - number, end }', 'return { value: -number, end }'],
    ],
  },
  'joins-pieces-before-decoding': {
    caughtBy: 'text',
    says: 'each piece of a text has to be valid UTF-8 by itself',
    why: 'The pieces of a text are joined first and decoded then, so a character may be cut.',
    edits: [
      [
        'const decode = (part: Buffer) => (kind === TEXT ? utf8.decode(part) : part)',
        'const decode = (part: Buffer, whole = true) => (kind === TEXT && whole ? utf8.decode(part) : part)',
      ],
      [
        '    const item = decodeString(bytes, at)\n    pieces.push(item.value)\n    return item.end',
        '    const last = skip(bytes, at)\n    pieces.push(decode(bytes.subarray(piece.end, last), false))\n    return last',
      ],
      [
        "return { value: kind === TEXT ? pieces.join('') : Buffer.concat(pieces as Buffer[]), end: next }",
        'return { value: decode(Buffer.concat(pieces as Buffer[])), end: next }',
      ],
    ],
  },
  'limits-nothing': {
    caughtBy: 'depth',
    says: ['do you count how deep you are', 'one more is not'],
    why: 'Values may be nested as deep as the stack allows.',
    naive: true,
    edits: [["    if (depth === MAX_DEPTH) throw new Error('nested too deeply')\n", '']],
  },
  'ordered-by-insertion': {
    caughtBy: 'order',
    says: 'are the keys in the order of the bytes',
    why: 'The entries of a map stay in the order in which they came.',
    edits: [['  entries.sort(([a], [b]) => Buffer.compare(a, b))\n', '']],
  },
  'overlooks-an-empty-innermost-array': {
    caughtBy: 'depth',
    says: 'An array or a map counts, whatever is in it',
    why: 'Only an item inside of the last array shows that there are too many.',
    naive: true,
    edits: [
      [
        "  const { kind, number, end } = readHead(bytes, at)\n  if (kind === ARRAY || kind === MAP) {\n    // `depth` of them are around this one.\n    if (depth === MAX_DEPTH) throw new Error('nested too deeply')\n",
        "  if (depth > MAX_DEPTH) throw new Error('nested too deeply')\n  const { kind, number, end } = readHead(bytes, at)\n  if (kind === ARRAY || kind === MAP) {\n",
      ],
    ],
  },
  'overwrites-what-looks-alike': {
    caughtBy: 'update',
    says: 'Keys of different kinds are different keys',
    why: 'update compares keys as text, so that setting "1" replaces the entry 1.',
    naive: true,
    edits: [
      ["const name = encodeValue(key.value).toString('hex')", 'const name = String(key.value)'],
      ["entries.set(encoded.toString('hex'), ", 'entries.set(String(key), '],
    ],
  },
  'reads-the-text-that-it-keeps': {
    caughtBy: 'update',
    says: 'skip them, do not decode them',
    why: 'Text in the values of other fields has to be valid UTF-8.',
    naive: true,
    edits: [
      [
        '  return end + Number(number)\n',
        '  if (kind === TEXT) utf8.decode(bytes.subarray(end, end + Number(number)))\n  return end + Number(number)\n',
      ],
    ],
  },
  'reencodes-unknown-fields': {
    caughtBy: 'update',
    says: 'skip them, do not decode them',
    why: 'Fields that are not set are decoded and encoded again, which fails for a float.',
    edits: [
      [
        'entries.set(name, bytes.subarray(at, last))',
        'entries.set(name, Buffer.concat([bytes.subarray(at, key.end), encodeValue(decodeValue(bytes.subarray(key.end, last)))]))',
      ],
    ],
  },
  'refuses-longer-heads': {
    caughtBy: 'shortest',
    says: 'Decode takes heads that are longer than needed',
    why: 'The rules for those that write are applied to what is read.',
    edits: [
      [
        '  if (kind === UNSIGNED) return { value: number, end }',
        "  if (kind === UNSIGNED && head(kind, number).length < end - at) throw new Error('longer than needed')\n  if (kind === UNSIGNED) return { value: number, end }",
      ],
    ],
  },
  'replaces-invalid-text': {
    caughtBy: 'text',
    says: 'do you refuse invalid UTF-8',
    why: 'Invalid UTF-8 becomes U+FFFD.',
    naive: true,
    edits: [['fatal: true, ignoreBOM: true', 'ignoreBOM: true']],
  },
  'sorts-by-length-first': {
    caughtBy: 'order',
    says: 'are the keys in the order of the bytes',
    why: 'Keys are sorted by their length first, as RFC 7049 had it.',
    edits: [['=> Buffer.compare(a, b))', '=> a.length - b.length || Buffer.compare(a, b))']],
  },
  'sorts-text-as-javascript-does': {
    caughtBy: 'order',
    says: 'are the keys in the order of the bytes',
    why: 'Keys are sorted as strings, by UTF-16 code units, and then by their bytes where they are no text.',
    edits: [
      [
        '=> Buffer.compare(a, b))',
        '=> {\n    if (a[0]! >> 5 !== TEXT || b[0]! >> 5 !== TEXT) return Buffer.compare(a, b)\n    const [x, y] = [decodeValue(a) as string, decodeValue(b) as string]\n    return x.length - y.length || (x < y ? -1 : 1)\n  })',
      ],
    ],
  },
  'takes-floats-for-simple-values': {
    caughtBy: 'refused',
    says: 'only f4, f5 and f6 are left',
    why: 'Only the number of a head is looked at, so f8 14 and the float f9 0014 are false.',
    naive: true,
    edits: [['if (kind === SIMPLE && end === at + 1) {', 'if (kind === SIMPLE) {']],
  },
  'through-a-number': {
    caughtBy: 'shortest',
    says: 'does the integer pass through a floating-point number',
    why: 'Integers become Numbers on the way.',
    naive: true,
    edits: [
      [
        '  if (kind === UNSIGNED) return { value: number, end }',
        '  if (kind === UNSIGNED) return { value: number > 1n << 62n ? number : BigInt(Number(number)), end }',
      ],
    ],
  },
  'writes-keys-anew': {
    caughtBy: 'update',
    says: 'are the keys that you do not set still the same bytes',
    why: 'Only the values of other fields stay as they are. Their keys get the shortest head.',
    naive: true,
    edits: [
      [
        'entries.set(name, bytes.subarray(at, last))',
        'entries.set(name, Buffer.concat([encodeValue(key.value), bytes.subarray(key.end, last)]))',
      ],
    ],
  },
})
