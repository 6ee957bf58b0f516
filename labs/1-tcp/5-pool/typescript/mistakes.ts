import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'counts-only-free-ones': {
    caughtBy: 'spreads',
    says: 'do you count only the connections on which no request waits',
    why: 'Only connections that are free at the moment count against the cap.',
    edits: [['connections.size >=', '[...connections].filter(each => each.waiting.size === 0).length >=']],
  },
  'counts-when-connected': {
    caughtBy: 'cap',
    says: 'do you count a connection from the moment when you begin to connect',
    why: 'A connection is counted once it is connected, so 200 requests at once all find room.',
    edits: [['connections.add(connection)', "socket.on('connect', () => connections.add(connection))"]],
  },
  'crashes-on-a-stray-reply': {
    caughtBy: 'stray',
    says: 'an error that nothing caught',
    why: 'A reply is looked up as if there always were a request that waits for it.',
    edits: [['get(id)?.resolve', 'get(id)!.resolve']],
  },
  'dials-each-time': {
    caughtBy: 'reuse',
    says: 'do you keep a connection after the reply',
    why: 'Each request opens a connection and closes it after the reply, so the pool is one in name only.',
    naive: true,
    edits: [
      ['const connection = choose()', 'const connection = connect()'],
      ['connection.idle = setTimeout(forget, settings.idleMs)', 'forget()'],
    ],
  },
  'evicts-the-busy': {
    caughtBy: 'idle',
    says: 'is a connection idle while a request waits on it',
    why: 'The timeout of the socket is used, which also expires while a request waits for a slow reply.',
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
    why: 'Each reply starts a timer that nothing stops, and that only looks whether a request waits when it expires.',
    edits: [
      ['  clearTimeout(connection.idle)\n  const id', '  const id'],
      [
        `    clearTimeout(connection.idle)
    if (connection.waiting.size === 0) connection.idle = setTimeout(forget, settings.idleMs)`,
        `    connection.idle = setTimeout(() => {
      if (connection.waiting.size === 0) forget()
    }, settings.idleMs)`,
      ],
    ],
  },
  'evicts-what-was-idle': {
    caughtBy: 'idle',
    says: 'stop the timer when the next request takes the connection',
    why: 'A request that takes an idle connection does not stop its timer, which expires while the request waits.',
    edits: [['  clearTimeout(connection.idle)\n  const id', '  const id']],
  },
  'fails-all-for-one': {
    caughtBy: 'broken',
    says: 'A broken connection affects only those that wait on it',
    why: 'When one connection breaks, the requests on all connections fail.',
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
    says: 'The first reply need not belong to the first request',
    why: 'Replies are assigned in the order of the requests, regardless of their ids.',
    naive: true,
    edits: [['const id = body.readUInt32BE()', 'const [id = 0] = connection.waiting.keys()']],
  },
  'forgets-the-id': {
    caughtBy: 'request',
    says: 'the id (4 bytes, big-endian) and then the bytes',
    why: 'The bytes are sent without an id in front of them.',
    edits: [['Buffer.concat([head, bytes])', 'bytes']],
  },
  'gives-strays-to-the-first': {
    caughtBy: 'stray',
    says: 'what happens when no request waits under the id',
    why: 'A reply with an unknown id goes to the request that has waited longest.',
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
    says: 'Nothing else will end them',
    why: 'Only "error" is handled, so a connection that the server ends in mid-reply stays in the pool, and requests wait on it forever.',
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
    says: 'do you still count or use a connection that broke',
    why: 'The count of connections goes down when the pool closes one, but not when one breaks.',
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
    says: 'the connection is still open, long after that',
    why: 'Idle connections stay open forever.',
    edits: [
      ['    if (connection.waiting.size === 0) connection.idle = setTimeout(forget, settings.idleMs)\n', ''],
    ],
  },
  'never-tells-who-waits': {
    caughtBy: 'broken',
    says: 'Nothing else will end them',
    why: 'When a connection is lost, the requests that wait on it never end.',
    edits: [['    for (const { reject } of connection.waiting.values()) reject(reason)\n', '']],
  },
  'no-error-listener': {
    caughtBy: 'broken',
    says: 'as an "error" event without a listener',
    why: 'The sockets have no "error" listener, so the first broken connection ends the program.',
    edits: [["  socket.on('error', error => (reason = error))\n", '']],
  },
  'one-connection-for-all': {
    caughtBy: 'spreads',
    says: 'is there a connection on which no request waits',
    why: 'There is one connection, and all requests share it.',
    edits: [['best && (best.waiting.size === 0 || connections.size >= settings.maxConnections)', 'best']],
  },
  'one-event-one-reply': {
    caughtBy: 'request',
    says: 'do you put the pieces of the reply together',
    why: 'Each data event is treated as one whole reply.',
    edits: [['decode(chunk)', '[chunk.subarray(4)]']],
  },
  'one-reply-per-event': {
    caughtBy: 'out-of-order',
    says: 'one piece can hold several replies',
    why: 'Only the first reply of each data event is used, and the others are lost.',
    edits: [['decode(chunk)', 'decode(chunk).slice(0, 1)']],
  },
  'opens-all-before-it-reuses': {
    caughtBy: 'reuse',
    says: 'on a second connection',
    why: 'New connections are opened until the pool is full, even if others are free.',
    edits: [['best.waiting.size === 0 || ', '']],
  },
  'piles-on-the-first': {
    caughtBy: 'spreads',
    says: 'use the connection with the fewest requests',
    why: 'When requests wait on all connections, all further requests go to the first of them.',
    edits: [['each.waiting.size < best.waiting.size', 'each.waiting.size === 0']],
  },
  'returns-the-id-too': {
    caughtBy: 'request',
    says: 'do you return the id, too',
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
    says: 'The server may have acted on it already',
    why: 'A request whose connection broke is sent again, whether or not the server has acted on it.',
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
    says: 'that a request fails when its connection ends',
    why: 'When a connection ends, the requests that wait on it return an empty reply.',
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
    why: 'A request waits until a connection is free, so a slow reply blocks other requests.',
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
    why: 'With allowHalfOpen, the end of the other side does not close a connection, and nothing listens for it.',
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
    says: 'do you fail each request that waits on the connection',
    why: 'When a connection is refused, the program only logs the error.',
    edits: [
      [
        "error => (reason = error))\n  socket.on('close', forget)",
        "error => console.error('cannot connect:', error.message))",
      ],
    ],
  },
})
