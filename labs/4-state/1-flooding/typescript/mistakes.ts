import { defineMistakes } from '../../../exercise/mistakes.ts'

const KNOWN = '  if (seen.has(id)) return\n'
const SENDS = '    if (peer !== from) links.send(peer, { type, id, payload })\n'
const EMIT = "  emit('delivered', { id, payload })\n"
const OLDEST = '  if (seen.size > window) seen.delete(oldest!)\n'
const ID = 'const id = randomUUID()'

export default defineMistakes({
  'id-of-payload': {
    caughtBy: 'publishes',
    says: 'is the id made from the payload?',
    why: 'The id is made from the payload, so that the same words twice are one message.',
    naive: true,
    edits: [
      [ID, "const id = createHash('sha256').update(payload).digest('hex')"],
      ['{ randomUUID }', '{ createHash }'],
    ],
  },
  'counts-from-one': {
    caughtBy: 'publishes',
    says: 'a counter begins anew with your program',
    why: 'The id is a counter, which begins anew after a restart.',
    naive: true,
    edits: [
      [ID, 'const id = `n-${++published}`'],
      ['let window = 0\n', 'let window = 0\nlet published = 0\n'],
      ["import { randomUUID } from 'node:crypto'\n", ''],
    ],
  },
  'remembers-late': {
    caughtBy: 'duplicates',
    says: 'is the id remembered before the message is passed on',
    why: 'The id is remembered when all else is done, a turn later.',
    edits: [['  remember(id)\n', '  setImmediate(() => remember(id))\n']],
  },
  'back-to-sender': {
    caughtBy: 'passes-on',
    says: 'does a message go back to the peer that sent it?',
    why: 'The message goes to all peers.',
    edits: [[SENDS, '    links.send(peer, { type, id, payload })\n']],
  },
  'own-not-told': {
    caughtBy: 'publishes',
    says: 'the event delivered for your own message',
    why: 'Whoever publishes a message has it anyway.',
    edits: [[EMIT, "  if (from !== undefined) emit('delivered', { id, payload })\n"]],
  },
  'own-not-remembered': {
    caughtBy: 'publishes',
    says: 'do you remember the ids of your own messages?',
    why: 'Only what comes from others is remembered.',
    naive: true,
    edits: [['  remember(id)\n', '  if (from !== undefined) remember(id)\n']],
  },
  'window-too-small': {
    caughtBy: 'window',
    says: 'is one id forgotten too early?',
    why: 'The window holds one id less.',
    naive: true,
    edits: [[OLDEST, '  if (seen.size >= window) seen.delete(oldest!)\n']],
  },
  'window-too-large': {
    caughtBy: 'window',
    says: 'whose id is forgotten',
    why: 'The window holds one id more.',
    edits: [[OLDEST, '  if (seen.size > window + 1) seen.delete(oldest!)\n']],
  },
  'never-forgets': {
    caughtBy: 'window',
    says: 'whose id is forgotten',
    why: 'Every id is remembered for ever.',
    edits: [[OLDEST, '']],
  },
  'forgets-all': {
    caughtBy: 'window',
    says: 'is all of the window forgotten at once?',
    why: 'When the window is full, it begins anew.',
    naive: true,
    edits: [
      [OLDEST, '  if (seen.size > window) {\n    seen.clear()\n    seen.add(id)\n  }\n'],
      ['  const [oldest] = seen\n', ''],
    ],
  },
  'renews-duplicates': {
    caughtBy: 'window',
    says: 'whose id is forgotten',
    why: 'A duplicate makes an id young again, as in a cache.',
    naive: true,
    edits: [[KNOWN, '  if (seen.delete(id)) return void seen.add(id)\n']],
  },
  'own-outside-the-window': {
    caughtBy: 'window',
    says: 'whose id is forgotten',
    why: 'Its own messages have a table of their own.',
    edits: [
      ['  remember(id)\n', '  if (from === undefined) own.add(id)\n  else remember(id)\n'],
      [KNOWN, '  if (seen.has(id) || own.has(id)) return\n'],
      ['const seen = new Set<string>()\n', 'const seen = new Set<string>()\nconst own = new Set<string>()\n'],
    ],
  },
  'seen-by-peer': {
    caughtBy: 'duplicates',
    says: 'looked up for every message, whoever sends it?',
    why: 'What was seen is kept for each peer.',
    naive: true,
    edits: [
      [KNOWN, '  const key = `${from} ${id}`\n  if (seen.has(key)) return\n'],
      ['  remember(id)\n', '  remember(key)\n'],
    ],
  },
  'seen-by-payload': {
    caughtBy: 'publishes',
    says: 'the event delivered for your own message',
    why: 'Two messages with the same payload count as one.',
    edits: [
      [KNOWN, '  if (seen.has(payload)) return\n'],
      ['  remember(id)\n', '  remember(payload)\n'],
    ],
  },
  'payload-is-text': {
    caughtBy: 'passes-on',
    says: 'is each byte there, also those that are no text?',
    why: 'The payload is turned into text on the way to the event.',
    naive: true,
    edits: [
      [EMIT, "  emit('delivered', { id, payload: Buffer.from(Buffer.from(payload, 'hex').toString()) })\n"],
    ],
  },
  'drops-empty': {
    caughtBy: 'passes-on',
    says: 'the event delivered',
    why: 'An empty payload is taken for a missing one.',
    naive: true,
    edits: [
      ["typeof payload !== 'string') return false", "typeof payload !== 'string' || !payload) return false"],
    ],
  },
  'first-peer-only': {
    caughtBy: 'passes-on',
    says: 'do you send what is new to every peer',
    why: 'The message goes to one peer, which will pass it on.',
    edits: [[SENDS, '    if (peer !== from) return void links.send(peer, { type, id, payload })\n']],
  },
  'passes-on-nothing': {
    caughtBy: 'passes-on',
    says: 'do you send what is new to every peer',
    why: 'Only its own messages are sent.',
    edits: [[SENDS, '    if (from === undefined) links.send(peer, { type, id, payload })\n']],
  },
  'proto-is-seen': {
    caughtBy: 'passes-on',
    says: 'the event delivered for the message with the id',
    why: 'What was seen is kept in a plain object, which has names of its own.',
    edits: [[KNOWN, '  if (seen.has(id) || id in {}) return\n']],
  },
  'takes-upper-case': {
    caughtBy: 'malformed',
    says: 'do you look at type, id and payload',
    why: 'Upper-case hex is hex, too.',
    edits: [[']{2})*$/.test', ']{2})*$/i.test']],
  },
  'takes-half-bytes': {
    caughtBy: 'malformed',
    says: 'do you look at type, id and payload',
    why: 'An odd number of digits passes.',
    edits: [['/^(?:[0-9a-f]{2})*$/', '/^[0-9a-f]*$/']],
  },
  'any-type': {
    caughtBy: 'malformed',
    says: 'do you look at type, id and payload',
    why: 'Nobody looks at the type, because there is only one.',
    edits: [["if (type !== 'flood' || typeof id", 'if (typeof id']],
  },
  'any-length': {
    caughtBy: 'malformed',
    says: 'do you look at type, id and payload',
    why: 'The length of an id is not limited.',
    edits: [['return id.length >= 1 && id.length <= 64 && /', 'return id.length >= 1 && /']],
  },
  'remembers-malformed': {
    caughtBy: 'malformed',
    says: 'whose id malformed ones had',
    why: 'The id of a malformed message is remembered, and anyone can make that of a sound one unusable.',
    naive: true,
    edits: [['  if (!isFlood(message)) return\n', '  if (!isFlood(message)) return remember(message.id)\n']],
  },
  'keeps-for-later': {
    caughtBy: 'alone',
    says: 'flooding keeps nothing for those who come later',
    why: 'What could not be sent waits until the peer is there.',
    edits: [
      [
        '    onMessage: (from, message) => receive(message, from),\n',
        '    onMessage: (from, message) => receive(message, from),\n    onConnect: peer => missed.splice(0).forEach(message => links?.send(peer, message)),\n',
      ],
      ['let window = 0\n', 'let window = 0\nconst missed: Flood[] = []\n'],
      [
        SENDS,
        '    if (peer !== from && !links.send(peer, { type, id, payload })) missed.push({ type, id, payload })\n',
      ],
    ],
  },
  'peers-at-the-start': {
    caughtBy: 'passes-on',
    says: 'do you send what is new to every peer',
    why: 'It asks in start to whom it is connected, when nobody can be.',
    edits: [
      ['  return { port: links.port }\n', '  peers = links.connected()\n  return { port: links.port }\n'],
    ],
  },
})
