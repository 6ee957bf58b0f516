import { defineMistakes } from '../../../exercise/mistakes.ts'

const UNDER = 'filter(id => id.startsWith(prefix)).sort()'
const DIGEST = "const digestOf = (sorted: string[]) => sha256(sorted.join('')).slice(0, 16)"
const ID = 'const idOf = (item: Buffer) => sha256(item)'
const TIMER = '  setInterval(() => links.connected().forEach(beginSync), syncMs)\n'
const WANT = "  if (lacking.length > 0) links.send(peer, { type: 'want', ids: lacking })\n"
const APPEND = "  log.append(fresh.map(item => item.toString('hex')))\n"
const ANSWER =
  "links.send(peer, ids.length <= MOST_LISTED ? { type: 'ids', prefix, ids } : digestsBelow(prefix))"

export default defineMistakes({
  'unsorted-digest': {
    caughtBy: 'digests',
    says: ['are the ids sorted before you hash them', 'are the ids in reverse order?'],
    why: 'The digest is over the ids in the order in which they came.',
    naive: true,
    edits: [[UNDER, 'filter(id => id.startsWith(prefix))']],
  },
  'xor-digest': {
    caughtBy: 'digests',
    says: ['do you XOR the ids?', 'the digest of no ids is'],
    why: 'The digest is the XOR of the ids, which needs no order.',
    edits: [
      [
        DIGEST,
        `const digestOf = (all: string[]) =>
  all
    .map(id => BigInt('0x' + id))
    .reduce((sum, id) => sum ^ id, 0n)
    .toString(16)
    .padStart(64, '0')
    .slice(0, 16)`,
      ],
    ],
  },
  'commas-in-digest': {
    caughtBy: 'digests',
    says: ['is there a comma between the ids?', 'the digest 15e178b71fae8849'],
    why: 'The ids are joined with commas, which is what join does when nothing is said.',
    edits: [["sha256(sorted.join(''))", 'sha256(sorted.join())']],
  },
  'bytes-in-digest': {
    caughtBy: 'digests',
    says: 'do you hash the bytes that the ids stand for?',
    why: 'The digest is over the bytes of the ids, not over their digits.',
    edits: [["sha256(sorted.join(''))", "sha256(Buffer.from(sorted.join(''), 'hex'))"]],
  },
  'whole-digest': {
    caughtBy: 'digests',
    says: ['first 16 hex digits', 'the digest of no ids is', 'the digest e3b0c44298fc1c14'],
    why: 'The digest is all 64 digits.',
    edits: [["sha256(sorted.join('')).slice(0, 16)", "sha256(sorted.join(''))"]],
  },
  'id-of-hex': {
    caughtBy: 'digests',
    says: 'not of its hex digits',
    why: 'The id is the hash of the hex digits of the item.',
    edits: [[ID, "const idOf = (item: Buffer) => sha256(item.toString('hex'))"]],
  },
  'items-as-text': {
    caughtBy: 'digests',
    says: ['bytes are not text', 'that differ'],
    why: 'Items are kept as text, which not all bytes survive.',
    naive: true,
    edits: [['  items.set(idOf(item), item)', '  items.set(idOf(item), Buffer.from(item.toString()))']],
  },
  'keeps-part-of-a-bad-put': {
    caughtBy: 'digests',
    says: 'look at all items before you keep any',
    why: 'Items are added one by one, up to the one that is too long.',
    naive: true,
    edits: [
      ['  for (const item of items)\n    if', '  for (const item of items) {\n    if'],
      ['is the most`)\n', 'is the most`)\n    add([item])\n  }\n'],
      ['  add(items)\n', ''],
    ],
  },
  'takes-long-items': {
    caughtBy: 'digests',
    says: '256 bytes are the most',
    why: 'Nobody looks at the length of an item that is put.',
    edits: [['if (item.length > MOST_BYTES)', 'if (item.length > 4 * MOST_BYTES)']],
  },
  'syncs-with-nobody': {
    caughtBy: 'digests',
    says: 'an error: there is no connection to n9',
    why: 'The op sync does not look whether there is a connection.',
    edits: [['  if (!beginSync(peer)) throw new Error(`${peer} is not connected`)', '  beginSync(peer)']],
  },
  'syncs-with-all': {
    caughtBy: 'digests',
    says: 'to this peer only',
    why: 'The op sync goes to every peer.',
    edits: [
      [
        '  if (!beginSync(peer)) throw new Error(`${peer} is not connected`)',
        '  if (!links.connected().includes(peer)) throw new Error(`${peer} is not connected`)\n  links.connected().forEach(beginSync)',
      ],
    ],
  },
  'lists-too-few': {
    caughtBy: 'descends',
    says: 'at most 16 ids are listed',
    why: 'So many as 16 ids are too many to list: at most was read as fewer than.',
    naive: true,
    edits: [['ids.length <= MOST_LISTED ?', 'ids.length < MOST_LISTED ?']],
  },
  'lists-too-many': {
    caughtBy: 'descends',
    says: 'at most 16 ids are listed',
    why: 'Up to 17 ids are listed, one more than allowed.',
    naive: true,
    edits: [['ids.length <= MOST_LISTED ?', 'ids.length <= MOST_LISTED + 1 ?']],
  },
  'answers-equal-digests': {
    caughtBy: 'descends',
    says: 'Where digests are equal, nothing is said',
    why: 'All 16 parts are answered, not only those that differ.',
    edits: [['    if (digestOf(ids) === hashes[i]) return\n', '']],
  },
  'silent-where-it-has-nothing': {
    caughtBy: 'descends',
    says: 'at most 16 ids are listed',
    why: 'A part without ids has nothing to say, so it is left out.',
    naive: true,
    edits: [
      [
        'if (digestOf(ids) === hashes[i]) return',
        'if (digestOf(ids) === hashes[i] || ids.length === 0) return',
      ],
    ],
  },
  'stops-at-first-difference': {
    caughtBy: 'descends',
    says: 'at most 16 ids are listed',
    why: 'Only the first part that differs is answered.',
    edits: [
      ['  parts(prefix).forEach(', '  parts(prefix).some('],
      ['if (digestOf(ids) === hashes[i]) return\n', 'if (digestOf(ids) === hashes[i]) return false\n'],
      [ANSWER, `return ${ANSWER}`],
    ],
  },
  'three-levels': {
    caughtBy: 'descends',
    says: 'at most 16 ids are listed',
    why: 'The tree has three levels: below, everything is listed, however much it is.',
    naive: true,
    edits: [['ids.length <= MOST_LISTED ?', 'ids.length <= MOST_LISTED || prefix.length >= 3 ?']],
  },
  'remembers-syncs': {
    caughtBy: 'descends',
    says: 'nobody remembers a sync',
    why: 'Digests of a longer prefix are taken only from peers with which a sync has begun.',
    naive: true,
    edits: [
      [
        'function compare(peer: string, prefix: string, hashes: string[]) {\n',
        "const syncing = new Set<string>()\n\nfunction compare(peer: string, prefix: string, hashes: string[]) {\n  if (prefix === '') syncing.add(peer)\n  else if (!syncing.has(peer)) return\n",
      ],
      [
        "const beginSync = (peer: string) => links.send(peer, digestsBelow(''))",
        "const beginSync = (peer: string) => {\n  syncing.add(peer)\n  return links.send(peer, digestsBelow(''))\n}",
      ],
    ],
  },
  'answers-everyone': {
    caughtBy: 'descends',
    says: 'no message to n',
    why: 'An answer goes to every peer.',
    edits: [[`    ${ANSWER}`, `    for (const peer of links.connected()) ${ANSWER}`]],
  },
  'pulls-only': {
    caughtBy: 'exchanges',
    says: 'compare both ways',
    why: 'A node asks for what it lacks, and leaves it to the peer to do the same.',
    edits: [
      ['  sendItems(\n    peer,\n    under(prefix).filter(id => !theirs.has(id)),\n  )\n', '  void theirs\n'],
    ],
  },
  'pushes-only': {
    caughtBy: 'exchanges',
    says: 'compare both ways',
    why: 'A node sends what the peer lacks, and asks for nothing.',
    edits: [[WANT, '  void lacking\n']],
  },
  'sends-empty-items': {
    caughtBy: 'exchanges',
    says: ['no message to n', 'not an empty one'],
    why: 'One message of items is sent in any case, also an empty one.',
    edits: [
      [
        'for (let i = 0; i < found.length; i += MOST_ITEMS)',
        'for (let i = 0; i === 0 || i < found.length; i += MOST_ITEMS)',
      ],
    ],
  },
  'one-message-of-items': {
    caughtBy: 'exchanges',
    says: 'at most 1,000 items in a message',
    why: 'All items go into one message, however many they are.',
    naive: true,
    edits: [['const MOST_ITEMS = 1_000', 'const MOST_ITEMS = 1_000_000']],
  },
  'sends-more-than-the-prefix': {
    caughtBy: 'exchanges',
    says: 'compare both ways',
    why: 'The peer is sent all that it has not listed, also what is not below the prefix.',
    edits: [
      ['    under(prefix).filter(id => !theirs.has(id)),', "    under('').filter(id => !theirs.has(id)),"],
    ],
  },
  'passes-items-on': {
    caughtBy: 'exchanges',
    says: 'items are kept and not answered',
    why: 'What is new is flooded to all other peers.',
    edits: [
      [
        "emit('grew', { count: items.size })",
        "{\n        for (const peer of links.connected()) if (peer !== from) links.send(peer, message)\n        emit('grew', { count: items.size })\n      }",
      ],
    ],
  },
  'tells-what-is-not-new': {
    caughtBy: 'exchanges',
    says: 'Only what is new causes an event',
    why: 'Each message with items causes the event.',
    edits: [
      [
        "if (add(message.items.map(hex => Buffer.from(hex, 'hex')))) emit(",
        "add(message.items.map(hex => Buffer.from(hex, 'hex')))\n      emit(",
      ],
    ],
  },
  'counts-what-came': {
    caughtBy: 'exchanges',
    says: 'count what you have, not what came',
    why: 'The event has the number of items in the message.',
    edits: [["emit('grew', { count: items.size })", "emit('grew', { count: message.items.length })"]],
  },
  'takes-any-digits': {
    caughtBy: 'hostile',
    says: ['do you look at all of a message', 'a right item kept'],
    why: 'Hex is hex, also in upper case.',
    edits: [['/^[0-9a-f]*$/', '/^[0-9a-f]*$/i']],
  },
  'takes-right-items-of-wrong-messages': {
    caughtBy: 'hostile',
    says: ['another event grew', 'a right item kept'],
    why: 'Of a message with a wrong item, the right ones are kept.',
    naive: true,
    edits: [
      [
        'return isList(message.items, item => isHex(item, 0, 2 * MOST_BYTES) && item.length % 2 === 0)',
        'if (!Array.isArray(message.items)) return false\n      message.items = message.items.filter(\n        item => isHex(item, 0, 2 * MOST_BYTES) && item.length % 2 === 0,\n      )\n      return true',
      ],
    ],
  },
  'takes-numbers-for-text': {
    caughtBy: 'hostile',
    says: 'do you look at all of a message',
    why: 'Only a regular expression looks at each hash, and it makes text of a number first.',
    naive: true,
    edits: [
      [
        'isList(message.hashes, hash => isHex(hash, 16))',
        'isList(message.hashes, hash => /^[0-9a-f]{16}$/.test(hash))',
      ],
    ],
  },
  'ids-beside-the-prefix': {
    caughtBy: 'hostile',
    says: 'do you look at all of a message',
    why: 'Nobody looks whether the ids are those below the prefix.',
    naive: true,
    edits: [['isHex(id, 64) && id.startsWith(message.prefix)', 'isHex(id, 64)']],
  },
  'only-what-was-wanted': {
    caughtBy: 'hostile',
    says: 'grew',
    why: 'Items are taken only if a want asked for them.',
    edits: [
      [WANT, `${WANT}  lacking.forEach(id => asked.add(id))\n`],
      [
        "Buffer.from(hex, 'hex')))) emit(",
        "Buffer.from(hex, 'hex')).filter(item => asked.has(idOf(item))))) emit(",
      ],
      [
        'const items = new Map<string, Buffer>()\n',
        'const items = new Map<string, Buffer>()\nconst asked = new Set<string>()\n',
      ],
    ],
  },
  'syncs-once': {
    caughtBy: 'period',
    says: 'does a timer begin a sync',
    why: 'The timer runs out once.',
    edits: [[TIMER, '  setTimeout(() => links.connected().forEach(beginSync), syncMs)\n']],
  },
  'one-peer-a-round': {
    caughtBy: 'period',
    says: ['does each round have one peer only', 'does a timer begin a sync'],
    why: 'Each round is with one peer, in turn.',
    naive: true,
    edits: [
      [TIMER, '  let round = 0\n  setInterval(() => beginSync(peers[round++ % peers.length]!.id), syncMs)\n'],
    ],
  },
  'waits-for-silence': {
    caughtBy: 'period',
    says: ['whatever comes in meanwhile', 'does each round have one peer only'],
    why: 'Digests of a peer put the timer off: a sync is going on already.',
    naive: true,
    edits: [
      [TIMER, '  timer = setInterval(() => links.connected().forEach(beginSync), syncMs)\n'],
      ['let links: Links<Message>\n', 'let links: Links<Message>\nlet timer: NodeJS.Timeout\n'],
      [
        "    case 'digests':\n      return compare",
        "    case 'digests':\n      timer.refresh()\n      return compare",
      ],
    ],
  },
  'digests-of-the-start': {
    caughtBy: 'period',
    says: 'the digests of what the node has then',
    why: 'What the timer sends is made once, when the program starts.',
    edits: [
      [
        TIMER,
        "  const begin = digestsBelow('')\n  setInterval(() => links.connected().forEach(peer => links.send(peer, begin)), syncMs)\n",
      ],
    ],
  },
  'stops-at-the-first-peer-that-is-gone': {
    caughtBy: 'period',
    says: ['does a timer begin a sync', 'exited', 'error'],
    why: 'A peer that is not there ends the round, or the program.',
    edits: [
      [
        TIMER,
        "  setInterval(() => {\n    for (const peer of peers) if (!beginSync(peer.id)) throw new Error('not connected')\n  }, syncMs)\n",
      ],
    ],
  },
  'keeps-only-its-own': {
    caughtBy: 'restart',
    says: 'is an item on disk before it counts',
    why: 'Only items that were put are on disk: the others can be had from the peers again.',
    naive: true,
    edits: [
      [APPEND, ''],
      ['  add(items)\n', "  log.append(items.map(item => item.toString('hex')))\n  add(items)\n"],
    ],
  },
  'writes-later': {
    caughtBy: 'restart',
    says: ['is an item on disk before it counts', 'what was there before must stay readable'],
    why: 'Items are written a while later, several batches at once.',
    naive: true,
    edits: [[APPEND, "  setTimeout(() => log.append(fresh.map(item => item.toString('hex'))), 300)\n"]],
  },
  'keeps-it-in-one-place': {
    caughtBy: 'restart',
    says: ['does everything that you keep lie in dataDir?', 'after SIGKILL'],
    why: 'The log is in a folder beside dataDir, which a node with another dataDir finds, too.',
    edits: [
      [
        'log = openLog<string[]>(dataDir)',
        "log = openLog<string[]>(`${dataDir.replace(/.another$/, '')}-log`)",
      ],
    ],
  },
})
