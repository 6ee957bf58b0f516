import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'answers-twice': {
    caughtBy: 'submits',
    says: 'a node that has answered "unknown" says nothing more',
    why: 'The other node hears in time that the outcome is unknown, and later what it is.',
    edits: [
      [
        "  links.send(from, { type: 'submitted', id, ...(await lead(command)) })",
        "  const outcome = lead(command)\n  links.send(from, { type: 'submitted', id, ...(await within(me.submitMs, outcome)) })\n  const later = await outcome\n  if (later.outcome === 'done') links.send(from, { type: 'submitted', id, ...later })",
      ],
    ],
  },
  'any-member-answers': {
    caughtBy: 'submits',
    says: 'do answers count only if the member that has the command sends them',
    why: 'Members are trusted, so whoever of them answers knows.',
    edits: [
      [
        'if (waiting?.leader === from && isOutcome(message)) waiting',
        'if (waiting && isOutcome(message)) waiting',
      ],
    ],
  },
  'any-record-is-news': {
    caughtBy: 'records',
    says: 'is a record news only if its seq is greater',
    why: 'What is signed is true, whenever it was signed.',
    naive: true,
    edits: [['  if (seq <= (records.get(id)?.seq ?? 0)) return\n', '']],
  },
  'believes-an-equal-address': {
    caughtBy: 'records',
    says: 'the signature is of the address as it stands in the record',
    why: 'What is signed is the address, however it is written.',
    edits: [
      [
        '  const { id, address, seq, signature } = record\n',
        "  const { id, address, seq, signature } = record\n  const [host, port] = String(address).split(':')\n",
      ],
      [
        'ed25519Verify(key, signedPart(record), ',
        'ed25519Verify(key, signedPart({ ...record, address: `${host}:${Number(port)}` }), ',
      ],
    ],
  },
  'believes-whatever-comes': {
    caughtBy: 'records',
    says: 'do you verify each record',
    why: 'A record with a signature is a signed record.',
    naive: true,
    edits: [
      ["  return ed25519Verify(key, signedPart(record), Buffer.from(signature, 'hex'))", '  return true'],
    ],
  },
  'commands-from-strangers': {
    caughtBy: 'submits',
    says: 'do you look at who has sent a message',
    why: 'A command is a client’s, and clients are not members.',
    edits: [
      ['  if (!keys.has(from)) return\n', "  if (!keys.has(from) && message.type !== 'submit') return\n"],
    ],
  },
  'dials-a-member-once': {
    caughtBy: 'dials',
    says: 'also for a member that you have dialed before',
    why: 'A member that is dialed already need not be dialed again.',
    edits: [
      [
        '  keep(record)\n  links.addPeer({ id, address })',
        '  const known = records.has(id)\n  keep(record)\n  if (!known) links.addPeer({ id, address })',
      ],
    ],
  },
  'floods-of-strangers': {
    caughtBy: 'floods',
    says: 'do you look at who has sent it',
    why: 'A broadcast is for everyone, so it may come from everyone.',
    edits: [
      ['  if (!keys.has(from)) return\n', "  if (!keys.has(from) && message.type !== 'flood') return\n"],
    ],
  },
  'follower-gives-it-to-raft': {
    caughtBy: 'submits',
    says: 'a node that does not lead answers "refused"',
    why: 'Raft refuses the command by itself, and an error is an error.',
    naive: true,
    edits: [["  if (raft.knownLeader() !== me.id) return { outcome: 'refused' }\n", '']],
  },
  'forgets-no-id': {
    caughtBy: 'floods',
    says: 'its id is forgotten, so that memory is bounded',
    why: 'The ids of all broadcasts are kept for ever.',
    edits: [['  if (seen.size > WINDOW) seen.delete(oldest!)\n', '']],
  },
  'gives-up-when-refused': {
    caughtBy: 'submits',
    says: 'nobody has a command that was refused',
    why: 'The leader has said no.',
    edits: [
      [
        '    await pause(Math.min(me.heartbeatMs, left))',
        "    if (raft.knownLeader() !== undefined) throw new Error('refused by the leader')\n    await pause(Math.min(me.heartbeatMs, left))",
      ],
    ],
  },
  'gives-up-without-a-leader': {
    caughtBy: 'submits',
    says: 'do you try again while there is no leader',
    why: 'No leader is known, so the client gets an error.',
    edits: [
      [
        "  if (leader === undefined) return { outcome: 'refused' }",
        "  if (leader === undefined) throw new Error('refused: there is no leader')",
      ],
    ],
  },
  'keeps-records-in-memory': {
    caughtBy: 'dials',
    says: 'dials the members whose records it stored',
    why: 'Records come again when the others connect.',
    edits: [
      [
        "  storage.save('records', [...records.values()])\n",
        "  if (record.id === me.id) storage.save('seq', record.seq)\n",
      ],
      ['(records.get(me.id)?.seq ?? 0) + 1', "(storage.load<number>('seq') ?? 0) + 1"],
    ],
  },
  'leader-waits-for-ever': {
    caughtBy: 'submits',
    says: 'submitMs binds a node that leads, too',
    why: 'Raft answers by itself, sooner or later.',
    edits: [['return within(ms, lead(command))', 'return lead(command)']],
  },
  'loads-no-records': {
    caughtBy: 'dials',
    says: 'dials the members whose records it stored',
    why: 'The seq is stored, and the seeds will know the rest.',
    edits: [
      [
        'const addresses = new Map([...me.seeds, ...records.values()].map(',
        'const addresses = new Map(me.seeds.map(',
      ],
    ],
  },
  'members-bring-records': {
    caughtBy: 'records',
    says: 'does it count whoever brings it',
    why: 'What a stranger brings is not to be believed, whoever has signed it.',
    naive: true,
    edits: [
      [
        "  if (message.type === 'record') return onRecord(from, message)\n  if (!keys.has(from)) return\n",
        "  if (!keys.has(from)) return\n  if (message.type === 'record') return onRecord(from, message)\n",
      ],
    ],
  },
  'new-record-for-a-new-address': {
    caughtBy: 'dials',
    says: 'each start makes a new record, also with the address of before',
    why: 'The address is still right, and so is the record that is stored.',
    naive: true,
    edits: [
      [
        '  keep(ownRecord((records.get(me.id)?.seq ?? 0) + 1))\n',
        '  const before = records.get(me.id)\n  if (before?.address !== me.announce) keep(ownRecord((before?.seq ?? 0) + 1))\n',
      ],
    ],
  },
  'new-seq-is-not-greater': {
    caughtBy: 'dials',
    says: 'is its seq stored before anyone hears of it',
    why: 'The seq counts the changes of this run.',
    edits: [['keep(ownRecord((records.get(me.id)?.seq ?? 0) + 1))', 'keep(ownRecord(1))']],
  },
  'one-command-at-a-time': {
    caughtBy: 'submits',
    says: 'is each answer given to the client whose command has its id',
    why: 'Answers come in the order of the commands.',
    edits: [['  const waiting = asked.get(message.id)\n', '  const [waiting] = asked.values()\n']],
  },
  'one-id-for-each-command': {
    caughtBy: 'submits',
    says: 'two clients may give the same command',
    why: 'The command itself is the id.',
    edits: [['  const id = randomUUID()\n  const answered', '  const id = command\n  const answered']],
  },
  'passes-nothing-on': {
    caughtBy: 'records',
    says: 'do you pass on a record that is news',
    why: 'Everyone gets the records when they connect.',
    edits: [['  for (const peer of links.connected()) if (peer !== from) links.send(peer, record)\n', '']],
  },
  'passes-on-to-whom-it-knows': {
    caughtBy: 'records',
    says: 'n2 is one of them, with or without a record of it',
    why: 'Who has no record is not there yet.',
    edits: [
      [
        'for (const peer of links.connected()) if (peer !== from) links.send(peer, record)',
        'for (const peer of links.connected())\n    if (peer !== from && records.has(peer)) links.send(peer, record)',
      ],
    ],
  },
  'payload-as-text': {
    caughtBy: 'floods',
    says: 'its payload is hex',
    why: 'JSON carries text.',
    edits: [["payload: payload.toString('hex') })", 'payload: payload.toString() })']],
  },
  'raft-of-strangers': {
    caughtBy: 'hostile',
    says: 'do you look at who has sent a message before it goes to Raft',
    why: 'Raft looks at the terms, so it can take all messages.',
    naive: true,
    edits: [
      [
        '  if (!keys.has(from)) return\n',
        "  if (!keys.has(from) && ['flood', 'submit', 'submitted'].includes(message.type)) return\n",
      ],
    ],
  },
  'raft-with-the-seeds': {
    caughtBy: 'finds',
    says: [
      'does Raft know all members from the start',
      'election safety',
      'state machine safety',
      'one vote per node',
    ],
    why: 'Raft is given the peers that are known at the start.',
    edits: [["    peers: [...keys.keys()].map(id => ({ id, address: '' })),\n", '    peers: me.seeds,\n']],
  },
  'refused-when-it-is-late': {
    caughtBy: 'unknown',
    says: 'nobody knows whether it is applied',
    why: 'No answer came, so the leader has refused.',
    naive: true,
    edits: [["pause<Outcome>(ms, { outcome: 'unknown' }, {", "pause<Outcome>(ms, { outcome: 'refused' }, {"]],
  },
  'seeds-are-right': {
    caughtBy: 'dials',
    says: 'newer than a seed',
    why: 'The seeds are what the user has given, so they win.',
    edits: [['[...me.seeds, ...records.values()]', '[...records.values(), ...me.seeds]']],
  },
  'sends-records-back': {
    caughtBy: 'records',
    says: 'does not send the record of n',
    why: 'Everyone gets what is new.',
    edits: [
      [
        '  for (const peer of links.connected()) if (peer !== from) links.send(peer, record)\n',
        '  for (const peer of links.connected()) links.send(peer, record)\n',
      ],
    ],
  },
  'sends-without-looking': {
    caughtBy: 'submits',
    says: 'links.send returns false, and nobody has the command',
    why: 'What is sent arrives.',
    naive: true,
    edits: [
      [
        "    if (!links.send(leader, { type: 'submit', id, command })) return { outcome: 'refused' }\n",
        "    links.send(leader, { type: 'submit', id, command })\n",
      ],
    ],
  },
  'seq-is-the-time': {
    caughtBy: 'records',
    says: 'seq counts the starts of this node',
    why: 'The clock gives a greater seq each time, until it is set back.',
    edits: [['keep(ownRecord((records.get(me.id)?.seq ?? 0) + 1))', 'keep(ownRecord(Date.now()))']],
  },
  'signs-an-equal-address': {
    caughtBy: 'dials',
    says: 'and signs that as it was given',
    why: 'An address is a host and a port, so it is written as these.',
    edits: [
      [
        '  const record = { id: me.id, address: me.announce, seq }\n',
        '  const { host, port } = parseAddress(me.announce)\n  const record = { id: me.id, address: `${host}:${port}`, seq }\n',
      ],
    ],
  },
  'signs-no-address': {
    caughtBy: 'records',
    says: 'is the signed text',
    why: 'The id and the seq name a record.',
    edits: [['Buffer.from(`record ${id} ${address} ${seq}`)', 'Buffer.from(`record ${id} ${seq}`)']],
  },
  'submit-ms-for-each-try': {
    caughtBy: 'unknown',
    says: 'submitMs is for all attempts together',
    why: 'Each try gets the time that an answer may take.',
    naive: true,
    edits: [
      ['const outcome = await attempt(command, left)', 'const outcome = await attempt(command, me.submitMs)'],
    ],
  },
  'takes-any-address': {
    caughtBy: 'records',
    says: ['parseAddress', 'not an address'],
    why: 'A signed address is an address.',
    naive: true,
    edits: [['if (!key || !isAddress(address) || ', 'if (!key || ']],
  },
  'takes-any-hex': {
    caughtBy: 'records',
    says: 'a signature is 128 digits of lower-case hex',
    why: 'Buffer.from reads hex, and the signature fits.',
    naive: true,
    edits: [
      [
        "  if (typeof signature !== 'string' || !/^[0-9a-f]{128}$/.test(signature)) return false\n",
        "  if (typeof signature !== 'string') return false\n",
      ],
    ],
  },
  'takes-any-outcome': {
    caughtBy: 'submits',
    says: [
      'do you look at all of an answer before you use it',
      'is each answer given to the client whose command has its id',
    ],
    why: 'Whatever an answer says that is not done or unknown counts as refused, also what is malformed.',
    edits: [
      [
        'if (waiting?.leader === from && isOutcome(message)) waiting.answer(message)',
        "if (waiting?.leader === from)\n    waiting.answer(isOutcome(message) ? message : { outcome: 'refused' })",
      ],
    ],
  },
  'tells-its-own-record-only': {
    caughtBy: 'records',
    says: 'do you send all the records that you have',
    why: 'Each node speaks for itself.',
    edits: [
      [
        '  for (const record of records.values()) links.send(peer, record)\n',
        '  links.send(peer, records.get(me.id)!)\n',
      ],
    ],
  },
  'tells-records-once': {
    caughtBy: 'dials',
    says: 'do you send your records there, too',
    why: 'A peer that has the records need not get them again.',
    edits: [
      [
        'function tellRecords(peer: string) {\n',
        'const told = new Set<string>()\nfunction tellRecords(peer: string) {\n  if (told.has(peer)) return\n  told.add(peer)\n',
      ],
    ],
  },
  'tries-the-next-leader': {
    caughtBy: 'unknown',
    says: 'is there a way on which it is sent again',
    why: 'The leader does not answer, so the next one gets the command.',
    naive: true,
    edits: [
      [
        'const outcome = await attempt(command, left)',
        'const outcome = await attempt(command, Math.min(left, 60))',
      ],
      [
        "    if (outcome.outcome === 'unknown') throw new Error('unknown: the command may be applied, or not')\n",
        '',
      ],
      ['throw new Error(`refused: no', 'throw new Error(`unknown: no'],
    ],
  },
  'unknown-is-refused': {
    caughtBy: 'unknown',
    says: 'is there a way on which it is sent again',
    why: 'Only what is done is done: all else is tried again.',
    edits: [
      [
        'if (waiting?.leader === from && isOutcome(message)) waiting.answer(message)',
        "if (waiting?.leader === from && isOutcome(message))\n    waiting.answer(message.outcome === 'done' ? message : { outcome: 'refused' })",
      ],
    ],
  },
})
