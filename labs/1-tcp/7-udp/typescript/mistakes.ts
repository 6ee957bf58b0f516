import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'adds-a-copy-twice': {
    caughtBy: 'lost-reply',
    says: 'is a repeated request added a second time',
    why: 'Every datagram with a request in it is added, also the copy of one that was added already.',
    naive: true,
    edits: [['      replies.set(key, reply)\n', '']],
  },
  'adds-twice-in-the-storm': {
    caughtBy: 'storm',
    says: 'is a repeated request added a second time',
    why: 'A request is remembered only after a while, as if copies could not come at once.',
    edits: [
      ['replies.set(key, reply)', 'const made = reply\n      setTimeout(() => replies.set(key, made), 5)'],
    ],
  },
  'answers-everything': {
    caughtBy: 'garbage',
    says: 'a reply to what is no request',
    why: 'The type is not looked at: replies are answered too, and two such servers could answer each other for ever.',
    edits: [['if (request?.type !== REQUEST) return', 'if (!request) return']],
  },
  'answers-the-first-client': {
    caughtBy: 'same-id',
    says: 'to the address and port that it came from',
    why: 'The address of the first client is kept, and all replies go there, as if UDP had connections.',
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
    why: 'A copy is not added, but it is answered with the total of now instead of its own.',
    edits: [['socket.send(reply, ', 'socket.send(encode(REPLY, request.id, total), ']],
  },
  'assumes-order': {
    caughtBy: 'reordered',
    says: 'do you take the first reply for the reply to the first request',
    why: 'Replies are handed out in the order of the requests, as they would come over TCP.',
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
    why: 'The call returns after the last try, but the timer that sends goes on behind its back.',
    in: 'one-socket',
    edits: [['if (left-- === 0) return finish(null)', 'if (left-- === 0) finish(null)']],
  },
  'ignores-the-copy': {
    caughtBy: 'lost-reply',
    says: 'is a request that was answered before answered again',
    why: 'A copy has no second effect, and gets no second reply either: a lost reply is lost for ever.',
    edits: [['let reply = replies.get(key)', 'let reply = replies.get(key)\n    if (reply) return']],
  },
  'looks-at-the-host-only': {
    caughtBy: 'spoofed',
    says: 'came from another port than the request was sent to',
    why: 'Only the address of the sender is compared, and not its port.',
    edits: [['from.address !== host || from.port !== port', 'from.address !== host']],
  },
  'never-retries': {
    caughtBy: 'retries',
    says: 'On UDP nobody else does that for you',
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
    why: 'Only one request can be under way: the next one takes its place.',
    in: 'one-socket',
    edits: [['open.set(key, finish)', 'open.clear()\n    open.set(key, finish)']],
  },
  'reads-short-datagrams': {
    caughtBy: 'garbage',
    says: ['more bytes were asked for than it holds', 'do you look at the length and the type first'],
    why: 'The number is read without a look at the length: one short datagram from anybody ends the program.',
    edits: [['  if (bytes.length !== LENGTH) return undefined\n', '']],
  },
  'remembers-only-the-last': {
    caughtBy: 'late-copy',
    says: 'is every reply remembered, not only the last one',
    why: 'Only the last request of a client is remembered: a copy that was overtaken is taken for a new one.',
    edits: [['const REMEMBERED = 10_000', 'const REMEMBERED = 1']],
  },
  'retries-for-ever': {
    caughtBy: 'gives-up',
    says: 'do you count the tries',
    why: 'The client asks until it gets a reply, also when there is nobody who could give one.',
    naive: true,
    edits: [['for (let i = 0; i < tries; i++)', 'for (;;)']],
  },
  'sends-all-tries-at-once': {
    caughtBy: 'gives-up',
    says: 'does each try wait for its reply before the next one is sent',
    why: 'All tries are sent at once, which a network that is full does not need, and then nothing is waited for.',
    edits: [
      ['socket.send(bytes, port, host)\n', 'socket.send(bytes, port, host)\n    }\n'],
      ['return { total }\n    }\n', 'return { total }\n'],
    ],
  },
  'stops-at-a-stranger': {
    caughtBy: 'spoofed',
    says: 'what is no reply to your request is ignored, and the waiting goes on',
    why: 'The first datagram ends the waiting, and when it is a stranger the request counts as failed.',
    edits: [
      ['new Promise<number>', 'new Promise<number | null>'],
      ['from.port !== port) return', 'from.port !== port) return resolve(null)'],
    ],
  },
  'takes-any-reply': {
    caughtBy: 'spoofed',
    says: 'do you look at the id of a reply',
    why: 'Whatever the server sends is taken for the reply to this request.',
    edits: [['reply?.type === REPLY && reply.id.equals(id)', 'reply?.type === REPLY']],
  },
  'takes-ids-for-everybodys': {
    caughtBy: 'same-id',
    says: 'do you take one client for the other',
    why: 'The id alone is remembered: the second client that chooses it gets the reply of the first.',
    edits: [['${from.address}:${from.port} ', '']],
  },
  'trusts-any-source': {
    caughtBy: 'spoofed',
    says: 'do you look at where a reply comes from',
    why: 'Whoever knows the id may reply: where the datagram comes from is not looked at.',
    naive: true,
    edits: [['      if (from.address !== host || from.port !== port) return\n', '']],
  },
})
