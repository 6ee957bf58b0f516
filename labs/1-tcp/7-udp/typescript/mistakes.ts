import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'accepts-any-type': {
    caughtBy: 'spoofed',
    says: 'do you check the type of a reply',
    why: 'The type of a reply is not checked, so an echo of the request is taken for its reply.',
    in: 'one-socket',
    edits: [['reply.length === 13 && reply[0] === 2', 'reply.length === 13']],
  },
  'accepts-long-replies': {
    caughtBy: 'spoofed',
    says: 'do you check that a reply has exactly 13 bytes',
    why: 'A reply may be longer than 13 bytes, so what is not a reply is taken for one.',
    in: 'one-socket',
    edits: [['reply.length === 13', 'reply.length >= 13']],
  },
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
      ['replies.set(key, reply)', 'const made = reply\n      setTimeout(() => replies.set(key, made), 50)'],
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
  'any-datagram-restarts-the-wait': {
    caughtBy: 'gives-up',
    says: 'does a datagram that you ignore start the wait again',
    why: 'The wait begins anew with every datagram, so anyone who sends all the time can keep a call from returning.',
    edits: [
      ['  const replied = new Promise', '  let heard = 0\n  const replied = new Promise'],
      [
        "socket.on('message', (message, from) => {",
        "socket.on('message', (message, from) => {\n      heard++",
      ],
      [
        'const total = await Promise.race([replied, sleep(timeoutMs, undefined, { ref: false })])',
        `let total: number | void
      let before: number
      do {
        before = heard
        total = await Promise.race([replied, sleep(timeoutMs, undefined, { ref: false })])
      } while (total === undefined && heard > before)`,
      ],
    ],
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
  'clears-all-replies': {
    caughtBy: 'late-copy',
    says: 'forget the oldest one first',
    why: 'When there are 1,000 replies, all of them are forgotten, and not only the oldest one.',
    edits: [
      ['const REMEMBERED = 10_000', 'const REMEMBERED = 1_000'],
      ['replies.delete(replies.keys().next().value!)', 'replies.clear()'],
    ],
  },
  'compares-half-the-id': {
    caughtBy: 'spoofed',
    says: 'all 8 bytes of it',
    why: 'Only the first half of the id is compared, so the reply to a similar id is taken for the right one.',
    edits: [['reply.id.equals(id)', 'reply.id.readUInt32BE() === id.readUInt32BE()']],
  },
  'counts-ids': {
    caughtBy: 'reordered',
    says: 'do you draw all 8 bytes of each id at random',
    why: 'The ids count up, so a stranger can guess the next one.',
    edits: [
      ['const id = randomBytes(8)', 'const id = Buffer.alloc(8)\n  id.writeUInt32BE(++requests, 4)'],
      ['const REMEMBERED', 'let requests = 0\nconst REMEMBERED'],
    ],
  },
  'fails-where-nobody-listens': {
    caughtBy: 'gives-up',
    says: 'do you treat an error of the socket as one more lost datagram',
    why: 'The system reports that nobody listens on the port, and the request fails with that error.',
    edits: [
      ["  socket.on('error', error => console.error(error.message))\n  const replied", '  const replied'],
      [
        'new Promise<number>(resolve => {',
        "new Promise<number>((resolve, reject) => {\n    socket.on('error', reject)",
      ],
      [
        '  try {\n    for',
        '  await new Promise<void>(resolve => socket.connect(port, host, resolve))\n  try {\n    for',
      ],
      ['socket.send(bytes, port, host)', 'socket.send(bytes)'],
    ],
  },
  'forgets-after-half-a-second': {
    caughtBy: 'late-copy',
    says: 'and none because time has passed',
    why: 'A reply is forgotten after half a second, and a copy that arrives later is added again.',
    edits: [
      [
        'replies.set(key, reply)',
        'replies.set(key, reply)\n      setTimeout(() => replies.delete(key), 500).unref()',
      ],
    ],
  },
  'forgets-the-newest': {
    caughtBy: 'late-copy',
    says: 'forget the oldest one first',
    why: 'When there is no room left, the new reply is not remembered, so its copies are added again.',
    edits: [
      ['const REMEMBERED = 10_000', 'const REMEMBERED = 1_000'],
      ['replies.delete(replies.keys().next().value!)', 'replies.delete(key)'],
    ],
  },
  'gives-up-and-goes-on': {
    caughtBy: 'gives-up',
    says: 'do you count the tries',
    why: 'The call returns after the last try, but the timer that sends continues to run.',
    in: 'one-socket',
    edits: [['if (left-- === 0) return finish(null)', 'if (left-- === 0) finish(null)']],
  },
  'goes-on-after-the-reply': {
    caughtBy: 'retries',
    says: 'do you stop sending when the reply arrives',
    why: 'The call returns with the reply, but the timer that sends continues to run.',
    in: 'one-socket',
    edits: [['    clearTimeout(timer)\n', '']],
  },
  'ignores-the-copy': {
    caughtBy: 'lost-reply',
    says: 'do you reply again to a copy of a request',
    why: 'A copy is not added again, but it gets no reply either, so a lost reply is lost forever.',
    edits: [['let reply = replies.get(key)', 'let reply = replies.get(key)\n    if (reply) return']],
  },
  'leaves-the-socket-open': {
    caughtBy: 'reordered',
    says: 'do you close the socket of each call at its end',
    why: 'Each call leaves its socket behind, until the program has none left.',
    edits: [['    socket.close()\n', '    socket.unref()\n']],
  },
  'listens-everywhere': {
    caughtBy: 'adds-up',
    says: 'your program listens on all interfaces',
    why: 'The host is not passed on, so anyone on the network can send requests.',
    edits: [['socket.bind(port, host, resolve)', 'socket.bind(port, resolve)']],
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
  'new-socket-for-each-try': {
    caughtBy: 'retries',
    says: 'does every try use the same socket',
    why: 'Every try comes from a new port, so to the server it is the request of another client.',
    in: 'one-socket',
    edits: [
      [
        'socket.send(datagram, port, host)',
        'void clientSocket().then(socket => socket.send(datagram, port, host))',
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
  'reads-totals-with-a-sign': {
    caughtBy: 'retries',
    says: 'do you read the total as a u32, without a sign',
    why: 'From 2^31 on the first bit of a u32 is set, and a reader of signed numbers takes it for a minus.',
    in: 'one-socket',
    edits: [['reply.readUInt32BE(9)', 'reply.readInt32BE(9)']],
  },
  'remembers-a-hundred': {
    caughtBy: 'late-copy',
    says: 'Keep at least the last 1,000 replies',
    why: 'Only the last 100 replies are kept, so a copy of an earlier request is treated as a new one.',
    edits: [['const REMEMBERED = 10_000', 'const REMEMBERED = 100']],
  },
  'remembers-one-too-few': {
    caughtBy: 'late-copy',
    says: 'Keep at least the last 1,000 replies',
    why: 'Only 999 replies are kept: the oldest one is forgotten when there are 1,000, and not when there are more.',
    edits: [
      ['const REMEMBERED = 10_000', 'const REMEMBERED = 1_000'],
      ['replies.size > REMEMBERED', 'replies.size >= REMEMBERED'],
    ],
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
    // Where only a server that chatters shows it, the hint begins with that.
    says: [
      'does each try, even the last one, wait timeoutMs for its reply',
      'Each try, even the last one, waits timeoutMs',
    ],
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
  'takes-garbage-for-a-reply': {
    caughtBy: 'spoofed',
    says: ['more bytes were asked for than it holds', 'do you check that a reply has exactly 13 bytes'],
    why: 'The client reads a datagram before it has looked at its length, so a short one ends the program.',
    in: 'one-socket',
    edits: [['reply.length === 13 && reply[0] === 2', 'reply[0] === 2']],
  },
  'takes-ids-for-everybodys': {
    caughtBy: 'same-id',
    says: 'do you mistake one client for the other',
    why: 'Only the id is remembered, so the second client that chooses it gets the reply to the first.',
    edits: [['${from.address}:${from.port} ', '']],
  },
  'takes-milliseconds-for-seconds': {
    caughtBy: 'retries',
    says: 'timeoutMs is in milliseconds',
    why: 'The timeout is taken for seconds, so a lost datagram is sent again after a minute.',
    edits: [['sleep(timeoutMs,', 'sleep(1000 * timeoutMs,']],
  },
  'takes-the-time-for-an-id': {
    caughtBy: 'reordered',
    says: 'do you draw all 8 bytes of each id at random',
    why: 'The id is the time of day, which a stranger knows, too.',
    in: 'one-socket',
    edits: [
      [
        "const id = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').subarray(0, 8)",
        'const id = Buffer.alloc(8)\n  id.writeBigUInt64BE(BigInt(Date.now()) * 1_000_000n + process.hrtime.bigint() % 1_000_000n)',
      ],
    ],
  },
  'trusts-any-source': {
    caughtBy: 'spoofed',
    says: 'do you check where a reply comes from',
    why: 'The source of a datagram is not checked, so anyone who knows the id can reply.',
    naive: true,
    edits: [['      if (from.address !== host || from.port !== port) return\n', '']],
  },
  'waits-for-the-call-before': {
    caughtBy: 'reordered',
    says: 'does a call wait until another one has its reply',
    why: 'A call begins when the one before has returned, so one lost reply delays all of them.',
    in: 'one-socket',
    edits: [
      ['let shared:', 'let before: Promise<unknown> = Promise.resolve()\nlet shared:'],
      [
        '  return new Promise(resolve => {',
        '  const turn = before\n  const result = new Promise<{ total: number | null }>(resolve => {',
      ],
      [
        '    open.set(key, finish)\n    attempt()\n  })\n',
        '    open.set(key, finish)\n    void turn.then(attempt)\n  })\n  before = result\n  return result\n',
      ],
    ],
  },
  'waits-half-after-the-last': {
    caughtBy: 'gives-up',
    // A busy machine makes waits longer, so another part of the check may be the first to notice.
    says: [
      'does each try, even the last one, wait timeoutMs for its reply',
      'Each try, even the last one, waits timeoutMs for its reply',
    ],
    why: 'After the last try, the client waits only half as long for the reply.',
    in: 'one-socket',
    edits: [
      [
        'setTimeout(attempt, args.timeoutMs)',
        'setTimeout(attempt, left > 0 ? args.timeoutMs : args.timeoutMs / 2)',
      ],
    ],
  },
  'waits-longer-each-time': {
    caughtBy: 'gives-up',
    says: 'is the wait after each try timeoutMs',
    why: 'The wait doubles after each try, so the call returns much later than it was asked to.',
    in: 'one-socket',
    edits: [
      ['    let left = args.tries\n', '    let left = args.tries\n    let wait = args.timeoutMs\n'],
      ['setTimeout(attempt, args.timeoutMs)', 'setTimeout(attempt, wait)\n      wait *= 2'],
    ],
  },
})
