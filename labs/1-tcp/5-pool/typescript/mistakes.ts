import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'counts-only-free-ones': {
    caughtBy: 'spreads',
    says: 'do you count all open connections, and not only those on which no request waits',
    why: 'Only connections that are free at the moment count against the cap.',
    edits: [['connections.size >=', '[...connections].filter(each => each.waiting.size === 0).length >=']],
  },
  'counts-one-too-few': {
    caughtBy: 'cap',
    says: 'at most',
    why: 'The number of connections is compared with > instead of >=, so the pool opens one too many.',
    edits: [['connections.size >=', 'connections.size >']],
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
  'connects-in-open': {
    caughtBy: 'reuse',
    says: 'do you open connections before a request needs them',
    why: 'All connections are opened in advance, whether or not any request needs them.',
    edits: [
      [
        '  settings = pool\n',
        '  settings = pool\n  for (let i = 0; i < pool.maxConnections; i++) connect()\n',
      ],
    ],
  },
  'connects-once-in-open': {
    caughtBy: 'reuse',
    says: 'do you open connections before a request needs them',
    why: 'The first connection is opened in advance, and the first request uses it.',
    edits: [['  settings = pool\n', '  settings = pool\n  connect()\n']],
  },
  'counts-the-refused': {
    caughtBy: 'refused',
    says: 'do you still count a connection that was refused',
    why: 'The count of connections goes down on "close", but only for connections that were established.',
    edits: [
      ['let lastId = 0', 'let lastId = 0\nlet opened = 0'],
      ['connections.size >=', 'opened >='],
      [
        'connections.add(connection)',
        "connections.add(connection)\n  opened++\n  socket.on('connect', () => socket.on('close', () => opened--))",
      ],
    ],
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
  'evicts-after-a-reply': {
    caughtBy: 'idle',
    says: 'is a connection idle while a request waits on it',
    why: 'Each reply starts the timer again, also while other requests wait on the connection.',
    edits: [['if (connection.waiting.size === 0) connection.idle =', 'connection.idle =']],
  },
  'evicts-what-is-used': {
    caughtBy: 'idle',
    says: ['does each use of a connection stop its timer', 'does the timer start with the last reply'],
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
    says: ['the id (4 bytes, big-endian) and then the bytes', 'do you put the id in front of the bytes'],
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
  'keeps-a-spare': {
    caughtBy: 'reuse',
    says: 'do you open connections before a request needs them',
    why: 'With each new connection, another one is opened for the next request.',
    naive: true,
    edits: [
      [
        '  return connect()\n',
        '  const connection = connect()\n  if (connections.size < settings.maxConnections) connect()\n  return connection\n',
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
  'length-in-two-bytes': {
    caughtBy: 'request',
    says: 'does the length count the id and all bytes of the request',
    why: 'Only the last two bytes of the length are filled, which is enough for short requests only.',
    edits: [
      [
        'encodeFrame(Buffer.concat([head, bytes]))',
        'Buffer.concat([Buffer.from([0, 0, (ID + bytes.length) >> 8, ID + bytes.length]), head, bytes])',
      ],
    ],
  },
  'never-counts-down': {
    caughtBy: 'spreads',
    says: 'count all requests ever sent',
    why: 'The program counts the requests sent on each connection, and forgets to count the replies.',
    edits: [
      ['each.waiting.size < best.waiting.size', 'each.sent < best.sent'],
      ['  waiting: Map<number, Waiting>\n', '  waiting: Map<number, Waiting>\n  sent: number\n'],
      ['{ socket, waiting: new Map() }', '{ socket, waiting: new Map(), sent: 0 }'],
      ['  const id = (lastId', '  connection.sent++\n  const id = (lastId'],
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
  'numbers-by-waiting': {
    caughtBy: 'spreads',
    says: 'does each request get a number of its own',
    why: 'The id is the number of waiting requests, which comes again after a reply, while another request still has it.',
    edits: [['(lastId = (lastId + 1) % 2 ** 32)', 'connection.waiting.size + 1']],
  },
  'one-connection-for-all': {
    caughtBy: 'spreads',
    says: 'is there a connection on which no request waits',
    why: 'There is one connection, and all requests share it.',
    edits: [['best && (best.waiting.size === 0 || connections.size >= settings.maxConnections)', 'best']],
  },
  'one-decoder-for-all': {
    caughtBy: 'out-of-order',
    says: 'each connection has its own decoder',
    why: 'All connections share one decoder, so half of a reply on one is mixed with bytes from another.',
    edits: [
      ['  const decode = frameDecoder()\n', ''],
      ['let lastId = 0', 'let lastId = 0\nconst decode = frameDecoder()'],
    ],
  },
  'one-event-one-reply': {
    caughtBy: 'request',
    says: 'do you put the pieces of the reply together',
    why: 'Each data event is treated as one whole reply.',
    edits: [['decode(chunk)', '[chunk.subarray(4)]']],
  },
  'one-reply-per-event': {
    caughtBy: 'out-of-order',
    says: 'One piece can hold several',
    why: 'Only the first reply of each data event is used, and the others are lost.',
    edits: [['decode(chunk)', 'decode(chunk).slice(0, 1)']],
  },
  'one-reply-makes-it-free': {
    caughtBy: 'spreads',
    says: 'that the request takes a connection on which no request waits',
    why: 'A flag marks a connection as free at each reply, although other requests can still wait on it.',
    edits: [
      [
        'if (!best || each.waiting.size < best.waiting.size) best = each',
        'if (!best || (each.free && !best.free) || (each.free === best.free && each.waiting.size < best.waiting.size && !each.free)) best = each',
      ],
      ['best.waiting.size === 0 ||', 'best.free ||'],
      ['  waiting: Map<number, Waiting>\n', '  waiting: Map<number, Waiting>\n  free: boolean\n'],
      ['{ socket, waiting: new Map() }', '{ socket, waiting: new Map(), free: false }'],
      ['  const id = (lastId', '  connection.free = false\n  const id = (lastId'],
      [
        '      connection.waiting.delete(id)\n',
        '      connection.waiting.delete(id)\n      connection.free = true\n',
      ],
    ],
  },
  'one-timer-for-all': {
    caughtBy: 'idle',
    says: 'Each connection has a timer of its own',
    why: 'One timer serves the whole pool, and each reply starts it again, so a busy connection keeps idle ones open.',
    edits: [
      ['  clearTimeout(connection.idle)\n  const id', '  const id'],
      ['let lastId = 0', 'let lastId = 0\nlet timer: NodeJS.Timeout | undefined'],
      [
        `    clearTimeout(connection.idle)
    if (connection.waiting.size === 0) connection.idle = setTimeout(forget, settings.idleMs)`,
        `    clearTimeout(timer)
    timer = setTimeout(() => {
      for (const { waiting, socket } of connections) if (waiting.size === 0) socket.destroy()
    }, settings.idleMs)`,
      ],
    ],
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
  'takes-turns': {
    caughtBy: 'spreads',
    says: 'If you take the connections in turn',
    why: 'When the pool is full, requests go to the connections in turn, no matter where replies have come.',
    naive: true,
    edits: [
      ['let lastId = 0', 'let lastId = 0\nlet turn = 0'],
      [
        'if (best && (best.waiting.size === 0 || connections.size >= settings.maxConnections)) return best',
        `if (best && connections.size >= settings.maxConnections) {
    return [...connections][turn++ % connections.size]!
  }
  if (best?.waiting.size === 0) return best`,
      ],
    ],
  },
  'the-same-id-for-all': {
    caughtBy: 'out-of-order',
    says: 'does each request get a number of its own',
    why: 'Every request has the id 1.',
    edits: [['const id = (lastId = (lastId + 1) % 2 ** 32)', 'const id = 1']],
  },
  'waits-before-it-counts': {
    caughtBy: 'cap',
    says: 'does a request count as waiting from the moment when you choose its connection',
    why: 'A request is counted when its connection is open, and until then all others find that connection free.',
    edits: [
      ['const reply = new Promise', 'await connection.open\n  const reply = new Promise'],
      ['  waiting: Map<number, Waiting>\n', '  waiting: Map<number, Waiting>\n  open: Promise<unknown>\n'],
      ['{ socket, waiting: new Map() }', "{ socket, waiting: new Map(), open: once(socket, 'connect') }"],
      ["import net from 'node:net'", "import { once } from 'node:events'\nimport net from 'node:net'"],
    ],
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
