import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'accepts-any-answer': {
    caughtBy: 'malformed',
    says: 'is each answer either na or exactly your proposal',
    why: 'Every answer but na means yes.',
    naive: true,
    edits: [
      [
        'if (answer !== NOT_AVAILABLE) throw new Error(`the answer "${answer}" to ${protocols[proposed]}`)',
        'if (answer !== NOT_AVAILABLE) return true',
      ],
    ],
  },
  'accepts-any-first-line': {
    caughtBy: 'malformed',
    says: 'is the first line exactly /multistream/1.0.0',
    why: 'The first line is taken for the header, whatever it says.',
    naive: true,
    edits: [['    if (text !== HEADER) throw new Error(`"${text}" instead of ${HEADER}`)\n', '']],
  },
  'accepts-other-versions': {
    caughtBy: 'malformed',
    says: 'is the first line exactly /multistream/1.0.0',
    why: 'A header of any version is good.',
    edits: [['if (text !== HEADER)', "if (!text.startsWith('/multistream/'))"]],
  },
  'accepts-long-varints': {
    caughtBy: 'malformed',
    says: 'does your varint refuse a length that is longer than needed',
    why: 'The length is read with a varint that takes every form.',
    naive: true,
    edits: [
      [
        "  const prefix = decode({ format: 'varint', bytes })\n",
        '  const last = bytes.findIndex(byte => byte < 0x80)\n' +
          '  const digits = [...bytes.subarray(0, last + 1)].map((byte, i) => BigInt(byte & 0x7f) << BigInt(7 * i))\n' +
          '  const prefix = last < 0 ? { value: null } : { value: digits.reduce((a, b) => a + b), length: last + 1 }\n',
      ],
    ],
  },
  'agrees-on-a-prefix': {
    caughtBy: 'answers',
    says: 'not exactly one of yours',
    why: 'A proposal that begins like a protocol is that protocol.',
    edits: [
      [
        'const known = protocols.includes(proposal)',
        'const known = protocols.some(protocol => proposal.startsWith(protocol))',
      ],
    ],
  },
  'closes-after-na': {
    caughtBy: 'answers',
    says: 'keep the connection for the next proposal',
    why: 'A refused proposal ends the connection.',
    edits: [['      return known\n', '      if (!known) socket.end()\n      return known\n']],
  },
  'counts-characters': {
    caughtBy: 'answers',
    says: 'does the length count bytes',
    why: 'The length is the number of characters.',
    naive: true,
    edits: [['BigInt(line.length)', 'BigInt(text.length + 1)']],
  },
  'counts-the-length-into-the-limit': {
    caughtBy: 'longest',
    says: 'the bytes of the length are not',
    why: 'The limit covers the bytes of the length as well.',
    naive: true,
    edits: [['if (prefix.value > MAX_LINE)', 'if (prefix.value + BigInt(prefix.length) > MAX_LINE)']],
  },
  'dialer-waits-for-the-header': {
    caughtBy: 'header',
    says: 'do you send the header as soon as you are connected',
    why: 'The dialer sends nothing before the header of the listener is there.',
    edits: [
      [
        '  socket.write(Buffer.concat([encodeLine(HEADER), encodeLine(protocols[0]!)]))',
        "  socket.once('data', () => socket.write(Buffer.concat([encodeLine(HEADER), encodeLine(protocols[0]!)])))",
      ],
    ],
  },
  'ends-at-an-empty-proposal': {
    caughtBy: 'answers',
    says: 'every protocol that is not exactly one of yours',
    why: 'An empty line is taken for the end of the proposals.',
    edits: [
      [
        '      const known = protocols.includes(proposal)\n',
        "      if (proposal === '') throw new Error('nothing proposed')\n      const known = protocols.includes(proposal)\n",
      ],
    ],
  },
  'forgets-the-newline': {
    caughtBy: 'header',
    says: 'does every line end with a newline',
    why: 'A line is its text, and nothing behind it.',
    edits: [['Buffer.from(`${text}\\n`)', 'Buffer.from(text)']],
  },
  'goes-on-after-a-strange-answer': {
    caughtBy: 'malformed',
    says: 'is each answer either na or exactly your proposal',
    why: 'Every answer but the proposal means no.',
    naive: true,
    edits: [
      [
        '    if (answer !== NOT_AVAILABLE) throw new Error(`the answer "${answer}" to ${protocols[proposed]}`)\n',
        '',
      ],
    ],
  },
  'ignores-the-newline': {
    caughtBy: 'malformed',
    says: 'A line that has lost it is not a line',
    why: 'The last byte is cut off without a look at it.',
    naive: true,
    edits: [["  if (line.at(-1) !== NEWLINE) throw new Error('a line without a newline')\n", '']],
  },
  'judges-a-complete-line': {
    caughtBy: 'longest',
    says: 'do you compare the length with 1,024 as soon as you have read it',
    why: 'The length is judged when the line is complete.',
    naive: true,
    edits: [
      ['  if (prefix.value > MAX_LINE) throw new Error(`a line of ${prefix.value} bytes`)\n', ''],
      [
        '  const line = bytes.subarray(prefix.length, end)\n',
        '  const line = bytes.subarray(prefix.length, end)\n  if (line.length > MAX_LINE) throw new Error(`a line of ${line.length} bytes`)\n',
      ],
    ],
  },
  'keeps-the-connection': {
    caughtBy: 'proposes',
    says: 'do you end the connection when you have the reply',
    why: 'Nobody ends the connection of a dial that is done.',
    edits: [['ends the connection.\n    socket.destroySoon()\n', 'ends the connection.\n']],
  },
  'length-of-32-bits': {
    caughtBy: 'longest',
    says: 'before you make a number of 32 bits of it',
    why: 'The length is cut to 32 bits before it is compared.',
    naive: true,
    edits: [
      ['if (prefix.value > MAX_LINE)', 'if ((Number(BigInt.asUintN(32, prefix.value)) | 0) > MAX_LINE)'],
    ],
  },
  'length-without-the-newline': {
    caughtBy: 'header',
    says: 'does the length count the newline',
    why: 'The length is that of the text.',
    edits: [['BigInt(line.length)', 'BigInt(line.length - 1)']],
  },
  'limit-without-the-newline': {
    caughtBy: 'longest',
    says: 'do you compare the length with 1,024 as soon as you have read it',
    why: 'The limit of 1,024 bytes is that of the text, without its newline.',
    naive: true,
    edits: [['if (prefix.value > MAX_LINE)', 'if (prefix.value - 1n > MAX_LINE)']],
  },
  'loses-what-follows': {
    caughtBy: 'behind',
    says: 'belongs to the protocol: do you pass on what is left',
    why: 'What came in the same chunk as the agreed line is dropped.',
    naive: true,
    edits: [['          if (bytes.length > 0) socket.unshift(bytes)\n', '']],
  },
  'one-buffer-for-all': {
    caughtBy: 'together',
    says: 'a buffer of its own',
    why: 'All connections share one buffer.',
    edits: [
      ['function readLines(', 'let bytes = Buffer.alloc(0)\n\nfunction readLines('],
      ['  let bytes = Buffer.alloc(0)\n  let greeted', '  let greeted'],
    ],
  },
  'one-byte-length': {
    caughtBy: 'every-cut',
    says: 'between the two bytes of a length',
    why: 'The length is always one byte.',
    edits: [
      [
        "const prefix = decode({ format: 'varint', bytes })",
        'const prefix = bytes.length === 0 ? { value: null } : { value: BigInt(bytes[0]!), length: 1 }',
      ],
    ],
  },
  'one-line-per-chunk': {
    caughtBy: 'together',
    says: 'one chunk can contain several lines',
    why: 'At most one line is taken from each chunk.',
    edits: [['if (!take(line.text)) continue', 'if (!take(line.text)) return']],
  },
  'one-list-for-all': {
    caughtBy: 'answers',
    says: ['not exactly one of yours', 'do you answer a protocol that you speak with the same line'],
    why: 'The protocols are those of the last call of listen.',
    naive: true,
    edits: [
      ['async function serve(', 'let spoken: readonly string[] = []\n\nasync function serve('],
      ['protocols.includes(proposal)', 'spoken.includes(proposal)'],
      ['  const server = net.createServer(', '  spoken = protocols\n  const server = net.createServer('],
    ],
  },
  'proposes-all-at-once': {
    caughtBy: 'proposes',
    says: 'A further proposal would be taken for bytes of the protocol',
    why: 'All proposals go out together, which saves round trips.',
    edits: [
      ['encodeLine(protocols[0]!)]', '...protocols.map(encodeLine)]'],
      ['    socket.write(encodeLine(protocols[proposed]!))\n', ''],
    ],
  },
  'reads-to-the-first-newline': {
    caughtBy: 'answers',
    says: 'every protocol that is not exactly one of yours',
    why: 'The text ends at the first newline, whatever the length says.',
    naive: true,
    edits: [
      [
        "return { text: line.toString('utf8', 0, line.length - 1), length: end }",
        "return { text: line.toString('utf8', 0, line.indexOf(NEWLINE)), length: end }",
      ],
    ],
  },
  'refuses-the-longest-line': {
    caughtBy: 'longest',
    says: 'the longest protocol ID has 1,023 bytes',
    why: 'A line of exactly 1,024 bytes is too long.',
    naive: true,
    edits: [['if (prefix.value > MAX_LINE)', 'if (prefix.value >= MAX_LINE)']],
  },
  'returns-more-than-it-sent': {
    caughtBy: 'behind',
    says: 'as many bytes as you sent',
    why: 'The reply is all that has arrived.',
    edits: [['return Buffer.concat(chunks).subarray(0, length)', 'return Buffer.concat(chunks)']],
  },
  'returns-the-first-chunk': {
    caughtBy: 'behind',
    says: 'do you read until there are as many as you sent',
    why: 'The reply is the first chunk.',
    naive: true,
    edits: [
      ['      if (missing <= 0) break\n', '      break\n'],
      ['  if (missing > 0) throw new Error(`the connection ended ${missing} bytes too early`)\n', ''],
    ],
  },
  'sends-a-length-on-the-protocol': {
    caughtBy: 'proposes',
    says: 'Bytes of the protocol have no length in front',
    why: 'Bytes of the agreed protocol have a length in front, like lines.',
    edits: [
      [
        '    socket.write(bytes)\n',
        "    socket.write(encode({ format: 'varint', value: BigInt(bytes.length) }).bytes)\n    socket.write(bytes)\n",
      ],
    ],
  },
  'takes-short-replies': {
    caughtBy: 'none',
    says: 'do you look whether the whole reply has come',
    why: 'The end of the connection is the end of the reply.',
    naive: true,
    edits: [['  if (missing > 0) throw new Error(`the connection ended ${missing} bytes too early`)\n', '']],
  },
  'trims-lines': {
    caughtBy: 'answers',
    says: 'not exactly one of yours',
    why: 'White space around a protocol does not matter.',
    naive: true,
    edits: [["line.toString('utf8', 0, line.length - 1)", "line.toString('utf8').trim()"]],
  },
  'waits-after-the-end': {
    caughtBy: 'none',
    says: 'when it has ended the connection',
    why: 'Nobody looks whether the connection ends before there is a protocol.',
    edits: [
      [
        "    socket.on('end', () => reject(new Error('the peer ended the connection before there was a protocol')))\n",
        '',
      ],
    ],
  },
  'waits-for-the-header': {
    caughtBy: 'header',
    says: 'do you send the header as soon as a peer has connected',
    why: 'The listener answers the header of the dialer.',
    edits: [
      [
        '  socket.write(encodeLine(HEADER))\n  try {',
        "  socket.once('data', () => socket.write(encodeLine(HEADER)))\n  try {",
      ],
    ],
  },
  'wrong-order': {
    caughtBy: 'proposes',
    says: 'do you propose the protocols in their order',
    why: 'The protocols are proposed from the last to the first.',
    edits: [
      [
        '    const protocol = await agree(socket, protocols)',
        '    const protocol = await agree(socket, protocols.toReversed())',
      ],
    ],
  },
})
