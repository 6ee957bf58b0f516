import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'adds-a-copy-twice': {
    caughtBy: 'lost-reply',
    says: 'do you add a repeated request a second time',
    why: 'Every request that arrives is added, even if it is a copy of one that was added before.',
    naive: true,
    edits: [['      replies.set(key, reply)\n', '']],
  },
  'adds-twice-in-the-storm': {
    caughtBy: 'storm',
    says: 'do you add a repeated request a second time',
    why: 'A request is remembered only after a while, as if copies could not arrive right after it.',
    edits: [
      ['replies.set(key, reply)', 'const made = reply\n      setTimeout(() => replies.set(key, made), 5)'],
    ],
  },
  'answers-everything': {
    caughtBy: 'garbage',
    says: 'do you check the length and the type first',
    why: 'The type is not checked, so replies get a reply, too. Two such servers could reply to each other forever.',
    edits: [['if (request?.type !== REQUEST) return', 'if (!request) return']],
  },
  'answers-the-first-client': {
    caughtBy: 'same-id',
    says: 'to the address and port that it came from',
    why: 'The server keeps the address of the first client and sends all replies there, as if UDP had connections.',
    edits: [
      ['let total = 0', 'let total = 0\n  let client: dgram.RemoteInfo | undefined'],
      [
        'socket.send(reply, from.port, from.address)',
        'client ??= from\n    socket.send(reply, client.port, client.address)',
      ],
    ],
  },
  'answers-with-the-total-of-now': {
    caughtBy: 'late-copy',
    says: 'it gets the same reply as the first time',
    why: 'A copy is not added, but the reply to it is the current total instead of the earlier one.',
    edits: [['socket.send(reply, ', 'socket.send(encode(REPLY, request.id, total), ']],
  },
  'assumes-order': {
    caughtBy: 'reordered',
    says: 'do you assign the first reply to the first request',
    why: 'Replies are assigned in the order of the requests, as they would arrive over TCP.',
    naive: true,
    in: 'one-socket',
    edits: [
      [
        'open.get(keyOf(address, port, reply.subarray(1, 9)))?.(',
        'const [first] = open.values()\n      first?.(',
      ],
    ],
  },
  'gives-up-and-goes-on': {
    caughtBy: 'gives-up',
    says: 'do you count the tries',
    why: 'The call returns after the last try, but the timer that sends continues to run.',
    in: 'one-socket',
    edits: [['if (left-- === 0) return finish(null)', 'if (left-- === 0) finish(null)']],
  },
  'ignores-the-copy': {
    caughtBy: 'lost-reply',
    says: 'do you reply again to a copy of a request',
    why: 'A copy is not added again, but it gets no reply either, so a lost reply is lost forever.',
    edits: [['let reply = replies.get(key)', 'let reply = replies.get(key)\n    if (reply) return']],
  },
  'looks-at-the-host-only': {
    caughtBy: 'spoofed',
    says: 'from a port to which your program did not send the request',
    why: 'Only the address of the sender is compared, not its port.',
    edits: [['from.address !== host || from.port !== port', 'from.address !== host']],
  },
  'never-retries': {
    caughtBy: 'retries',
    says: 'On UDP, nothing else does that for you',
    why: 'The request is sent once, as if UDP delivered everything.',
    edits: [
      ['      socket.send(bytes, port, host)\n', ''],
      ['  try {\n', '  socket.send(bytes, port, host)\n  try {\n'],
    ],
  },
  'new-id-for-each-try': {
    caughtBy: 'retries',
    says: 'does every try send the same bytes, with the same id',
    why: 'Every try is a new request with a new id, so the server cannot know that it is the same one.',
    edits: [
      ['const id = randomBytes(8)\n  const bytes = encode(REQUEST, id, amount)', 'let id: Buffer'],
      [
        'socket.send(bytes, port, host)',
        'id = randomBytes(8)\n      socket.send(encode(REQUEST, id, amount), port, host)',
      ],
    ],
  },
  'one-request-at-a-time': {
    caughtBy: 'reordered',
    says: 'does each request wait for its own reply',
    why: 'Only one request can be in progress, because the next one replaces it.',
    in: 'one-socket',
    edits: [['open.set(key, finish)', 'open.clear()\n    open.set(key, finish)']],
  },
  'reads-short-datagrams': {
    caughtBy: 'garbage',
    says: ['more bytes were asked for than it holds', 'do you check the length and the type first'],
    why: 'The number is read without a check of the length, so one short datagram from anyone ends the program.',
    edits: [['  if (bytes.length !== LENGTH) return undefined\n', '']],
  },
  'remembers-only-the-last': {
    caughtBy: 'late-copy',
    says: 'do you remember every reply, not only the last one',
    why: 'Only the last request is remembered, so a late copy of an earlier one is treated as a new request.',
    edits: [['const REMEMBERED = 10_000', 'const REMEMBERED = 1']],
  },
  'retries-for-ever': {
    caughtBy: 'gives-up',
    says: 'do you count the tries',
    why: 'The client tries until it gets a reply, even if there is no server that could send one.',
    naive: true,
    edits: [['for (let i = 0; i < tries; i++)', 'for (;;)']],
  },
  'sends-all-tries-at-once': {
    caughtBy: 'gives-up',
    says: 'wait timeoutMs for its reply',
    why: 'All tries are sent at once, followed by a single wait. That only adds load to a network that is already full.',
    edits: [
      ['socket.send(bytes, port, host)\n', 'socket.send(bytes, port, host)\n    }\n'],
      ['return { total }\n    }\n', 'return { total }\n'],
    ],
  },
  'skips-the-last-wait': {
    caughtBy: 'gives-up',
    says: 'does each try, even the last one, wait timeoutMs for its reply',
    why: 'The call returns right after the last try, so the last reply never counts.',
    in: 'one-socket',
    edits: [
      ['timer = setTimeout(attempt', 'if (left === 0) return finish(null)\n      timer = setTimeout(attempt'],
    ],
  },
  'stops-at-a-stranger': {
    caughtBy: 'spoofed',
    says: 'do you ignore datagrams that are not the reply to your request, and continue to wait',
    why: 'The first datagram ends the wait, and if it comes from a stranger, the request fails.',
    edits: [
      ['new Promise<number>', 'new Promise<number | null>'],
      ['from.port !== port) return', 'from.port !== port) return resolve(null)'],
    ],
  },
  'takes-any-reply': {
    caughtBy: 'spoofed',
    says: 'do you check the id of a reply',
    why: 'Every reply from the server is treated as the reply to this request.',
    edits: [['reply?.type === REPLY && reply.id.equals(id)', 'reply?.type === REPLY']],
  },
  'takes-ids-for-everybodys': {
    caughtBy: 'same-id',
    says: 'do you mistake one client for the other',
    why: 'Only the id is remembered, so the second client that chooses it gets the reply to the first.',
    edits: [['${from.address}:${from.port} ', '']],
  },
  'trusts-any-source': {
    caughtBy: 'spoofed',
    says: 'do you check where a reply comes from',
    why: 'The source of a datagram is not checked, so anyone who knows the id can reply.',
    naive: true,
    edits: [['      if (from.address !== host || from.port !== port) return\n', '']],
  },
})
