import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'hash-as-it-comes': {
    caughtBy: 'published',
    says: 'people write a hash the other way round',
    why: 'The hex of a hash is the hash.',
    edits: [
      [
        "const shown = (hash: Uint8Array) => Buffer.from(hash).reverse().toString('hex')",
        "const shown = (hash: Uint8Array) => Buffer.from(hash).toString('hex')",
      ],
      [
        'const numberOf = (hash: Uint8Array) => BigInt(`0x${shown(hash)}`)',
        "const numberOf = (hash: Uint8Array) => BigInt(`0x${Buffer.from(hash).reverse().toString('hex')}`)",
      ],
    ],
  },
  'hashes-once': {
    caughtBy: 'published',
    says: 'SHA-256 of the SHA-256',
    why: 'One hash is as good as two.',
    edits: [['  return sha256(sha256(header))', '  return sha256(header)']],
  },
  'sign-is-a-digit': {
    caughtBy: 'published',
    says: 'is a sign',
    why: 'The mantissa has 24 bits.',
    edits: [
      ['  if (bits & SIGN) return null\n', ''],
      ['BigInt(bits & 0x007f_ffff)', 'BigInt(bits & 0x00ff_ffff)'],
    ],
  },
  'target-of-any-size': {
    caughtBy: 'published',
    says: 'more than 256 bits',
    why: 'A bigint has room for it.',
    edits: [
      ['return target > 0n && target < 1n << 256n ? target : null', 'return target > 0n ? target : null'],
    ],
  },
  'zero-is-a-target': {
    caughtBy: 'published',
    says: 'the target 0 is none',
    why: 'Zero is a number like any other.',
    edits: [['return target > 0n && target <', 'return target <']],
  },
  'shifts-the-wrong-way': {
    caughtBy: 'published',
    says: 'shifted to the right',
    why: 'The exponent is never below 3.',
    edits: [
      [
        'const target = shift < 0n ? mantissa >> -shift : mantissa << shift',
        'const target = mantissa << (shift < 0n ? 0n : shift)',
      ],
    ],
  },
  'work-without-one': {
    caughtBy: 'published',
    says: 'divided by target + 1',
    why: 'The 1 makes no difference.',
    naive: true,
    edits: [['(1n << 256n) / (target + 1n)', '(1n << 256n) / target']],
  },
  'asks-those-it-dials': {
    caughtBy: 'syncs',
    says: 'to those that dial you',
    why: 'A peer that dials in wants something, and has nothing.',
    edits: [['          greet(connection)\n', "          if (direction === 'outbound') greet(connection)\n"]],
  },
  'closes-on-an-empty-answer': {
    caughtBy: 'syncs',
    says: 'may be empty',
    why: 'Headers without a header are malformed.',
    edits: [
      ['  if (headers.length === 0) return\n', "  if (headers.length === 0) throw new Error('no headers')\n"],
    ],
  },
  'asks-once': {
    caughtBy: 'syncs',
    says: 'There may be more',
    why: 'The answer has all headers.',
    edits: [['  if (headers.length === MAX_HEADERS && !isLate) ask(connection, last)\n', '']],
  },
  'whole-chain-in-a-locator': {
    caughtBy: 'syncs',
    says: 'double the step',
    why: 'The more hashes, the better.',
    edits: [['    if (hashes.length >= 10) step *= 2\n', '']],
  },
  'locator-without-the-first-block': {
    caughtBy: 'syncs',
    says: 'the first block is always the last hash',
    why: 'Everybody knows the first block anyway.',
    edits: [['return [...hashes, block.hash]', 'return hashes.length > 0 ? hashes : [block.hash]']],
  },
  'tip-by-header': {
    caughtBy: 'syncs',
    says: 'emit tip once for each message',
    why: 'Each header is a new tip.',
    edits: [
      [
        '    last = known ?? add(one, last)\n',
        '    last = known ?? add(one, last)\n    follow(last, connection)\n',
      ],
    ],
  },
  'any-known-block-is-the-fork': {
    caughtBy: 'answers',
    says: 'on another branch',
    why: 'The first known hash is the fork point.',
    naive: true,
    edits: [
      [
        'locator.map(find).find(block => block && isInChain(block))',
        'locator.map(find).find(block => block)',
      ],
    ],
  },
  'ignores-the-stop': {
    caughtBy: 'answers',
    says: 'is the last one that you send',
    why: 'More headers do no harm.',
    edits: [['const wanted = end < 0 ? found : found.slice(0, end + 1)', 'const wanted = found']],
  },
  'all-at-once': {
    caughtBy: 'answers',
    says: 'at most 2,000 headers',
    why: 'The message has room for 49,000.',
    edits: [
      ['chain.slice(known.height + 1, known.height + 1 + MAX_HEADERS)', 'chain.slice(known.height + 1)'],
    ],
  },
  'silent-if-empty': {
    caughtBy: 'answers',
    says: 'even if it is empty',
    why: 'Nothing to send, nothing to say.',
    edits: [
      [
        "  connection.send('headers', encodeHeaders(wanted",
        "  if (wanted.length > 0) connection.send('headers', encodeHeaders(wanted",
      ],
    ],
  },
  'any-locator': {
    caughtBy: 'answers',
    says: 'over 101 hashes',
    why: 'A locator has as many hashes as it has.',
    edits: [
      ['  if (locator.length > MAX_LOCATOR) throw new Error(`a locator of ${locator.length} hashes`)\n', ''],
    ],
  },
  'big-endian-proof': {
    caughtBy: 'refused',
    says: 'these headers are good',
    why: 'The first byte is the most significant.',
    edits: [
      [
        "  if (numberOf(hash) > target) throw new Error('bad proof of work')",
        "  if (blocks.size > 0 && BigInt(`0x${hash.toString('hex')}`) > target) throw new Error('bad proof of work')",
      ],
    ],
  },
  'no-proof-of-work': {
    caughtBy: 'refused',
    says: ['at most the target', 'judge the proof of work', "the header's own bits"],
    why: 'A peer would not send bad blocks.',
    edits: [["  if (numberOf(hash) > target) throw new Error('bad proof of work')\n", '']],
  },
  'any-bits': {
    caughtBy: 'refused',
    says: 'no block may be easier',
    why: 'Each block may choose its bits.',
    naive: true,
    edits: [
      [
        "  if (target === null || target > EASIEST) throw new Error('bits are not allowed')\n  if (numberOf(hash)",
        "  if (target === null) throw new Error('bits are not allowed')\n  if (numberOf(hash)",
      ],
    ],
  },
  'one-target-for-all': {
    caughtBy: 'refused',
    says: "the header's own bits",
    why: 'The limit is the target.',
    edits: [['  if (numberOf(hash) > target) throw', '  if (numberOf(hash) > EASIEST) throw']],
  },
  'known-parent-is-enough': {
    caughtBy: 'refused',
    says: ['that you know its parent is not enough', 'must have the hash of the one before'],
    why: 'A header is good if its parent is known.',
    naive: true,
    edits: [
      [
        "    if (i > 0 && !previous.equals(proven[i - 1]!.hash)) throw new Error('headers that are not a chain')",
        "    if (i > 0 && !find(previous) && !proven.some(({ hash }) => previous.equals(hash))) throw new Error('headers that are not a chain')",
      ],
    ],
  },
  'any-number-of-headers': {
    caughtBy: 'refused',
    says: '2,000 is the most',
    why: 'Many headers are good news.',
    edits: [['  if (headers.length > MAX_HEADERS) throw new Error(`${headers.length} headers`)\n', '']],
  },
  'keeps-until-the-bad-one': {
    caughtBy: 'refused',
    says: 'not even the good headers',
    why: 'The good headers of a bad message are good.',
    naive: true,
    edits: [
      [
        '  const proven = headers.map(prove)\n',
        `  const proven: Proven[] = []
  let bad: unknown
  for (const header of headers) {
    try {
      proven.push(prove(header))
    } catch (error) {
      bad = error
      break
    }
  }
  if (proven.length === 0) throw bad
`,
      ],
      [
        "  if (isEarly) throw new Error('a time that is too early')",
        "  if (isEarly || bad) throw new Error('a bad header')",
      ],
    ],
  },
  'asks-before-it-judges': {
    caughtBy: 'refused',
    says: 'before you ask for a parent',
    why: 'Without a parent, nothing can be judged.',
    edits: [
      [
        '  // First what costs the sender work and us no memory.\n',
        '  if (!find(decodeHeader(headers[0]!).previous)) return ask(connection)\n',
      ],
    ],
  },
  'keeps-orphans': {
    caughtBy: 'orphan',
    says: 'is not kept',
    why: 'It will be of use when its parent comes.',
    edits: [
      [
        '  if (!parent) return ask(connection)\n',
        '  if (!parent) {\n    waiting.push(payload)\n    return ask(connection)\n  }\n',
      ],
      [
        '  // A full message: there may be more',
        '  for (const one of waiting.splice(0)) take(connection, one)\n  // A full message: there may be more',
      ],
      [
        'const connections = new Set<Connection>()',
        'const waiting: Buffer[] = []\nconst connections = new Set<Connection>()',
      ],
    ],
  },
  'drops-orphans': {
    caughtBy: 'orphan',
    says: 'send a getheaders',
    why: 'A header without a parent is worth nothing.',
    edits: [['  if (!parent) return ask(connection)\n', '  if (!parent) return\n']],
  },
  'most-blocks': {
    caughtBy: 'most-work',
    says: ['not the one with the most blocks', 'the same work'],
    why: 'The longest chain wins, as the paper says.',
    naive: true,
    edits: [
      ['  if (block.chainWork <= old.chainWork) return\n', '  if (block.height <= old.height) return\n'],
    ],
  },
  'last-one-wins-a-tie': {
    caughtBy: 'most-work',
    says: 'the block that you saw first stays',
    why: 'News is better.',
    edits: [
      [
        'if (block.chainWork <= old.chainWork) return',
        'if (block.chainWork < old.chainWork || block === old) return',
      ],
    ],
  },
  'fork-is-the-first-block': {
    caughtBy: 'most-work',
    says: 'the last block of both chains',
    why: 'All chains have the first block.',
    edits: [['fork: shown(fork.hash) })', 'fork: shown(chain[0]!.hash) })']],
  },
  'cuts-nothing-off': {
    caughtBy: 'most-work',
    says: 'cut off what the old one had',
    why: 'The new branch overwrites the old one.',
    edits: [
      [
        'const tipBlock = () => chain.at(-1)!',
        'let newest: Block | undefined\nconst tipBlock = () => newest ?? chain[0]!',
      ],
      [
        '  chain.length = fork.height + 1\n  for (const one of added.reverse()) chain.push(one)\n',
        '  for (const one of added.reverse()) chain[one.height] = one\n  newest = block\n',
      ],
    ],
  },
  'each-tip-is-a-reorg': {
    caughtBy: 'syncs',
    says: 'no reorganization',
    why: 'A new tip is a reorganization.',
    edits: [['  if (fork !== old) emit', '  emit']],
  },
  'asks-on-from-its-tip': {
    caughtBy: 'most-work',
    says: 'from its last header backwards',
    why: 'A locator begins with the tip.',
    naive: true,
    edits: [['!isLate) ask(connection, last)', '!isLate) ask(connection)']],
  },
  'asks-on-for-news-only': {
    caughtBy: 'most-work',
    says: 'even if you know them all',
    why: 'Nothing was new, so there is no more.',
    edits: [
      [
        '  const parent = find(proven[0]!.previous)\n',
        '  const isNew = proven.every(({ hash }) => !find(hash))\n  const parent = find(proven[0]!.previous)\n',
      ],
      ['!isLate) ask(connection, last)', '!isLate && isNew) ask(connection, last)'],
    ],
  },
  'only-its-own-work': {
    caughtBy: 'syncs',
    says: ['the sum of what its blocks have each', 'height'],
    why: 'The hardest block wins.',
    edits: [
      [
        'chainWork: (parent?.chainWork ?? 0n) + proven.work }',
        'chainWork: proven.work + 0n * (parent?.chainWork ?? 0n) }',
      ],
    ],
  },
  'median-of-the-best-chain': {
    caughtBy: 'times',
    says: 'that of the branch on which the block is',
    why: 'There is one median time.',
    naive: true,
    edits: [['isEarly = one.time <= medianTime(last)', 'isEarly = one.time <= medianTime(tipBlock())']],
  },
  'later-than-its-parent': {
    caughtBy: 'times',
    says: 'take the one in the middle',
    why: 'Time goes on from block to block.',
    naive: true,
    edits: [['isEarly = one.time <= medianTime(last)', 'isEarly = one.time <= last.time']],
  },
  'sorts-times-as-texts': {
    caughtBy: 'times',
    says: 'as numbers',
    why: 'Numbers are sorted as numbers.',
    naive: true,
    edits: [['times.sort((a, b) => a - b)', 'times.sort()']],
  },
  'lower-middle': {
    caughtBy: 'times',
    says: 'of 4 the third',
    why: 'Either one is in the middle.',
    edits: [
      [
        'times.sort((a, b) => a - b)[times.length >> 1]!',
        'times.sort((a, b) => a - b)[(times.length - 1) >> 1]!',
      ],
    ],
  },
  'clock-in-milliseconds': {
    caughtBy: 'times',
    says: 'Date.now() is in milliseconds',
    why: 'Date.now() is the time.',
    edits: [['const now = () => Math.floor(Date.now() / 1000)', 'const now = () => Date.now()']],
  },
  'closes-on-the-future': {
    caughtBy: 'times',
    says: 'your clock may be wrong',
    why: 'A block from the future is a lie.',
    edits: [
      [
        "  if (isEarly) throw new Error('a time that is too early')",
        "  if (isEarly || isLate) throw new Error('a bad time')",
      ],
    ],
  },
  'keeps-cheap-branches': {
    caughtBy: 'spam',
    says: 'keep none of them',
    why: 'A branch may become the best one some day.',
    naive: true,
    edits: [['  if (total < tip.chainWork - MOST_BEHIND * tip.work) return\n', '']],
  },
  'less-than-the-tip-is-spam': {
    caughtBy: 'spam',
    says: ['you have to keep them', 'not less than that of your tip', 'The 144 blocks'],
    why: 'Less work than the tip is of no use.',
    edits: [
      [
        '  if (total < tip.chainWork - MOST_BEHIND * tip.work) return\n',
        '  if (total < tip.chainWork) return\n',
      ],
    ],
  },
  'counts-their-blocks': {
    caughtBy: 'spam',
    says: 'keep none of them',
    why: 'All blocks have the same work.',
    edits: [['MOST_BEHIND * tip.work)', 'MOST_BEHIND * proven.at(-1)!.work)']],
  },
  'asks-on-for-spam': {
    caughtBy: 'spam',
    says: 'even if it is full',
    why: 'A full message has more behind it.',
    edits: [
      [
        '  if (total < tip.chainWork - MOST_BEHIND * tip.work) return\n',
        '  if (total < tip.chainWork - MOST_BEHIND * tip.work)\n    return headers.length === MAX_HEADERS ? void ask(connection) : undefined\n',
      ],
    ],
  },
  'tells-everybody': {
    caughtBy: 'mines',
    says: 'has not sent sendheaders',
    why: 'Good news is for all.',
    edits: [['    if (one !== from && one.wantsHeaders) one.send', '    if (one !== from) one.send']],
  },
  'tells-the-source': {
    caughtBy: 'mines',
    says: 'has it',
    why: 'It may want to know that it was heard.',
    edits: [['    if (one !== from && one.wantsHeaders) one.send', '    if (one.wantsHeaders) one.send']],
  },
  'tells-of-its-own-only': {
    caughtBy: 'mines',
    says: 'when your tip changes',
    why: 'The others hear of it from its miner.',
    naive: true,
    edits: [
      ['    if (one !== from && one.wantsHeaders) one.send', '    if (!from && one.wantsHeaders) one.send'],
    ],
  },
  'mines-on-the-first-block': {
    caughtBy: 'mines',
    says: 'a new block is on your tip',
    why: 'The chain begins there.',
    edits: [
      [
        '{ merkleRoot: Buffer; time: number; bits: number }) {\n  const parent = tipBlock()',
        '{ merkleRoot: Buffer; time: number; bits: number }) {\n  const parent = chain[0]!',
      ],
    ],
  },
  'mines-later-than-its-tip': {
    caughtBy: 'mines',
    says: 'clocks of miners differ',
    why: 'A block is later than its parent.',
    naive: true,
    edits: [['  if (time <= medianTime(parent)) throw', '  if (time <= parent.time) throw']],
  },
  'mines-what-it-likes': {
    caughtBy: 'mines',
    says: 'for your own blocks, too',
    why: 'The rules are for others.',
    edits: [["  if (time <= medianTime(parent)) throw new Error('a time that is too early')\n", '']],
  },
})
