import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'counts-only-free-ones': {
    caughtBy: 'cap',
    says: 'at most',
    why: 'Only connections that are free at the moment count against the cap.',
    edits: [['connections.size >=', '[...connections].filter(each => each.waiting.size === 0).length >=']],
  },
  'counts-when-connected': {
    caughtBy: 'cap',
    says: 'does a connection count from the moment when you begin to connect',
    why: 'A connection is counted once it is connected: 200 requests at once all find room.',
    edits: [['connections.add(connection)', "socket.on('connect', () => connections.add(connection))"]],
  },
  'crashes-on-a-stray-reply': {
    caughtBy: 'stray',
    says: 'an error that nothing caught',
    why: 'A reply that nobody waits for is looked up as if somebody did.',
    edits: [['get(id)?.resolve', 'get(id)!.resolve']],
  },
  'dials-each-time': {
    caughtBy: 'reuse',
    says: 'is a connection kept after the reply',
    why: 'A new connection for each request, closed after its reply: a pool in name only.',
    naive: true,
    edits: [
      ['const connection = choose()', 'const connection = connect()'],
      ['connection.idle = setTimeout(forget, settings.idleMs)', 'forget()'],
    ],
  },
  'evicts-the-busy': {
    caughtBy: 'idle',
    says: 'is a connection idle while a request waits on it',
    why: 'The time-out of the socket is taken, which also runs out while a request waits for a slow reply.',
    edits: [
      [
        'connections.add(connection)',
        'connections.add(connection)\n  socket.setTimeout(settings.idleMs, () => socket.destroy())',
      ],
      ['    if (connection.waiting.size === 0) connection.idle = setTimeout(forget, settings.idleMs)\n', ''],
    ],
  },
  'evicts-what-is-used': {
    caughtBy: 'idle',
    says: 'does each use of a connection stop its timer',
    why: 'The timer of a connection is not stopped when it is used again.',
    edits: [
      ['  clearTimeout(connection.idle)\n  const id', '  const id'],
      ['    clearTimeout(connection.idle)\n    if (connection', '    if (connection'],
    ],
  },
  'fails-all-for-one': {
    caughtBy: 'broken',
    says: 'one broken connection concerns only the requests that wait on it',
    why: 'When one connection breaks, the requests on all of them are given up.',
    edits: [
      [
        'for (const { reject } of connection.waiting.values()) reject(reason)',
        `for (const { waiting } of [connection, ...connections]) {
      for (const { reject } of waiting.values()) reject(reason)
    }`,
      ],
    ],
  },
  'first-reply-to-first-request': {
    caughtBy: 'out-of-order',
    says: 'the first reply need not belong to the first request',
    why: 'Replies are given out in the order of the requests, whatever their ids.',
    naive: true,
    edits: [['const id = body.readUInt32BE()', 'const [id = 0] = connection.waiting.keys()']],
  },
  'forgets-the-id': {
    caughtBy: 'request',
    says: 'the id (4 bytes, big-endian) and then the bytes',
    why: 'The bytes are sent without an id in front.',
    edits: [['Buffer.concat([head, bytes])', 'bytes']],
  },
  'gives-strays-to-the-first': {
    caughtBy: 'stray',
    says: 'what happens when nothing waits under the id',
    why: 'A reply with an unknown id goes to the request that waits longest.',
    edits: [
      [
        'const id = body.readUInt32BE()',
        `let id = body.readUInt32BE()
      if (!connection.waiting.has(id)) [id = 0] = connection.waiting.keys()`,
      ],
    ],
  },
  'hears-only-errors': {
    caughtBy: 'broken',
    says: 'Nobody else will tell them',
    why: 'Only "error" is handled: a connection that the server ends in mid-reply is still in the pool, and who waits there waits for ever.',
    edits: [
      [
        `socket.on('end', forget)
  socket.on('error', error => (reason = error))
  socket.on('close', forget)`,
        "socket.on('error', forget)",
      ],
    ],
  },
  'leaks-on-error': {
    caughtBy: 'broken',
    says: 'does a connection that broke still count',
    why: 'The count of connections goes down when the pool closes one, and not when one breaks.',
    naive: true,
    edits: [
      ['let lastId = 0', 'let lastId = 0\nlet opened = 0'],
      ['connections.size >=', 'opened >='],
      ['connections.add(connection)', 'connections.add(connection)\n  opened++'],
      [
        'setTimeout(forget, settings.idleMs)',
        `setTimeout(() => {
        opened--
        forget()
      }, settings.idleMs)`,
      ],
    ],
  },
  'never-evicts': {
    caughtBy: 'idle',
    says: 'it is still open, long after that',
    why: 'Idle connections stay open for ever.',
    edits: [
      ['    if (connection.waiting.size === 0) connection.idle = setTimeout(forget, settings.idleMs)\n', ''],
    ],
  },
  'never-tells-who-waits': {
    caughtBy: 'broken',
    says: 'Nobody else will tell them',
    why: 'When a connection is lost, the requests that wait on it wait for ever.',
    edits: [['    for (const { reject } of connection.waiting.values()) reject(reason)\n', '']],
  },
  'no-error-listener': {
    caughtBy: 'broken',
    says: 'as an "error" event without a listener',
    why: 'No listener for "error": the first broken connection ends the program.',
    edits: [["  socket.on('error', error => (reason = error))\n", '']],
  },
  'one-connection-for-all': {
    caughtBy: 'spreads',
    says: 'is there a connection on which nothing waits',
    why: 'There is one connection, and everything goes over it.',
    edits: [['best && (best.waiting.size === 0 || connections.size >= settings.maxConnections)', 'best']],
  },
  'one-event-one-reply': {
    caughtBy: 'request',
    says: 'is the reply put together again',
    why: 'Each data event is taken for one whole reply.',
    edits: [['decode(chunk)', '[chunk.subarray(4)]']],
  },
  'one-reply-per-event': {
    caughtBy: 'out-of-order',
    says: 'one piece may hold several replies',
    why: 'Of each data event only the first reply is taken, and the others are lost.',
    edits: [['decode(chunk)', 'decode(chunk).slice(0, 1)']],
  },
  'opens-all-before-it-reuses': {
    caughtBy: 'reuse',
    says: 'came on a second connection',
    why: 'New connections are opened until the pool is full, although others are free.',
    edits: [['best.waiting.size === 0 || ', '']],
  },
  'piles-on-the-first': {
    caughtBy: 'spreads',
    says: 'take the one with the fewest requests',
    why: 'When all connections are taken, everything more goes to the first of them.',
    edits: [['each.waiting.size < best.waiting.size', 'each.waiting.size === 0']],
  },
  'returns-the-id-too': {
    caughtBy: 'request',
    says: 'Take it off',
    why: 'The id of the reply is returned as if it belonged to the result.',
    edits: [['resolve(body.subarray(ID))', 'resolve(body)']],
  },
  'reuses-a-dead-socket': {
    caughtBy: 'server-closes',
    says: 'is a connection that the server has ended still in the pool',
    why: 'A connection stays in the pool after the server has closed it.',
    naive: true,
    edits: [['    connections.delete(connection)\n', '']],
  },
  'sends-again': {
    caughtBy: 'broken',
    says: 'The server may have done already what it asks for',
    why: 'A request whose connection broke is sent once more, whether or not the server has acted on it.',
    edits: [
      ['{ bytes }: { bytes: Buffer })', '{ bytes }: { bytes: Buffer }, again = true)'],
      [
        'return { bytes: await reply }',
        `try {
    return { bytes: await reply }
  } catch (error) {
    if (again) return request({ bytes }, false)
    throw error
  }`,
      ],
    ],
  },
  'takes-half-a-reply': {
    caughtBy: 'broken',
    says: 'ends with an error',
    why: 'When a connection ends, what has come until then is taken for the reply.',
    edits: [
      [
        'for (const { reject } of connection.waiting.values()) reject(reason)',
        'for (const { resolve } of connection.waiting.values()) resolve(Buffer.alloc(0))',
      ],
    ],
  },
  'the-same-id-for-all': {
    caughtBy: 'out-of-order',
    says: 'does each request get a number of its own',
    why: 'Every request has the id 1.',
    edits: [['const id = (lastId = (lastId + 1) % 2 ** 32)', 'const id = 1']],
  },
  'waits-for-a-free-connection': {
    caughtBy: 'cap',
    says: 'does a request wait for the reply to another',
    why: 'A request waits until a connection is free, so a slow reply keeps others waiting.',
    edits: [
      [
        'const connection = choose()',
        `let connection = choose()
  while (connection.waiting.size > 0) {
    await new Promise(resolve => setTimeout(resolve, 5))
    connection = choose()
  }`,
      ],
    ],
  },
  'waits-for-an-error': {
    caughtBy: 'server-closes',
    says: 'is a connection that the server has ended still in the pool',
    why: 'With allowHalfOpen the end of the other side does not close a connection, and nothing listens to it.',
    edits: [
      [
        'net.connect(parseAddress(settings.peer))',
        'net.connect({ ...parseAddress(settings.peer), allowHalfOpen: true })',
      ],
      ["  socket.on('end', forget)\n", ''],
    ],
  },
  'waits-when-refused': {
    caughtBy: 'refused',
    says: 'does each request that waits there end with an error',
    why: 'A connection that is refused is only written to the log.',
    edits: [
      [
        "error => (reason = error))\n  socket.on('close', forget)",
        "error => console.error('cannot connect:', error.message))",
      ],
    ],
  },
})
