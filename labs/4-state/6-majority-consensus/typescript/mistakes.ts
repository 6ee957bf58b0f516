import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'answers-with-their-term': {
    caughtBy: 'votes',
    says: 'the term of an answer is the currentTerm',
    why: 'A refusal repeats the term of the request.',
    edits: [["{ type: 'vote', term: currentTerm, voteGranted }", "{ type: 'vote', term, voteGranted }"]],
  },
  'any-message-restarts-the-timer': {
    caughtBy: 'timer',
    says: 'restart the timer',
    why: 'Whoever says something is alive, so the timer starts again.',
    naive: true,
    edits: [
      [
        '  if (message.term > currentTerm) enterTerm(message.term)\n',
        "  if (role !== 'leader') restartElectionTimer()\n  if (message.term > currentTerm) enterTerm(message.term)\n",
      ],
    ],
  },
  'applies-only-as-leader': {
    caughtBy: 'linearizable',
    says: 'fit no such order',
    why: 'Only the leader answers clients, so only it needs the register.',
    naive: true,
    edits: [
      [
        'const result = applyCommand(entry.command)',
        "const result = role === 'leader' ? applyCommand(entry.command) : ''",
      ],
    ],
  },
  'beats-of-every-lead': {
    caughtBy: 'elects',
    says: 'Does that of an earlier lead still run',
    why: 'The timer of the heartbeats goes on, and only does nothing while another node leads.',
    edits: [
      [
        "  if (role !== 'leader' || currentTerm !== term) return\n  for (const peer of me.peers) replicate(peer.id)\n",
        "  if (role === 'leader') for (const peer of me.peers) replicate(peer.id)\n",
      ],
    ],
  },
  'begins-with-a-late-beat': {
    caughtBy: 'clients',
    says: 'not only when heartbeatMs has passed',
    why: 'The first heartbeat comes when heartbeatMs has passed.',
    edits: [['  heartbeat(currentTerm)\n}\n', '  setTimeout(heartbeat, me.heartbeatMs, currentTerm)\n}\n']],
  },
  'commits-old-terms-by-counting': {
    caughtBy: 'commits',
    says: 'in figure 8',
    why: 'What a majority stores is committed, whatever its term.',
    naive: true,
    edits: [['termAt(index) === currentTerm && isMajority(stored + 1)', 'isMajority(stored + 1)']],
  },
  'commits-up-to-leader-commit': {
    caughtBy: 'log',
    says: 'the smaller of leaderCommit and the last index that the message covers',
    why: 'The end of the own log is the last new entry.',
    naive: true,
    edits: [['Math.min(leaderCommit, matchIndex)', 'Math.min(leaderCommit, log.length)']],
  },
  'compares-term-and-length': {
    caughtBy: 'votes',
    says: 'first compare the terms of the last entries',
    why: 'The last term and the last index both have to be at least as great.',
    naive: true,
    edits: [
      [
        'lastLogTerm > myLastTerm || (lastLogTerm === myLastTerm && lastLogIndex >= log.length)',
        'lastLogTerm >= myLastTerm && lastLogIndex >= log.length',
      ],
    ],
  },
  'compares-the-first-entry-only': {
    caughtBy: 'log',
    says: 'do you compare the term of each new entry with yours',
    why: 'If the first new entry agrees, only the entries past the end of the log are new.',
    edits: [
      [
        '    if (termAt(index) === entry.term) return\n',
        '    if (termAt(index) === entry.term || (i > 0 && !changed && index <= log.length)) return\n',
      ],
    ],
  },
  'counts-connected-nodes': {
    caughtBy: 'survives',
    says: [
      'not of those that can be reached',
      'at most one leader per term',
      'leader completeness',
      'state machine safety',
      'log matching',
    ],
    why: 'A majority is more than half of the nodes that are there now.',
    edits: [['nodes > (me.peers.length + 1) / 2', 'nodes > (links.connected().length + 1) / 2']],
  },
  'counts-equal-places-only': {
    caughtBy: 'commits',
    says: 'that great, or greater',
    why: 'A peer counts for the index that its matchIndex names.',
    edits: [['matchIndex.get(peer.id)! >= index', 'matchIndex.get(peer.id)! === index']],
  },
  'counts-messages': {
    caughtBy: 'elects',
    says: 'each of them once',
    why: 'Each vote that comes is one more.',
    naive: true,
    edits: [['  votes.add(from)\n', '  votes.add(`${from} ${votes.size}`)\n']],
  },
  'counts-refusals-as-stored': {
    caughtBy: 'commits',
    says: 'matchIndex counts only if success is true',
    why: 'The matchIndex of a refusal counts as well.',
    edits: [['  if (!message.success) {\n', '  if (!message.success && message.matchIndex === 0) {\n']],
  },
  'cuts-at-every-message': {
    caughtBy: 'log',
    says: 'do you cut the log only where an entry differs',
    why: 'What follows prevLogIndex is replaced by the entries of the message.',
    naive: true,
    edits: [
      [
        '  let changed = false\n',
        '  let changed = log.length > prevLogIndex + entries.length\n  log.length = Math.min(log.length, prevLogIndex + entries.length)\n',
      ],
    ],
  },
  'deaf-candidate': {
    caughtBy: 'elects',
    says: 'is a candidate a follower again',
    why: 'A candidate goes on counting votes when another node leads already.',
    edits: [["  role = 'follower'\n  leaderId = message.leaderId\n", '  leaderId = message.leaderId\n']],
  },
  'ends-its-timer-with-its-lead': {
    caughtBy: 'elects',
    says: 'also when it knows no other leader',
    why: 'A leader that steps down waits for the next leader.',
    edits: [["  emit('follower', { term })\n  restartElectionTimer()\n", "  emit('follower', { term })\n"]],
  },
  'forgets-its-own-vote': {
    caughtBy: 'remembers',
    says: 'do you save currentTerm and votedFor before you send anything',
    why: 'A candidate does not count as having voted.',
    edits: [['saveTerm(currentTerm + 1, me.id)', 'saveTerm(currentTerm + 1, null)']],
  },
  'forgets-the-vote-on-a-heartbeat': {
    caughtBy: 'votes',
    says: 'a heartbeat does not free the vote',
    why: 'When a leader is there, the vote is not needed any more.',
    naive: true,
    edits: [['  leaderId = message.leaderId\n', '  leaderId = message.leaderId\n  votedFor = null\n']],
  },
  'ignores-prev-log-term': {
    caughtBy: 'log',
    says: 'another term than prevLogTerm',
    why: 'It is enough that there is an entry at prevLogIndex.',
    edits: [
      ['prevLogIndex > log.length || termAt(prevLogIndex) !== prevLogTerm', 'prevLogIndex > log.length'],
    ],
  },
  'keeps-match-index': {
    caughtBy: 'commits',
    says: 'matchIndex is 0 after each election',
    why: 'What a peer stored once, it has.',
    naive: true,
    edits: [
      ['    matchIndex.set(peer.id, 0)\n', '    if (!matchIndex.has(peer.id)) matchIndex.set(peer.id, 0)\n'],
    ],
  },
  'keeps-the-conflicting-rest': {
    caughtBy: 'log',
    says: 'it goes, and so do all that follow it',
    why: 'Only the entries that conflict are replaced.',
    naive: true,
    edits: [['    log.length = index - 1\n    log.push(entry)\n', '    log[index - 1] = entry\n']],
  },
  'keeps-the-leaders-timer': {
    caughtBy: 'elects',
    says: 'does the election timer still run while this node leads',
    why: 'The election timer of the candidate goes on when it has won.',
    edits: [['  leaderId = me.id\n  clearTimeout(timer)\n', '  leaderId = me.id\n']],
  },
  'knows-no-leader': {
    caughtBy: 'clients',
    says: 'an error that names the leader',
    why: 'A follower says only that it does not lead.',
    edits: [["`not the leader; the leader is ${leaderId ?? 'unknown'}`", "'not the leader'"]],
  },
  'late-votes-count': {
    caughtBy: 'elects',
    says: 'do you ignore votes of earlier terms',
    why: 'A vote is a vote, whatever its term.',
    edits: [
      [
        "role !== 'candidate' || term !== currentTerm || !voteGranted",
        "role !== 'candidate' || !voteGranted",
      ],
    ],
  },
  'leads-again': {
    caughtBy: 'elects',
    says: 'do votes that come after the majority make you leader again',
    why: 'Each vote from the majority on begins the lead.',
    edits: [["if (role !== 'candidate' || term", "if (role === 'follower' || term"]],
  },
  'never-backs-off': {
    caughtBy: 'commits',
    says: 'do you lower nextIndex when a peer refuses',
    why: 'The same entries are sent again and again.',
    edits: [['nextIndex.get(from)! - 1))', 'nextIndex.get(from)!))']],
  },
  'old-answers-count': {
    caughtBy: 'commits',
    says: 'answers a leader of the past',
    why: 'An appended counts, whatever its term.',
    naive: true,
    edits: [
      [
        "  if (role !== 'leader' || message.term !== currentTerm) return\n",
        "  if (role !== 'leader') return\n",
      ],
    ],
  },
  'only-success-restarts-the-timer': {
    caughtBy: 'timer',
    says: 'also for those that do not fit your log',
    why: 'The timer starts again when the entries have been accepted.',
    naive: true,
    edits: [
      ['  leaderId = message.leaderId\n  restartElectionTimer()\n', '  leaderId = message.leaderId\n'],
      ['  let changed = false\n', '  restartElectionTimer()\n  let changed = false\n'],
    ],
  },
  'overwrites-clients': {
    caughtBy: 'clients',
    says: 'may be the command of somebody else',
    why: 'A client waits for its index, whoever leads then.',
    naive: true,
    edits: [
      [
        "  for (const { reject } of clients.values())\n    reject(new Error('leads no more; the command may still be applied, or not'))\n  clients.clear()\n",
        '',
      ],
    ],
  },
  'reads-at-once': {
    caughtBy: 'clients',
    says: ['also a read, is an entry of the log', 'index is a whole number from 1'],
    why: 'A leader knows what the register holds, so a read needs no entry.',
    naive: true,
    edits: [
      [
        '  log.push({ term: currentTerm, command })\n',
        "  if (command === 'read') return { index: lastApplied, result: register }\n  log.push({ term: currentTerm, command })\n",
      ],
    ],
  },
  'refusals-take-the-vote': {
    caughtBy: 'votes',
    says: 'does a refusal leave votedFor as it was',
    why: 'The first candidate of a term has the vote, even if its log is behind.',
    naive: true,
    edits: [
      [
        '  if (voteGranted) {\n',
        '  if (term === currentTerm && votedFor === null) votedFor = candidateId\n  if (voteGranted) {\n',
      ],
    ],
  },
  'refused-votes-restart-the-timer': {
    caughtBy: 'timer',
    says: 'does a vote that you refuse restart the timer',
    why: 'A candidate is there, so the timer starts again.',
    edits: [
      [
        '    saveTerm(currentTerm, candidateId)\n    restartElectionTimer()\n  }\n',
        '    saveTerm(currentTerm, candidateId)\n  }\n',
      ],
      [
        '  const voteGranted = term',
        "  if (role !== 'leader') restartElectionTimer()\n  const voteGranted = term",
      ],
    ],
  },
  'saves-longer-logs-only': {
    caughtBy: 'remembers',
    says: 'also when it got no longer',
    why: 'The log is saved when it got longer.',
    edits: [
      ['  let changed = false\n', '  const had = log.length\n  let changed = false\n'],
      [
        "  if (changed) storage.save('log', log)\n",
        "  if (changed && log.length > had) storage.save('log', log)\n",
      ],
    ],
  },
  'saves-no-entry-of-its-own': {
    caughtBy: 'remembers',
    says: 'before a leader sends an entry of its own',
    why: 'Only what others send is stored.',
    edits: [
      [
        "  log.push({ term: currentTerm, command })\n  storage.save('log', log)\n",
        '  log.push({ term: currentTerm, command })\n',
      ],
    ],
  },
  'saves-the-log-after-it-answered': {
    caughtBy: 'remembers',
    says: 'do you save the log before you answer',
    why: 'The answer goes out first, because saving takes time.',
    naive: true,
    edits: [
      [
        "  if (changed) storage.save('log', log)\n",
        "  if (changed) setImmediate(() => storage.save('log', log))\n",
      ],
    ],
  },
  'saves-the-vote-after-it-answered': {
    caughtBy: 'remembers',
    says: 'do you save currentTerm and votedFor before you send anything',
    why: 'The answer goes out first, because saving takes time.',
    naive: true,
    edits: [
      [
        "  storage.save('state', { currentTerm, votedFor })\n",
        "  setImmediate(() => storage.save('state', { currentTerm, votedFor }))\n",
      ],
    ],
  },
  'sends-without-end': {
    caughtBy: 'clients',
    says: 'does each answer cause the next message',
    why: 'After each answer, the peer gets what it may still lack.',
    edits: [
      [
        '  nextIndex.set(from, matchIndex.get(from)! + 1)\n',
        '  nextIndex.set(from, matchIndex.get(from)! + 1)\n  replicate(from)\n',
      ],
    ],
  },
  'tells-of-every-term': {
    caughtBy: 'votes',
    says: 'the event says that a leader leads no more',
    why: 'The event comes at each greater term.',
    edits: [
      [
        "  if (!led) return\n  emit('follower', { term })\n",
        "  emit('follower', { term })\n  if (!led) return\n",
      ],
    ],
  },
  'terms-of-requests-only': {
    caughtBy: 'votes',
    says: 'answers can have a greater term as well',
    why: 'Only requests bring a new term.',
    edits: [
      [
        '  if (message.term > currentTerm) enterTerm(message.term)\n',
        "  const request = message.type === 'request-vote' || message.type === 'append-entries'\n  if (request && message.term > currentTerm) enterTerm(message.term)\n",
      ],
    ],
  },
  'terms-restart-the-timer': {
    caughtBy: 'timer',
    says: 'does a greater term restart the timer',
    why: 'Whoever becomes a follower starts the timer again.',
    naive: true,
    edits: [['  if (!led) return\n  emit(', '  restartElectionTimer()\n  if (!led) return\n  emit(']],
  },
  'votes-do-not-restart-the-timer': {
    caughtBy: 'timer',
    says: 'do you restart the timer when you grant a vote',
    why: 'Only a leader restarts the timer.',
    edits: [
      [
        '    saveTerm(currentTerm, candidateId)\n    restartElectionTimer()\n',
        '    saveTerm(currentTerm, candidateId)\n',
      ],
    ],
  },
})
