import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'port-little-endian': {
    caughtBy: 'published',
    says: 'the port is big-endian',
    why: 'All integers of the protocol are little-endian.',
    edits: [
      ['bytes.writeUInt16BE(port, 28)', 'bytes.writeUInt16LE(port, 28)'],
      ['bytes.readUInt16BE(28)', 'bytes.readUInt16LE(28)'],
    ],
  },
  'services-in-a-number': {
    caughtBy: 'published',
    says: 'a bigint holds all of its bits',
    why: 'A number holds any integer.',
    edits: [['services: bytes.readBigUInt64LE(4)', 'services: BigInt(Number(bytes.readBigUInt64LE(4)))']],
  },
  'count-in-one-byte': {
    caughtBy: 'published',
    says: ['the count is a CompactSize', 'each addr counts'],
    why: 'The first byte is the count.',
    edits: [
      [
        "const count = decode({ format: 'compactsize', bytes: payload })",
        'const count = { value: payload.length > 0 ? BigInt(payload[0]!) : null, length: 1 }',
      ],
    ],
  },
  'listens-to-dialed-peers-only': {
    caughtBy: 'published',
    says: 'from peers that have connected to it',
    why: 'An addr is an answer to a getaddr.',
    edits: [
      ["if (command === 'addr') {", "if (command === 'addr' && connection.direction === 'outbound') {"],
    ],
  },
  'notes-where-inbound-peers-come-from': {
    caughtBy: 'introduces',
    says: 'not one that it listens on',
    why: 'A peer that is connected can be dialed at that address.',
    naive: true,
    edits: [
      [
        "if (direction === 'inbound') return",
        "if (direction === 'inbound') return learn([{ time: now(), services: SERVICES, ...parseAddress(name) }])",
      ],
    ],
  },
  'asks-the-first-peer-only': {
    caughtBy: 'chain',
    says: 'one getaddr from your program',
    why: 'The seed knows everybody.',
    edits: [["  send('getaddr')\n", "  if (answered.size === 1) send('getaddr')\n"]],
  },
  'looks-in-heard-only': {
    caughtBy: 'chain',
    says: ['moves from heard to answered', 'Do not dial one'],
    why: 'What is not in heard is new.',
    edits: [
      ['const known = answered.get(address) ?? heard.get(address)', 'const known = heard.get(address)'],
    ],
  },
  'knows-itself-by-port': {
    caughtBy: 'leaves-out',
    says: 'both together',
    why: 'The port alone says that it is your own address.',
    naive: true,
    edits: [['address === self) continue', 'entry.port === parseAddress(self).port) continue']],
  },
  'dials-itself': {
    caughtBy: 'leaves-out',
    says: 'this is your own address',
    why: 'Nobody tells you your own address.',
    edits: [[' || address === self) continue', ') continue']],
  },
  'notes-all-seeds': {
    caughtBy: 'leaves-out',
    says: 'note the seeds in the same way',
    why: 'The limit is about what others tell.',
    edits: [
      [
        '  learn(rest.seeds.map(',
        "  for (const seed of rest.seeds.filter(seed => seed !== self && !seed.endsWith(':0')))\n    heard.set(seed, { time: now(), services: SERVICES, ...parseAddress(seed) })\n  learn(rest.seeds.map(",
      ],
    ],
  },
  'waits-for-a-seed': {
    caughtBy: 'max-peers',
    says: 'without waiting for a dial',
    why: 'A node that has no peers is not ready.',
    edits: [
      [
        '  return { port: bound }\n',
        '  while (dialed.size > 0 && answered.size === 0) await new Promise(resolve => setTimeout(resolve, 10))\n  return { port: bound }\n',
      ],
    ],
  },
  'takes-ipv6-for-ipv4': {
    caughtBy: 'leaves-out',
    says: 'behind ten bytes 00 and two bytes ff',
    why: 'The last four bytes are always the IPv4 address.',
    edits: [
      ["host: isIPv4 ? bytes.subarray(24, 28).join('.') : 'IPv6'", "host: bytes.subarray(24, 28).join('.')"],
    ],
  },
  'one-at-a-time': {
    caughtBy: 'max-peers',
    says: 'without waiting for a handshake',
    why: 'The next address is dialed when the handshake with the one before is complete.',
    edits: [
      [
        '    if (!dialed.has(address)) void dial(address)',
        '    if ([...dialed].some(one => !answered.has(one))) return\n    if (!dialed.has(address)) void dial(address)',
      ],
      ["  send('getaddr')\n", "  send('getaddr')\n  dialMore()\n"],
    ],
  },
  'counts-complete-handshakes': {
    caughtBy: 'max-peers',
    says: 'also before the handshake is complete',
    why: 'A connection counts when its handshake is complete.',
    naive: true,
    edits: [
      [
        'if (dialed.size >= options.maxPeers) return',
        'if ([...dialed].filter(one => answered.has(one)).length >= options.maxPeers) return',
      ],
    ],
  },
  'counts-what-others-dialed': {
    caughtBy: 'max-peers',
    says: 'connections of peers that dialed you do not count',
    why: 'The limit is about all connections.',
    edits: [
      ['if (dialed.size >= options.maxPeers) return', 'if (dialed.size + guests >= options.maxPeers) return'],
      ['let options: Options', 'let guests = 0\nlet options: Options'],
      [
        "socket => void run(socket, 'inbound'))",
        "socket => {\n    guests++\n    void run(socket, 'inbound').then(() => guests--)\n  })",
      ],
    ],
  },
  'does-not-go-on': {
    caughtBy: 'max-peers',
    says: 'there is room for the next address',
    why: 'Addresses are dialed when they are told, and that is all.',
    edits: [['  heard.delete(address)\n  dialMore()\n', '  heard.delete(address)\n']],
  },
  'forgets-whose-connection-ends': {
    caughtBy: 'max-peers',
    says: ['stays in answered when its connection ends', 'or that has answered'],
    why: 'A peer that is not connected any more is not known any more.',
    edits: [
      [
        '  heard.delete(address)\n  dialMore()\n',
        '  heard.delete(address)\n  answered.delete(address)\n  dialMore()\n',
      ],
    ],
  },
  'keeps-the-dead': {
    caughtBy: 'dead',
    says: 'Forget an address that refuses the connection',
    why: 'It may come back some day.',
    edits: [
      [
        '    if (!dialed.has(address)) void dial',
        '    if (!dialed.has(address) && !tried.has(address)) void dial',
      ],
      ['  heard.delete(address)\n  dialMore()\n', '  tried.add(address)\n  dialMore()\n'],
      ['let options: Options', 'const tried = new Set<string>()\nlet options: Options'],
    ],
  },
  'never-again': {
    caughtBy: 'dead',
    says: 'a forgotten address is like one that you have never heard of',
    why: 'An address that was dead once is dead for good.',
    edits: [
      [' || address === self) continue', ' || address === self || failed.has(address)) continue'],
      [
        '  heard.delete(address)\n  dialMore()\n',
        '  if (heard.delete(address)) failed.add(address)\n  dialMore()\n',
      ],
      ['let options: Options', 'const failed = new Set<string>()\nlet options: Options'],
    ],
  },
  'own-timeout': {
    caughtBy: 'dead',
    says: 'do you pass timeoutMs on to runConnection?',
    why: 'A minute is what Bitcoin Core waits.',
    edits: [['{ magic, timeoutMs, services', '{ magic, timeoutMs: timeoutMs && 60_000, services']],
  },
  'one-too-few': {
    caughtBy: 'too-many',
    says: '1,000 entries are allowed',
    why: 'The number 1,000 is the first that is too much.',
    edits: [['if (count.value > MAX_ADDR)', 'if (count.value >= MAX_ADDR)']],
  },
  'uses-what-came': {
    caughtBy: 'too-many',
    says: 'when the payload ends before the last entry',
    why: 'Half a message is better than none.',
    edits: [
      [
        "  if (entries.length < length * ENTRY) throw new Error('bytes are missing')\n  return Array.from({ length }",
        '  return Array.from({ length: Math.min(length, Math.floor(entries.length / ENTRY)) }',
      ],
    ],
  },
  'answers-again': {
    caughtBy: 'answers',
    says: 'only the first getaddr of a connection is answered',
    why: 'Each question deserves an answer.',
    edits: [['    connection.hasAsked = true\n', '']],
  },
  'sends-an-empty-addr': {
    caughtBy: 'answers',
    says: 'btcd disconnects on an empty addr',
    why: 'Nothing is an answer, too.',
    edits: [['if (entries.length > 0) connection.send', 'connection.send']],
  },
  'keeps-the-time-of-hearsay': {
    caughtBy: 'answers',
    says: 'it gets the time of now',
    why: 'The time of an address is the one that came with it.',
    edits: [['{ ...heard.get(name)!, time: now() }', 'heard.get(name)!']],
  },
  'last-time-wins': {
    caughtBy: 'times',
    says: 'keep the later of the two times',
    why: 'What is told last is the news.',
    edits: [['known.time = Math.max(known.time, time)', 'known.time = time']],
  },
  'compares-before-it-corrects': {
    caughtBy: 'times',
    says: 'correct a time before you compare it',
    why: 'The order of the two rules does not matter.',
    naive: true,
    edits: [
      [
        'if (known) known.time = Math.max(known.time, time)',
        'if (known) known.time = entry.time > known.time ? time : known.time',
      ],
    ],
  },
  'one-limit-for-both': {
    caughtBy: 'eclipse',
    says: 'two tables',
    why: 'The limit is about all addresses, and the oldest one goes.',
    edits: [
      [
        'else if (heard.size < options.maxHeard) heard.set(address, { ...entry, time })',
        `else {
      if (heard.size + answered.size >= options.maxHeard) {
        const [oldest] = [...answered.keys(), ...heard.keys()]
        if (!answered.delete(oldest!)) heard.delete(oldest!)
      }
      heard.set(address, { ...entry, time })
    }`,
      ],
    ],
  },
})
