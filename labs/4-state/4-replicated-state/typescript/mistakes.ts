import { defineMistakes } from '../../../exercise/mistakes.ts'

const TIE = 'the greater replica wins, compared as text'
const COUNTER = 'keep plus and minus of each replica, each the greatest that you have seen'
const SEEN = 'at least 1 more than every time that you have seen'
const STORE = 'save the state before you reply'
const NEW_ID = 'make a new random ID whenever nothing is stored'
const EVERY_FIELD = 'look at every field of every count and entry'

export default defineMistakes({
  'adds-what-comes': {
    caughtBy: 'merges',
    says: COUNTER,
    why: 'What a message says is added to what is there, so a duplicate counts twice.',
    edits: [
      ['plus: Math.max(plus, mine.plus)', 'plus: plus + mine.plus'],
      ['minus: Math.max(minus, mine.minus)', 'minus: minus + mine.minus'],
    ],
  },
  'clock-counts-from-zero': {
    caughtBy: 'writes',
    says: 'the time of a write is Date.now() + clockMs',
    why: 'A Lamport clock without a wall clock: the later of two concurrent writes may lose.',
    naive: true,
    edits: [['  let time = Date.now() + clockMs\n', '  let time = 0\n']],
  },
  'clock-in-seconds': {
    caughtBy: 'writes',
    says: 'in milliseconds',
    why: 'Times are in seconds.',
    edits: [['Date.now() + clockMs', 'Math.floor((Date.now() + clockMs) / 1000)']],
  },
  'clock-is-forgotten': {
    caughtBy: 'clocks',
    says: SEEN,
    why: 'The greatest time is a variable that begins at 0 after a restart.',
    naive: true,
    edits: [
      [
        'const counts = new Map<string, Count>()\n',
        'let latest = 0\nconst counts = new Map<string, Count>()\n',
      ],
      [
        '  for (const seen of entries.values()) time = Math.max(time, seen.time + 1)\n',
        '  time = Math.max(time, latest + 1)\n',
      ],
      [
        '  const changed = merge(state)\n',
        '  for (const { time } of state.entries) latest = Math.max(latest, time)\n  const changed = merge(state)\n',
      ],
    ],
  },
  'clock-of-present-keys': {
    caughtBy: 'clocks',
    says: 'tombstones included',
    why: 'The times of removals do not count.',
    naive: true,
    edits: [
      [
        '  for (const seen of entries.values()) time = Math.max(time, seen.time + 1)\n',
        '  for (const seen of entries.values())\n    if (seen.value !== null || seen.key === key) time = Math.max(time, seen.time + 1)\n',
      ],
    ],
  },
  'clock-of-the-key': {
    caughtBy: 'clocks',
    says: SEEN,
    why: 'Only the last write of the same key counts.',
    naive: true,
    edits: [
      [
        '  for (const seen of entries.values()) time = Math.max(time, seen.time + 1)\n',
        '  const seen = entries.get(key)\n  if (seen) time = Math.max(time, seen.time + 1)\n',
      ],
    ],
  },
  'compares-with-what-was-before-the-message': {
    caughtBy: 'merges',
    says: COUNTER,
    why: 'The second count of a replica in one message is compared with what was there before the first.',
    naive: true,
    edits: [
      [
        '    const mine = counts.get(replica) ?? { plus: 0, minus: 0 }\n    if',
        '    const mine = before.get(replica) ?? { plus: 0, minus: 0 }\n    if',
      ],
      [
        '  const newEntries = new Map<string, Entry>()\n',
        '  const newEntries = new Map<string, Entry>()\n  const before = new Map(counts)\n',
      ],
    ],
  },
  'counts-removed-keys': {
    caughtBy: 'writes',
    says: 'a removed key has none',
    why: 'The event changed counts entries, tombstones included.',
    edits: [['if (value !== null) keys++', 'if (value !== undefined) keys++']],
  },
  'crashes-on-null': {
    caughtBy: 'malformed',
    says: 'exited with status 1',
    why: 'The type of null is "object", too.',
    edits: [["typeof value === 'object' && value !== null\n", "typeof value === 'object'\n"]],
  },
  'echoes-to-the-sender': {
    caughtBy: 'passes-on',
    says: 'n2 knows what it has sent itself',
    why: 'What changed goes back to the peer that it came from, too.',
    edits: [['if (id !== from) links.send(', 'links.send(']],
  },
  'forgets-what-peers-sent': {
    caughtBy: 'restarts',
    says: STORE,
    why: 'Only own writes are stored.',
    naive: true,
    edits: [['  save()\n  for (const { id }', '  if (from === undefined) save()\n  for (const { id }']],
  },
  'ignores-unknown-removals': {
    caughtBy: 'writes',
    says: 'also of a key that you do not know',
    why: 'Nothing seems to be there to remove.',
    edits: [
      [
        '  return write(key, null)\n',
        '  if (!entries.has(key)) return { time: Date.now() + clockMs, replica }\n  return write(key, null)\n',
      ],
    ],
  },
  'is-the-node-that-it-was': {
    caughtBy: 'new-replica',
    says: NEW_ID,
    why: 'The ID of the replica is that of the node, also without its data.',
    naive: true,
    edits: [["`${options.id}-${randomBytes(8).toString('hex')}`", 'options.id']],
  },
  'keeps-half-of-a-message': {
    caughtBy: 'malformed',
    says: EVERY_FIELD,
    why: 'The good parts of a malformed message are merged.',
    naive: true,
    edits: [
      [
        '      if (isState(message)) apply(message, from)\n',
        "      if (!isRecord(message) || message.type !== 'state') return\n      const { counts, entries } = message as State\n      if (!Array.isArray(counts) || !Array.isArray(entries)) return\n      apply({ counts: counts.filter(isCount), entries: entries.filter(isEntry) }, from)\n",
      ],
    ],
  },
  'keeps-the-greater-count': {
    caughtBy: 'passes-on',
    says: 'with the greater plus and the greater minus',
    why: 'The count with the greater plus is taken as a whole.',
    naive: true,
    edits: [
      [
        '    if (plus <= mine.plus && minus <= mine.minus) continue\n',
        '    if (plus <= mine.plus) continue\n',
      ],
      ['plus: Math.max(plus, mine.plus), minus: Math.max(minus, mine.minus)', 'plus, minus'],
    ],
  },
  'last-arrival-wins': {
    caughtBy: 'passes-on',
    says: ['that is more than what changed', 'if a message changes nothing, send nothing'],
    why: 'What comes replaces what is there.',
    edits: [
      [
        '    if (mine && (time < mine.time || (time === mine.time && replica <= mine.replica))) continue\n',
        '    if (mine && time === mine.time && replica === mine.replica) continue\n',
      ],
    ],
  },
  'last-arrival-wins-a-tie': {
    caughtBy: 'merges',
    says: TIE,
    why: 'Of two writes with one time, the one that comes later wins, on each node another.',
    naive: true,
    edits: [['replica <= mine.replica', 'replica === mine.replica']],
  },
  'notes-times-while-it-looks': {
    caughtBy: 'malformed',
    says: 'ignore all of a malformed message, also its times',
    why: 'The clock takes the times of messages that are then ignored.',
    naive: true,
    edits: [
      ['let clockMs = 0\n', 'let clockMs = 0\nlet latest = 0\n'],
      [
        '  for (const seen of entries.values()) time = Math.max(time, seen.time + 1)\n',
        '  for (const seen of entries.values()) time = Math.max(time, seen.time + 1)\n  time = Math.max(time, latest + 1)\n',
      ],
      [
        'const isNumber = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0\n',
        'const isNumber = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0\nconst isTime = (value: unknown) => {\n  if (!isNumber(value)) return false\n  latest = Math.max(latest, Number(value))\n  return true\n}\n',
      ],
      ['  isNumber(value.time) &&\n', '  isTime(value.time) &&\n'],
    ],
  },
  'one-number-per-replica': {
    caughtBy: 'merges',
    says: COUNTER,
    why: 'The greater sum wins, so what was subtracted comes back.',
    edits: [
      [
        '    if (plus <= mine.plus && minus <= mine.minus) continue\n',
        '    if (plus - minus <= mine.plus - mine.minus) continue\n',
      ],
      ['plus: Math.max(plus, mine.plus), minus: Math.max(minus, mine.minus)', 'plus, minus'],
    ],
  },
  'only-adds': {
    caughtBy: 'writes',
    says: 'both only grow',
    why: 'A negative amount makes plus smaller.',
    edits: [['amount > 0 ? { plus', 'amount < Infinity ? { plus']],
  },
  'passes-on-nothing': {
    caughtBy: 'passes-on',
    says: 'goes to all peers except the one that it came from',
    why: 'Only own writes are sent.',
    edits: [['if (id !== from) links.send(', 'if (from === undefined) links.send(']],
  },
  'passes-on-what-came': {
    caughtBy: 'passes-on',
    says: ['more than what changed', 'with the greater plus and the greater minus'],
    why: 'A message is passed on as it came, with what was old in it.',
    edits: [
      ["{ type: 'state', ...changed }", "{ type: 'state', counts: state.counts, entries: state.entries }"],
    ],
  },
  'refuses-empty-values': {
    caughtBy: 'malformed',
    says: 'are values like any other',
    why: 'An empty text is falsy.',
    edits: [
      [
        "(typeof value.value === 'string' || value.value === null)",
        "((!!value.value && typeof value.value === 'string') || value.value === null)",
      ],
    ],
  },
  'refuses-zero': {
    caughtBy: 'malformed',
    says: 'are values like any other',
    why: 'A number that is there is greater than 0.',
    edits: [['Number(value) >= 0', 'Number(value) > 0']],
  },
  'refuses-unknown-fields': {
    caughtBy: 'malformed',
    says: 'fields that you do not know are no reason',
    why: 'A newer version of a peer cannot talk to it.',
    edits: [
      [
        "  if (!isRecord(message) || message.type !== 'state') return false\n",
        "  if (!isRecord(message) || message.type !== 'state' || Object.keys(message).length !== 3) return false\n",
      ],
    ],
  },
  'removal-is-final': {
    caughtBy: 'removes',
    says: 'a write after the removal wins over it',
    why: 'A tombstone wins over everything.',
    naive: true,
    edits: [['    if (mine && (time', '    if (mine && (mine.value === null || time']],
  },
  'removes-entries': {
    caughtBy: 'removes',
    says: 'the entry of a removed key stays',
    why: 'A removed key is deleted, and an old write brings it back.',
    naive: true,
    edits: [
      [
        '    entries.set(key, { key, value, time, replica })\n',
        '    if (value === null) entries.delete(key)\n    else entries.set(key, { key, value, time, replica })\n',
      ],
    ],
  },
  'same-value-is-no-write': {
    caughtBy: 'writes',
    says: 'to set the value that a key has already is a write like any other',
    why: 'A write of the value that is there already is left out.',
    naive: true,
    edits: [
      [
        '  return write(key, value)\n',
        '  const mine = entries.get(key)\n  if (mine?.value === value) return { time: mine.time, replica: mine.replica }\n  return write(key, value)\n',
      ],
    ],
  },
  'saves-later': {
    caughtBy: 'restarts',
    says: STORE,
    why: 'Saving is put off, so that many writes are saved at once.',
    naive: true,
    edits: [
      [
        '  save()\n  for (const { id }',
        '  saving ??= setTimeout(() => (save(), (saving = undefined)), 20)\n  for (const { id }',
      ],
      ["let replica = ''\n", "let replica = ''\nlet saving: NodeJS.Timeout | undefined\n"],
    ],
  },
  'sends-all-with-each-write': {
    caughtBy: 'writes',
    says: 'that is more than what changed',
    why: 'The whole state goes out with each change.',
    edits: [["{ type: 'state', ...changed }", "{ type: 'state', ...whole() }"]],
  },
  'sends-all-once': {
    caughtBy: 'connects',
    says: 'the last message before a connection broke may be lost',
    why: 'A peer gets the whole state on the first connection, and never again.',
    naive: true,
    edits: [
      [
        "    onConnect: peer => void links.send(peer, { type: 'state', ...whole() }),\n",
        "    onConnect: peer => {\n      const state = greeted.has(peer) ? { counts: [], entries: [] } : whole()\n      greeted.add(peer)\n      links.send(peer, { type: 'state', ...state })\n    },\n",
      ],
      ["let replica = ''\n", "let replica = ''\nconst greeted = new Set<string>()\n"],
    ],
  },
  'sends-no-tombstones-to-new-peers': {
    caughtBy: 'connects',
    says: 'those of removed keys, too',
    why: 'Removed keys are left out of the whole state.',
    naive: true,
    edits: [
      [
        "{ type: 'state', ...whole() }",
        "{ type: 'state', ...whole(), entries: whole().entries.filter(({ value }) => value !== null) }",
      ],
    ],
  },
  'stores-its-id-with-its-count': {
    caughtBy: 'restarts',
    says: 'the ID of the replica is stored with the state',
    why: 'The ID is stored when the replica has a count: one that only wrote keys is another one after a restart.',
    naive: true,
    edits: [
      [
        "storage.save('state', { replica, ...whole() })",
        "storage.save('state', { replica: counts.has(replica) ? replica : undefined, ...whole() })",
      ],
    ],
  },
  'stores-no-tombstones': {
    caughtBy: 'removes',
    says: 'the entry of a removed key stays',
    why: 'Removed keys are not saved, and are unknown after a restart.',
    naive: true,
    edits: [
      [
        "storage.save('state', { replica, ...whole() })",
        "storage.save('state', { replica, ...whole(), entries: whole().entries.filter(({ value }) => value !== null) })",
      ],
    ],
  },
  'takes-fractions': {
    caughtBy: 'malformed',
    says: EVERY_FIELD,
    why: 'Any finite number is taken for a count or a time.',
    edits: [
      ['Number.isSafeInteger(value) && Number(value) >= 0', 'Number.isFinite(value) && Number(value) >= 0'],
    ],
  },
  'tells-nobody-on-connect': {
    caughtBy: 'connects',
    says: 'at once on the new connection',
    why: 'A peer hears only of what changes while it is connected.',
    edits: [["    onConnect: peer => void links.send(peer, { type: 'state', ...whole() }),\n", '']],
  },
  'tie-in-the-locale': {
    caughtBy: 'merges',
    says: TIE,
    why: 'The order of localeCompare is not that of >.',
    naive: true,
    edits: [['replica <= mine.replica', 'replica.localeCompare(mine.replica) <= 0']],
  },
  'trusts-messages': {
    caughtBy: 'malformed',
    says: [EVERY_FIELD, 'exited with status 1'],
    why: 'Nothing is looked at before it is merged.',
    edits: [['      if (isState(message)) apply(message, from)\n', '      apply(message, from)\n']],
  },
  'wall-clock-alone': {
    caughtBy: 'clocks',
    says: SEEN,
    why: 'The time is that of the clock, whatever was seen.',
    edits: [['  for (const seen of entries.values()) time = Math.max(time, seen.time + 1)\n', '']],
  },
  'whole-state-of-the-start': {
    caughtBy: 'connects',
    says: 'the last message before a connection broke may be lost',
    why: 'The whole state is put together once, when the program starts.',
    naive: true,
    edits: [
      ['  save()\n  links = ', '  save()\n  const state = whole()\n  links = '],
      [
        "peer => void links.send(peer, { type: 'state', ...whole() })",
        "peer => void links.send(peer, { type: 'state', ...state })",
      ],
    ],
  },
})
