import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'ids-in-reverse': {
    caughtBy: 'published',
    says: 'explorers show ids in reverse',
    why: 'An id is what an explorer shows.',
    edits: [
      [
        "const idOf = (data: Uint8Array) => sha256(sha256(data)).toString('hex')",
        "const idOf = (data: Uint8Array) => sha256(sha256(data)).reverse().toString('hex')",
      ],
    ],
  },
  'hashes-once': {
    caughtBy: 'published',
    says: 'and then hash the result',
    why: 'A hash of a hash says no more.',
    edits: [['=> sha256(sha256(data))', '=> sha256(data)']],
  },
  'type-in-big-endian': {
    caughtBy: 'published',
    says: 'the type is a u32 in little-endian',
    why: 'Numbers on the network are big-endian.',
    edits: [
      ['entries.writeUInt32LE(', 'entries.writeUInt32BE('],
      ['payload.readUInt32LE(', 'payload.readUInt32BE('],
    ],
  },
  'counts-to-255-in-one-byte': {
    caughtBy: 'asks',
    says: 'From 253 on',
    why: 'A byte holds numbers up to 255.',
    edits: [
      [
        "  const { bytes: count } = encode({ format: 'compactsize', value: BigInt(ids.length) })\n",
        "  const count =\n    ids.length <= 0xff ? Buffer.of(ids.length) : encode({ format: 'compactsize', value: BigInt(ids.length) }).bytes\n",
      ],
    ],
  },
  'announces-to-those-it-dialed': {
    caughtBy: 'network',
    says: 'to those that have dialed it, too',
    why: 'Peers are the addresses in `peers`.',
    naive: true,
    edits: [
      [
        'onPeer: () => void peers.add(peer)',
        "onPeer: () => void (direction === 'outbound' && peers.add(peer))",
      ],
    ],
  },
  'announces-before-the-handshake': {
    caughtBy: 'published',
    says: 'only to peers whose handshake is complete',
    why: 'A peer is there as soon as it has connected.',
    edits: [
      ['  socket.setNoDelay(true)\n', '  socket.setNoDelay(true)\n  peers.add(peer)\n'],
      ['onPeer: () => void peers.add(peer),', 'onPeer() {},'],
    ],
  },
  'publishes-twice': {
    caughtBy: 'published',
    says: ['data that you have is not new', 'its inv is sent'],
    why: 'What is published is new.',
    edits: [['  if (have.has(id)) return id\n', '  if (have.has(id) && from) return id\n']],
  },
  'tells-newcomers-everything': {
    caughtBy: 'published',
    says: 'hears only of what is new',
    why: 'A peer that has just come knows nothing.',
    edits: [
      [
        'onPeer: () => void peers.add(peer),',
        'onPeer() {\n        peers.add(peer)\n        for (const id of have.keys()) announce(peer, id)\n      },',
      ],
    ],
  },
  'delivers-again': {
    caughtBy: 'asks',
    says: 'before you emit delivered',
    why: 'Data that was not there a moment ago is new.',
    edits: [
      [
        '  if (have.has(id)) return id\n',
        "  if (have.has(id)) {\n    if (from) emit('delivered', { id, payload: data })\n    return id\n  }\n",
      ],
    ],
  },
  'asks-for-blocks': {
    caughtBy: 'asks',
    says: 'Entries of other types are ignored',
    why: 'Whatever is announced is data.',
    edits: [['    if (payload.readUInt32LE(at) === MSG_TX) ids.push(', '    ids.push(']],
  },
  'asks-for-what-it-has': {
    caughtBy: 'asks',
    says: ['neither have nor wait for', 'there is nothing to ask for'],
    why: 'An announcement is an offer to take.',
    edits: [
      [
        '    if (have.has(id) || peer.announced.has(id)) continue',
        '    if (peer.announced.has(id)) continue',
      ],
    ],
  },
  'announces-at-once': {
    caughtBy: 'batches',
    says: 'goes to a peer in one inv',
    why: 'The sooner the better.',
    naive: true,
    edits: [
      [
        '  peer.news.add(id)\n',
        "  if (options.announceMs > 0) return peer.send('inv', encodeInventory([id]))\n  peer.news.add(id)\n",
      ],
    ],
  },
  'waits-until-nothing-is-new': {
    caughtBy: 'batches',
    says: 'does each new id start the timer again?',
    why: 'An inv goes out when nothing new has come for a while.',
    edits: [
      [
        '  peer.announcing ??= setTimeout(',
        '  clearTimeout(peer.announcing)\n  peer.announcing = setTimeout(',
      ],
    ],
  },
  'tells-newcomers-what-waits': {
    caughtBy: 'batches',
    says: 'hears only of newer data, also when',
    why: 'What waits to be announced is new for a newcomer, too.',
    naive: true,
    edits: [
      [
        'onPeer: () => void peers.add(peer),',
        'onPeer() {\n        for (const other of peers) for (const id of other.news) announce(peer, id)\n        peers.add(peer)\n      },',
      ],
    ],
  },
  'keeps-what-it-has-announced': {
    caughtBy: 'published',
    says: 'when its inv is sent',
    why: 'The list of what is new is never emptied.',
    edits: [['    peer.news.clear()\n', '']],
  },
  'announces-to-announcers': {
    caughtBy: 'leaves-out',
    says: 'has announced it, too, while your program waited for it',
    why: 'Only the sender has the data.',
    naive: true,
    edits: [['if (peer !== from && !peer.announced.has(id)) announce', 'if (peer !== from) announce']],
  },
  'forgets-who-announces-late': {
    caughtBy: 'leaves-out',
    says: 'before your program sent its inv',
    why: 'Whom to tell is decided when the data comes.',
    edits: [['    peer.news.delete(id)\n', '']],
  },
  'forgets-who-sends-late': {
    caughtBy: 'leaves-out',
    says: 'has sent this data, too',
    why: 'Data that is not new is of no interest.',
    edits: [['  from?.news.delete(id)\n', '']],
  },
  'no-notfound': {
    caughtBy: 'answers',
    says: 'notfound',
    why: 'Who has nothing says nothing.',
    naive: true,
    edits: [["  if (missing.length > 0) peer.send('notfound', encodeInventory(missing))\n", '']],
  },
  'a-notfound-for-each-id': {
    caughtBy: 'answers',
    says: 'send them in one message',
    why: 'Each id is answered where the loop gets to it.',
    edits: [
      [
        "  if (missing.length > 0) peer.send('notfound', encodeInventory(missing))",
        "  for (const id of missing) peer.send('notfound', encodeInventory([id]))",
      ],
    ],
  },
  'empty-data-is-no-data': {
    caughtBy: 'answers',
    says: 'for data that is empty',
    why: 'Data that is there has bytes.',
    edits: [
      ["    if (data) peer.send('tx', data)", "    if (data && data.length > 0) peer.send('tx', data)"],
    ],
  },
  'serves-its-own-only': {
    caughtBy: 'answers',
    says: 'for data that came from a peer',
    why: 'Whoever published the data answers for it.',
    edits: [
      ['  have.set(id, Buffer.from(data))', '  have.set(id, Buffer.from(data))\n  if (from) foreign.add(id)'],
      [
        'const wanted = new Map<string, Wanted>()',
        'const wanted = new Map<string, Wanted>()\nconst foreign = new Set<string>()',
      ],
      ["    if (data) peer.send('tx', data)", "    if (data && !foreign.has(id)) peer.send('tx', data)"],
    ],
  },
  'asks-everybody': {
    caughtBy: 'falls-back',
    says: 'ask nobody else for now',
    why: 'Whoever is fastest wins.',
    naive: true,
    edits: [
      [
        '    if (want) want.others.push(peer)\n',
        '    if (want) {\n      want.others.push(peer)\n      missing.push(id)\n    }\n',
      ],
    ],
  },
  'notes-the-first-announcer-only': {
    caughtBy: 'falls-back',
    says: 'ask the next one',
    why: 'An id that was asked for is settled.',
    naive: true,
    edits: [['    if (want) want.others.push(peer)\n', '    if (want) continue\n']],
  },
  'asks-the-last-first': {
    caughtBy: 'falls-back',
    says: ['in the order in which they announced it', 'ask the next one'],
    why: 'The order does not matter.',
    edits: [['want.others.shift()', 'want.others.pop()']],
  },
  'queues-again-when-its-turn-is-over': {
    caughtBy: 'falls-back',
    says: 'one turn for each id',
    why: 'It is known when it is asked or in the queue.',
    edits: [
      [
        '    if (have.has(id) || peer.announced.has(id)) continue\n',
        '    const known = wanted.get(id)\n    if (have.has(id) || known?.asked === peer || known?.others.includes(peer)) continue\n',
      ],
    ],
  },
  'reads-one-id-of-a-notfound': {
    caughtBy: 'falls-back',
    says: 'can hold several ids',
    why: 'A notfound answers one getdata, for one id.',
    edits: [
      [
        '  for (const id of ids) if (wanted.get(id)?.asked',
        '  for (const id of ids.slice(0, 1)) if (wanted.get(id)?.asked',
      ],
    ],
  },
  'ignores-notfound': {
    caughtBy: 'falls-back',
    says: 'After notfound, or the end of the connection, at once',
    why: 'The time-out covers it.',
    naive: true,
    edits: [['  notfound: receiveNotFound,\n', '  notfound: () => {},\n']],
  },
  'believes-any-notfound': {
    caughtBy: 'falls-back',
    says: 'only the notfound of the peer that you asked',
    why: 'A notfound is an answer.',
    edits: [['if (wanted.get(id)?.asked === peer) askNext(id)', 'if (wanted.has(id)) askNext(id)']],
  },
  'believes-whom-it-asked-before': {
    caughtBy: 'falls-back',
    says: 'Only one at a time',
    why: 'Whoever was asked may say that it has nothing.',
    edits: [
      [
        'if (wanted.get(id)?.asked === peer) askNext(id)',
        'if (peer.announced.has(id) && !wanted.get(id)!.others.includes(peer)) askNext(id)',
      ],
    ],
  },
  'waits-for-gone-peers': {
    caughtBy: 'falls-back',
    says: 'After notfound, or the end of the connection, at once',
    why: 'The time-out covers it.',
    naive: true,
    edits: [['    if (want.asked === peer) askNext(id)\n    else want', '    if (want.asked !== peer) want']],
  },
  'asks-gone-peers': {
    caughtBy: 'falls-back',
    says: 'has no turn any more',
    why: 'Only the peer that was asked matters when a connection ends.',
    edits: [['    else want.others.splice(want.others.indexOf(peer), 1)\n', '']],
  },
  'never-forgets': {
    caughtBy: 'falls-back',
    says: 'the next announcement begins anew',
    why: 'An id that nobody has is not worth another try.',
    edits: [['  if (!next) return forget(id)\n', '  if (!next) return clearTimeout(want.timer)\n']],
  },
  'time-out-for-the-first-only': {
    caughtBy: 'falls-back',
    says: 'for each peer that you ask',
    why: 'The time-out belongs to the id.',
    edits: [['  want.timer = timeout(id)\n', '']],
  },
  'one-time-out-for-each-peer': {
    caughtBy: 'falls-back',
    says: 'does not put it off',
    why: 'A peer that was just asked needs its time.',
    edits: [
      [
        'const timeout = (id: string) => setTimeout(() => askNext(id), options.requestMs)',
        'const timeout = (id: string): NodeJS.Timeout =>\n  setTimeout(() => {\n    const want = wanted.get(id)!\n    if (performance.now() - want.asked.askedAt < options.requestMs - 5) want.timer = timeout(id)\n    else askNext(id)\n  }, options.requestMs)',
      ],
      ['  announced: Set<string>\n', '  announced: Set<string>\n  askedAt: number\n'],
      ['    announced: new Set(),\n', '    announced: new Set(),\n    askedAt: 0,\n'],
      [
        '    send: (command, payload) => void socket.write(encodeMessage(options.magic, command, payload)),\n',
        "    send(command, payload) {\n      if (command === 'getdata') peer.askedAt = performance.now()\n      socket.write(encodeMessage(options.magic, command, payload))\n    },\n",
      ],
    ],
  },
  'old-time-out-goes-on': {
    caughtBy: 'falls-back',
    says: 'each getdata has a time-out of its own',
    why: 'A new timer takes the place of the old one.',
    naive: true,
    edits: [['  clearTimeout(want.timer)\n  want.asked', '  want.asked']],
  },
  'takes-only-what-it-asked-for': {
    caughtBy: 'unsolicited',
    says: 'asked for or not',
    why: 'Data that nobody asked for is spam.',
    naive: true,
    edits: [
      ['  if (have.has(id)) return id\n', '  if (have.has(id) || (from && !wanted.has(id))) return id\n'],
    ],
  },
  'takes-only-from-whom-it-asked': {
    caughtBy: 'unsolicited',
    says: 'asked for or not',
    why: 'Only the peer that was asked may answer.',
    edits: [
      [
        '  if (have.has(id)) return id\n',
        '  if (have.has(id) || (from && wanted.has(id) && wanted.get(id)!.asked !== from)) return id\n',
      ],
    ],
  },
  'any-data-is-the-answer': {
    caughtBy: 'unsolicited',
    says: ['wrong data is no answer', 'wrong data does not end the wait'],
    why: 'A tx is the answer to the last getdata.',
    edits: [
      [
        "  if (command === 'tx') return void receiveData(payload, peer)\n",
        "  if (command === 'tx') {\n    for (const [id, { asked }] of wanted) if (asked === peer) forget(id)\n    return void receiveData(payload, peer)\n  }\n",
      ],
    ],
  },
  'goes-on-asking': {
    caughtBy: 'unsolicited',
    says: 'nobody is asked for it any more',
    why: 'The time-out ends by itself.',
    edits: [['announce(peer, id)\n  forget(id)\n', 'announce(peer, id)\n']],
  },
  'one-more': {
    caughtBy: 'too-many',
    says: 'At maxAnnounced, ignore',
    why: 'Off by one.',
    edits: [['peer.announced.size >= options.maxAnnounced', 'peer.announced.size > options.maxAnnounced']],
  },
  'one-limit-for-all': {
    caughtBy: 'too-many',
    says: ['maxAnnounced is for each peer', 'ask the next'],
    why: 'The limit is about the memory of the program.',
    edits: [['peer.announced.size >= options.maxAnnounced', 'wanted.size >= options.maxAnnounced']],
  },
  'disconnects-at-the-limit': {
    caughtBy: 'too-many',
    says: 'closed the connection',
    why: 'A peer that announces so much misbehaves.',
    edits: [
      [
        '    if (peer.announced.size >= options.maxAnnounced) continue\n',
        '    if (peer.announced.size >= options.maxAnnounced) return peer.close()\n',
      ],
    ],
  },
  'limits-new-ids-only': {
    caughtBy: 'too-many',
    says: 'also if you wait for the id already',
    why: 'An id that is known takes no room.',
    edits: [
      [
        '    if (peer.announced.size >= options.maxAnnounced) continue\n',
        '    if (!wanted.has(id) && peer.announced.size >= options.maxAnnounced) continue\n',
      ],
    ],
  },
  'room-is-never-free-again': {
    caughtBy: 'too-many',
    says: 'has room for another one',
    why: 'The limit is about the whole connection.',
    edits: [
      ['  announced: Set<string>\n', '  announced: Set<string>\n  total: number\n'],
      ['    announced: new Set(),\n', '    announced: new Set(),\n    total: 0,\n'],
      ['peer.announced.size >= options.maxAnnounced', 'peer.total++ >= options.maxAnnounced'],
    ],
  },
  'counts-transactions-only': {
    caughtBy: 'malformed',
    says: 'more than 50,000 entries',
    why: 'Entries that are ignored do not count.',
    edits: [
      ['  if (count.value > MAX_ENTRIES) throw new Error(`${count.value} entries`)\n', ''],
      [
        '  return ids\n}\n\nconst sha256',
        "  if (ids.length > MAX_ENTRIES) throw new Error('too many entries')\n  return ids\n}\n\nconst sha256",
      ],
    ],
  },
  'refuses-50000': {
    caughtBy: 'malformed',
    says: '50,000 entries are allowed',
    why: 'Off by one.',
    edits: [['count.value > MAX_ENTRIES', 'count.value >= MAX_ENTRIES']],
  },
  'does-not-look-at-the-length': {
    caughtBy: 'malformed',
    says: 'is misbehavior',
    why: 'The count says how many entries there are.',
    edits: [["  if (payload.length < end) throw new Error('bytes are missing')\n", '']],
  },
  'refuses-bytes-behind': {
    caughtBy: 'malformed',
    says: ['a newer node may have more to say', 'the last entry'],
    why: 'The length must be exact.',
    edits: [['payload.length < end', 'payload.length !== end']],
  },
  'closes-on-other-messages': {
    caughtBy: 'malformed',
    says: 'ignore messages that this exercise does not use',
    why: 'A message that is not known is an error.',
    edits: [['  if (!handle) return\n', '  if (!handle) return peer.close()\n']],
  },
})
