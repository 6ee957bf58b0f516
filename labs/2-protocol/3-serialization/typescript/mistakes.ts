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
  'compares-keys-as-a-map-does': {
    caughtBy: 'keys',
    says: 'do you look for keys that are there twice',
    why: 'Two byte strings with the same bytes are two keys, because they are two objects.',
    edits: [["    seen.add(encodeValue(key).toString('hex'))", '    seen.add(key as string)']],
  },
  'counts-characters': {
    caughtBy: 'published',
    says: 'do you write both',
    why: 'The length of a text is the number of its UTF-16 code units.',
    edits: [['head(TEXT, BigInt(bytes.length))', 'head(TEXT, BigInt(value.length))']],
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
    edits: [
      [
        "  if (depth > MAX_DEPTH) throw new Error('nested too deeply')\n  const { kind, number, end } = readHead(bytes, at)\n  if (kind === ARRAY || kind === MAP) {",
        '  const { kind, number, end } = readHead(bytes, at)\n  if (kind === ARRAY || kind === MAP) {',
      ],
    ],
  },
  'ordered-by-insertion': {
    caughtBy: 'order',
    says: 'are the keys in the order of the bytes',
    why: 'The entries of a map stay in the order in which they came.',
    edits: [['  entries.sort(([a], [b]) => Buffer.compare(a, b))\n', '']],
  },
  'reencodes-unknown-fields': {
    caughtBy: 'update',
    says: 'skip them, do not decode them',
    why: 'Fields that are not set are decoded and encoded again, which fails for a float.',
    edits: [
      [
        'put(encodeValue(key.value), bytes.subarray(key.end, last))',
        'put(encodeValue(key.value), encodeValue(decodeValue(bytes.subarray(key.end, last))))',
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
})
